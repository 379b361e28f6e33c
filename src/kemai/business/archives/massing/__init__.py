"""Changes of tens of thousands of customers: prepared in short transactions, in force in one step (decision 0033)."""
