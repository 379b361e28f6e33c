"""The undo of a landed import (B10): its rows go, what it changed comes back, what was edited since is named.

- `plan` what every part is told and tells: the undo, a conflict, the counts
- `lines`, `created`, `changed`, `products`, `estimates` the parts: one family of rows each
- `kinds` which parts an import of each kind has: one entry a kind
- `switch` the one transaction in which readers see the undo, and the short ones before and after it
"""
