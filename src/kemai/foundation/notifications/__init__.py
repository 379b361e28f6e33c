"""News for a person, unread until opened."""
