"""What customers will buy in the months to come."""
