"""What a customer owes, how old it is, how sound the customer is and how much more it may owe."""
