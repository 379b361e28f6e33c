"""What a customer may become: potential, share, probability, growth."""
