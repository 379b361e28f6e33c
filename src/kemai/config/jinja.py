"""The Jinja2 environment of all pages: strict names, escaped output, translations, a few globals."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from kemai.doors.web import formats

_words: dict[str | None, dict[str, str]] = {}  # bounded by the messages in the templates


def environment(**options: Any) -> Environment:
    """Django calls this once per process."""
    options["undefined"] = StrictUndefined
    env = Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True, lstrip_blocks=True, **options
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        spoken, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    env.globals.update(url=address, static=static, **formats.GLOBALS)
    env.filters.update(formats.FILTERS)
    return env


def spoken(message: str) -> str:
    """The message in the reader's language, looked up once in a process: a page says some three hundred."""
    words = _words.setdefault(translation.get_language(), {})
    found = words.get(message)
    if found is None:
        found = words[message] = translation.gettext(message)
    return found


def address(name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a named page."""
    return reverse(name, args=args or None, kwargs=kwargs or None)
