"""The server's entry. The readings of characters are looked up in the background at once: the first person to enter a
customer would otherwise hold the database's write lock for as long as that takes."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
application = get_wsgi_application()


def _ready() -> None:
    from kemai.business.archives.pinyin import syllables

    syllables("重庆")


Thread(target=_ready, daemon=True).start()
