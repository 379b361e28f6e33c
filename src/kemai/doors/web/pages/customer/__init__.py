"""One customer: a head with its answers, then the tabs; each is a page of its own."""

from kemai.doors.web.pages.customer.words import class_word

__all__ = ["class_word"]
