"""One Django app a subject; each may use those before it: archives, agenda, prospects, trade, valuation."""
