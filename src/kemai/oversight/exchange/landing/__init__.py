"""From a plan to the books: invisible rows in short transactions, then one flip that shows them all.

- `lease` one import of a kind at a time; `recovery` clears what a killed one left behind
- `bulk` many rows into a table; `pace` how many at once
- `sales`, `customers`, `contacts`, `links`, `products`, `potentials`, `ledgers` write the rows of each kind; `flip` lands the batch
"""
