"""How much of a market, and of a customer's wallet, is ours."""
