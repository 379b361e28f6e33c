"""The ledger of products and sale lines."""
