"""The customer archive: who they are, in which state, whose they are."""
