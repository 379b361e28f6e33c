"""Units over the tree: yuan are not added to days, a condition is no number. Each refusal names its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kemai.value.formulas.errors import FormulaError
from kemai.value.formulas.tree import COMPARISONS, Node
from kemai.value.formulas.units import OPEN, PERCENT, PLAIN, Unit

WORDS = {"+": "相加", "-": "相减", "min": "比大小", "max": "比大小"}


def unit_of_tree(node: Node, units: Mapping[str, Unit]) -> Unit:
    """The unit of the result. Raises FormulaError where units do not go together or people have no word for them."""
    found = Checking(units).number(node)
    if not found.is_simple:
        raise FormulaError(
            f"结果的单位是「{found.label}」，没有这样的单位", code="bad_unit", at=node.at, length=node.length
        )
    return PLAIN if found.is_open else found


class Checking:
    def __init__(self, units: Mapping[str, Unit]) -> None:
        self.units = units

    def number(self, node: Node) -> Unit:
        found = self.any(node)
        if found is None:
            raise FormulaError(
                "这里要一个数，给的是一个条件", code="not_a_number", at=node.at, length=node.length
            )
        return found

    def condition(self, node: Node) -> None:
        if self.any(node) is not None:
            raise FormulaError(
                "这里要一个条件（比如 12 月销售 > 0），给的是一个数",
                code="not_a_condition",
                at=node.at,
                length=node.length,
            )

    def any(self, node: Node) -> Unit | None:
        """The unit of a number; None for a condition."""
        if node.kind in ("and", "or", "not"):
            for part in node.parts:
                self.condition(part)
            return None
        if node.kind in COMPARISONS:
            self.same(node, node.parts, "相比")
            return None
        return self.reckoned(node)

    def reckoned(self, node: Node) -> Unit:
        if node.kind in ("number", "percent"):
            return OPEN if node.kind == "number" else PERCENT
        if node.kind == "name":
            return self.units[node.text]
        if node.kind in ("*", "/"):
            return self.product(node)
        if node.kind in ("if", "case"):
            for part in node.parts[:-1:2]:
                self.condition(part)
            return self.same(node, [*node.parts[1::2], node.parts[-1]], "一起当结果")
        if node.kind == "share":
            self.same(node, node.parts, "算占比")
            return PERCENT
        if node.kind == "ln":
            self.number(node.parts[0])
            return PLAIN
        if node.kind == "sqrt":
            return self.root(node)
        if node.kind == "round":
            return self.rounded(node)
        return self.same(node, node.parts, WORDS.get(node.kind, "放在一起"))

    def same(self, node: Node, parts: Sequence[Node], word: str) -> Unit:
        found = [self.number(part) for part in parts]
        fixed = next((unit for unit in found if not unit.is_open), OPEN)
        for part, unit in zip(parts, found, strict=True):
            if not fixed.fits(unit):
                raise FormulaError(
                    f"{fixed.label}和{unit.label}不能{word}", code="units_differ", at=node.at, length=node.length,
                    first=fixed.key, second=unit.key, part=part.at,
                )  # fmt: skip
        return fixed

    def product(self, node: Node) -> Unit:
        left, right = (self.number(part) for part in node.parts)
        if node.kind == "*" and PERCENT in (left, right):
            return right if left.is_percent else left
        if node.kind == "/" and right.is_percent and not left.is_percent:
            return left
        return left.times(right, 1 if node.kind == "*" else -1)

    def root(self, node: Node) -> Unit:
        found = self.number(node.parts[0])
        if any(power % 2 for _name, power in found.powers):
            raise FormulaError(f"{found.label}不能开方", code="bad_root", at=node.at, length=node.length)
        return Unit(tuple((name, power // 2) for name, power in found.powers), found.is_open)

    def rounded(self, node: Node) -> Unit:
        if len(node.parts) > 1 and (
            node.parts[1].kind != "number" or node.parts[1].text not in tuple("0123456")
        ):
            raise FormulaError("小数位数写 0 到 6 的一个数", code="bad_places", at=node.parts[1].at)
        return self.number(node.parts[0])
