"""The Jinja2 environments of all pages, one a language: strict names, escaped output, words already translated."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.utils import translation
from jinja2 import Environment, StrictUndefined, nodes

from kemai.config.jinja.constants import Constants
from kemai.config.jinja.quick import METHODS_OF_DICT, QuickCode
from kemai.doors.web import formats
from kemai.doors.web.addresses import address


class Pages(Jinja2):
    """Django's engine over one environment a language, so that a template is translated when it is compiled."""

    def __init__(self, params: dict[str, Any]) -> None:
        self._environments: dict[str, SpokenEnvironment] = {}
        super().__init__(params)

    @property  # type: ignore[override]
    def env(self) -> Environment:
        """The environment of the language that is spoken now."""
        language = translation.get_language() or settings.LANGUAGE_CODE
        found = self._environments.get(language)
        if found is None:
            with translation.override(language):
                found = self._environments[language] = environment(language, **self._options)
        return found

    @env.setter
    def env(self, options: Any) -> None:
        """Django hands over what `OPTIONS.environment` made of its options, once a process."""
        self._options = options


class SpokenEnvironment(Environment):
    """Templates in one language, compiled to code that calls and escapes without detours."""

    code_generator_class = QuickCode

    def __init__(self, language: str, **options: Any) -> None:
        self.language = language
        super().__init__(**options)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        with translation.override(self.language):
            Constants(self, tree, name).visit(tree)
        tree.set_environment(self)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What a dot in a template finds; a key of a plain dict without the detour over an exception."""
        if obj.__class__ is dict and attribute not in METHODS_OF_DICT:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


def environment(language: str, **options: Any) -> SpokenEnvironment:
    """All that templates may count on, in one language."""
    options["undefined"] = StrictUndefined
    env = SpokenEnvironment(
        language,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    env.globals.update(url=address, static=static, **formats.GLOBALS)
    env.filters.update(formats.FILTERS)
    return env


def options(**given: Any) -> dict[str, Any]:
    """What Django offers an environment, kept until a language is spoken."""
    return given
