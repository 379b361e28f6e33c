"""What customers have in stock, and when they need more."""
