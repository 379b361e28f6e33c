"""How compiled templates call, escape and look things up: the same answers as Jinja2's own, with fewer steps.

Jinja2 asks at each call whether the callee wants the context, and makes an object of each escaped piece of text.
Ours wants to know that only of the environment's globals, once when a template is compiled, and pieces that are
joined to a page at once stay plain text. A list of 25 rows has some two thousand calls and four thousand pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Macro
from jinja2.utils import _PassArg, missing
from markupsafe import Markup, escape

_escaped: Callable[[str], str] = markupsafe._escape_inner  # type: ignore[attr-defined]
METHODS_OF_DICT = frozenset(dir(dict))
_as_html = str.__new__  # what `Markup()` comes to for text, without its question what else it might be


def shown(value: Any) -> str:
    """The value as HTML text, escaped unless it is HTML already."""
    kind = type(value)
    if kind is str:
        return _escaped(value)
    return value if kind is Markup else escape(value)  # type: ignore[no-any-return]


def filled(text: str, /, **values: Any) -> Markup:
    """A message whose places are all `%(name)s`, with escaped values."""
    return _as_html(Markup, text % {name: shown(value) for name, value in values.items()})


def called(callee: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Calls what does not want the context; a plain macro without looking at what it might be."""
    if callee.__class__ is not Macro:
        return callee(*args, **kwargs)
    rest = callee.arguments[len(args) :]
    if callee.caller or callee.catch_kwargs or callee.catch_varargs or len(args) > len(callee.arguments):
        return callee(*args, **kwargs)
    if rest:
        args += tuple([kwargs.pop(name, missing) for name in rest])
    if kwargs:
        raise TypeError(f"macro {callee.name!r} takes no keyword argument {next(iter(kwargs))!r}")
    return _as_html(Markup, callee._func(*args))


class QuickCode(CodeGenerator):
    """Writes the quick forms into the Python of a template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        self.writeline("from kemai.config.jinja.quick import called as quick_called, shown as quick_shown")
        super().visit_Template(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        if self._wants_context(node.node):
            super().visit_Call(node, frame, forward_caller)
            return
        self.write("quick_called(")
        self.visit(node.node, frame)
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")

    def _wants_context(self, callee: nodes.Expr) -> bool:
        if not isinstance(callee, nodes.Name):
            return False
        known: Any = self.environment.globals.get(callee.name)
        return known is not None and _PassArg.from_obj(known) is not None

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
            return
        self.write("quick_shown(")
        if finalize.src is not None:
            self.write(finalize.src)
