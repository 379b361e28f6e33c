"""What a person sets for himself: language and theme."""

from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Person

THEMES = ("auto", "light", "dark")


def change_my_looks(*, actor: Actor, language: str = "", theme: str = "", languages: tuple[str, ...]) -> None:
    """Stores the given language or theme; an unknown value is refused and changes nothing."""
    if actor.person_id is None:
        raise Refused(_("系统账号没有个人设置。"))
    changes = {}
    if language:
        changes["language"] = _one_of(language, languages)
    if theme:
        changes["theme"] = _one_of(theme, THEMES)
    if changes:
        Person.objects.filter(pk=actor.person_id).update(**changes)


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Refused(_("没有这个选项。"))
    return value
