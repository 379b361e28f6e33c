"""From a file to what would be created, changed, left alone or refused; writes nothing to the database.

- `request` what is asked for; `source` the file with its columns settled; `report` what was found
- `customers_named`, `products_named` whom and what a row means; `spool` rows on disk between two passes
- `sales`, `customers`, `contacts`, `links`, `products`, `potentials` the plan of each kind; `ledgers` one plan for invoices, receipts, targets, stock
"""
