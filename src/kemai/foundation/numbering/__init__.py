"""Numbers given by rule, each once and never again."""
