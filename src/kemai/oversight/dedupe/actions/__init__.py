"""Writes of the duplicates: a search of the whole base, and what people decide about a pair."""

from kemai.oversight.dedupe.actions.deciding import look_again, put_off, tell_apart
from kemai.oversight.dedupe.actions.searching import find_duplicates

__all__ = ["find_duplicates", "look_again", "put_off", "tell_apart"]
