"""Compiled templates say and escape what Jinja2's own would, in the language that is spoken."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.utils import translation
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup, escape

from kemai.config.jinja import environment
from kemai.config.jinja.quick import filled, shown

MACROS = """{% macro cell(value, tone="", wide=False) %}<td class="{{ tone }}{{ ' wide' if wide }}">{{ value }}</td>{% endmacro %}
{% macro box(title) %}<div>{{ title }}{{ caller() }}</div>{% endmacro %}
{% macro any_box(title) %}<div>{{ title }}{% if caller is defined %}{{ caller() }}{% endif %}</div>{% endmacro %}
{% macro list(names) %}{% for n in names %}{{ cell(n, wide=loop.first) }}{% endfor %}{{ varargs|join(",") }}{% endmacro %}
"""
TEXTS = [
    "{{ cell(x) }}{{ cell(x, 'r') }}{{ cell(value=x, wide=true) }}{{ cell(cell(x)) }}",
    "{% call box(x) %}{{ x }}{% endcall %}{{ any_box(x) }}{% call any_box(x) %}!{% endcall %}",
    "{{ list([x, 1, none, 2.5]) }}{{ list([x], x, '<') }}",
    "{{ d.name }}{{ d['items'] }}{% for k, v in d.items() %}{{ k }}={{ v }}{% endfor %}{{ d.gone|default('-') }}",
    "{{ _('客户') }}{{ _('选 %(name)s', name=x) }}{{ _('完整度 %(n)s%%', n=3) }}{{ _('现在 %(text)s', text=x) }}{{ pgettext('button', '列') }}",
    "{{ '%.1f'|format(2.25) }}{{ x|upper }}{{ x|length }}{% set kept %}{{ x }}{% endset %}{{ kept }}{{ safe }}{{ lazy }}",
]
GIVEN: dict[str, Any] = {
    "x": "<b>\"青岚\" & 'Co'</b>", "d": {"name": "<i>", "items": "值"}, "safe": mark_safe("<hr>"),
    "lazy": translation.gettext_lazy("客户"),
}  # fmt: skip


def _usual() -> Environment:
    env = Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext, translation.ngettext, newstyle=True, pgettext=translation.pgettext
    )
    return env


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("text", TEXTS)
def test_a_template_gives_what_jinja2_itself_would_give(text: str, language: str) -> None:
    with translation.override(language):
        ours = environment(language, autoescape=True).from_string(MACROS + text).render(GIVEN)
        assert ours == _usual().from_string(MACROS + text).render(GIVEN)


@pytest.mark.parametrize("text", ["{{ gone }}", "{{ d.gone }}", "{{ gone() }}", "{% if d.gone %}{% endif %}"])
def test_a_forgotten_name_is_an_error(text: str) -> None:
    with pytest.raises(UndefinedError):
        environment("zh-hans", autoescape=True).from_string(text).render(d={})


@pytest.mark.parametrize(
    "text", ["{{ cell(1, 2, 3, 4) }}", "{{ cell(1, depth=2) }}", "{{ cell(1, value=2) }}"]
)
def test_a_macro_refuses_arguments_that_it_does_not_take(text: str) -> None:
    with pytest.raises(TypeError):
        environment("zh-hans", autoescape=True).from_string(MACROS + text).render()


def test_each_language_has_its_own_words_whoever_came_first() -> None:
    said = {}
    for language in ("zh-hans", "en", "zh-hans", "en"):
        with translation.override(language):
            said[language] = engines["jinja2"].from_string("{{ _('客户') }}").render()
    assert said == {"zh-hans": "客户", "en": "Customers"}


def test_an_icon_is_drawn_the_same_by_its_name_and_by_a_variable() -> None:
    env = engines["jinja2"]
    text = '{% import "components/marks.html" as marks %}{% from "components/marks.html" import icon %}'
    constant = env.from_string(text + '{{ marks.icon("x", label="<去掉>") }}{{ icon("x", extra="when") }}')
    variable = env.from_string(text + '{{ marks.icon(n, label="<去掉>") }}{{ icon(n, extra="when") }}')
    assert constant.render() == variable.render({"n": "x"}) != ""


@given(st.one_of(st.text(), st.integers(), st.none(), st.floats(), st.builds(Markup, st.text())))
def test_what_is_shown_is_escaped_as_ever(value: Any) -> None:
    assert shown(value) == escape(value)
    assert filled("%(a)s 与 %%", a=value) == Markup("%(a)s 与 %%") % {"a": value}
