"""The kemai command."""
