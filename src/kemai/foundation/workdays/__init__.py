"""Which days are worked, with the official calendar and the company's own changes."""
