"""One normalised text a record, found by one Chinese character, pinyin, initials, phone or code."""
