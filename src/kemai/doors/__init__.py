"""Ways in. They translate and never decide, and they do not know each other."""
