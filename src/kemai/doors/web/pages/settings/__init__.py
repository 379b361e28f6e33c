"""设置: one page a subject, each only for those whose duty it is."""
