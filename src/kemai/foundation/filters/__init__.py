"""Filter expressions over directory facets, one form for lists, views, exports and segments."""
