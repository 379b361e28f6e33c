"""MVC, MGC and BZC, and what is decided about customers that only cost."""
