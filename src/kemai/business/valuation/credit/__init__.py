"""Customers as payers: what they owe, how they pay, their file and the limit it allows."""
