"""What a template says the same each time is worked out when it is compiled: words, icons, addresses of static files.

A page says some two hundred words and shows eighty icons. Asking for each of them while a page is made costs more
than the rows of its table; in an environment of one language they are constants that the compiler joins to the
HTML around them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.utils import translation
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

if TYPE_CHECKING:
    from kemai.config.jinja import SpokenEnvironment

MARKS = "components/marks.html"
PLACE = re.compile(r"%(\(\w+\)s|%)")  # the only places that a message may have to be filled the quick way
FILLED = "kemai.config.jinja.quick.filled"


class Constants(NodeTransformer):
    """Puts constants in place of calls whose answer is known; the environment's language is spoken meanwhile."""

    def __init__(self, env: SpokenEnvironment, tree: nodes.Template, name: str | None) -> None:
        self.env = env
        self.modules, self.icons = ([], []) if name == MARKS else _from_marks(tree)

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:  # noqa: N802  # the visitor's name
        self.generic_visit(node, *args, **kwargs)
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        return self._word(node) or self._icon(node) or self._static(node) or node

    def _word(self, node: nodes.Call) -> nodes.Expr | None:
        """`_("…")` and `pgettext("…", "…")`, with or without values."""
        name, given = _name(node.node), _constants(node.args)
        if given is None or (name, len(given)) not in (("_", 1), ("gettext", 1), ("pgettext", 2)):
            return None
        text = translation.pgettext(*given) if name == "pgettext" else translation.gettext(*given)
        if not node.kwargs:
            return _html(text % {}, node)
        if PLACE.sub("", text).count("%") == 0:
            called = nodes.ImportedName(FILLED, lineno=node.lineno)
            return nodes.Call(
                called, [nodes.Const(text, lineno=node.lineno)], node.kwargs, None, None, lineno=node.lineno
            )
        values = [nodes.Pair(nodes.Const(k.key), k.value, lineno=node.lineno) for k in node.kwargs]
        return nodes.Mod(_html(text, node), nodes.Dict(values, lineno=node.lineno), lineno=node.lineno)

    def _icon(self, node: nodes.Call) -> nodes.Expr | None:
        """An icon by its name."""
        given = _constants(node.args)
        named = _constants([k.value for k in node.kwargs])
        if given is None or named is None or not self._is_icon(node.node):
            return None
        marks: Any = self.env.get_template(MARKS).module
        values = {k.key: value for k, value in zip(node.kwargs, named, strict=True)}
        return _html(str(marks.icon(*given, **values)), node)

    def _is_icon(self, called: nodes.Expr) -> bool:
        if isinstance(called, nodes.Getattr):
            return called.attr == "icon" and _name(called.node) in self.modules
        return _name(called) in self.icons

    def _static(self, node: nodes.Call) -> nodes.Expr | None:
        """The address of a static file."""
        given = _constants(node.args)
        if given is None or len(given) != 1 or node.kwargs or _name(node.node) != "static":
            return None
        return nodes.Const(static(given[0]), lineno=node.lineno)


def _html(text: str, node: nodes.Node) -> nodes.MarkSafe:
    return nodes.MarkSafe(nodes.Const(text, lineno=node.lineno), lineno=node.lineno)


def _name(node: nodes.Expr) -> str:
    return node.name if isinstance(node, nodes.Name) else ""


def _constants(found: list[nodes.Expr]) -> list[Any] | None:
    """Their values (a word that has become one included), or None when one is not constant."""
    values: list[Any] = []
    for each in found:
        inner = each.expr if isinstance(each, nodes.MarkSafe) else each
        if not isinstance(inner, nodes.Const):
            return None
        values.append(_as_html(inner.value) if inner is not each else inner.value)
    return values


def _as_html(text: str) -> Any:
    from markupsafe import Markup

    return Markup(text)


def _from_marks(tree: nodes.Template) -> tuple[list[str], list[str]]:
    """Under which names a template knows the module of marks, and its icons."""
    modules = [each.target for each in tree.find_all(nodes.Import) if _constants([each.template]) == [MARKS]]
    icons = [
        name if isinstance(name, str) else name[1]
        for each in tree.find_all(nodes.FromImport)
        if _constants([each.template]) == [MARKS]
        for name in each.names
        if name == "icon" or name[0] == "icon"
    ]
    return modules, icons
