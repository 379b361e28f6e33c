"""A streaming reader of .xlsx: zipfile and expat, a few MiB of memory however long the sheet is."""
