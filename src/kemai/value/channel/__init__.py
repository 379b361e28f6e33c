"""What stands between us and the end customer: dealers, their customers, and the stock on the way."""
