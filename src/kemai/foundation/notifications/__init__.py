"""News for a person, unread until opened, and shown only as long as he may know it."""

from typing import TYPE_CHECKING

from kemai.foundation.lazily import offer

if TYPE_CHECKING:
    from kemai.foundation.notifications.reading import news, unread, unread_count
    from kemai.foundation.notifications.telling import News, mark_all_read, mark_read, notify, notify_many

__all__ = [
    "News",
    "mark_all_read",
    "mark_read",
    "news",
    "notify",
    "notify_many",
    "unread",
    "unread_count",
]

__getattr__ = offer(
    __name__,
    {
        "news": "reading",
        "unread": "reading",
        "unread_count": "reading",
        "News": "telling",
        "mark_all_read": "telling",
        "mark_read": "telling",
        "notify": "telling",
        "notify_many": "telling",
    },
)
