"""What every subject stands on and which knows no subject."""
