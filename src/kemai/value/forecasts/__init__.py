"""What customers will buy in the coming months: series, rules, methods, and how well they have done so far.

`report.forecast` is the way in. The room is not called forecast, since the function is.
"""
