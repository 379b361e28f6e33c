"""One import's rows as a unit: pending, landed or undone by one pointer."""
