"""The ranked list: its places, curve, cuts, and the words beside each row."""
