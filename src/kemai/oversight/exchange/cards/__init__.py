"""Business cards as files (vCard): read from other people's telephones, written for them."""
