"""Raw text in, typed rows and refused rows out; knows no database and no Django model.

- `fields` what a field is; `kinds` the pinned fields of all ten kinds of import, as data
- `headings` which field a header cell means; `columns` guesses and stores a whole mapping
- `values` one value at a time; `convert` a batch at a time, the fast path over the same rules
- `problems` why a row was refused and how to mend it
"""
