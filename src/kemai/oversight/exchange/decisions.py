"""What only a person can settle about a file: two columns for one field, gaps, dates read two ways, fractions of a fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from kemai.oversight.exchange.parsing.kinds import KINDS

REFUSES_UNKNOWN = ("contacts", "links")  # a ledger brings new customers, a list of people hardly does
CAN_FILL = ("dealer", "customer", "customer_code", "customer_name", "order_no", "day")


@dataclass(frozen=True)
class Choices:
    """A mapping on its way: column place → field, and the options."""

    fields: dict[int, str]
    options: dict[str, Any] = field(default_factory=dict)

    def place_of(self, key: str) -> int | None:
        """Which column a field has, if any."""
        return next((place for place, one in self.fields.items() if one == key), None)


@dataclass(frozen=True)
class Decision:
    """One question of the panel: a form name, the sentence, (value, label, help) choices, the present one."""

    name: str
    question: str
    choices: tuple[tuple[str, str, str], ...]
    chosen: str


def first_choices(
    layout: Mapping[str, Any], mapping: Mapping[str, str], options: Mapping[str, Any]
) -> Choices:
    """As settled before (`mapping` by column name), else as guessed; merged cells are proposed to be filled down."""
    columns = layout.get("columns", [])
    fields = {c["position"]: mapping.get(c["name"], "") if mapping else c["field"] or "" for c in columns}
    chosen = {"create_customers": layout.get("kind") not in REFUSES_UNKNOWN, **options}
    if "fill_down" not in options:
        by_place = {c["position"]: c for c in columns}
        chosen["fill_down"] = [
            key for place, key in fields.items()
            if key in CAN_FILL and _is_sparse(by_place[place], layout)
        ]  # fmt: skip
    return Choices(fields, chosen)


def with_pick(choices: Choices, key: str, place: int, rivals: list[int]) -> Choices:
    """The field goes to this column; its rivals lose it."""
    fields = {p: "" if one == key and p in rivals else one for p, one in choices.fields.items()}
    return Choices({**fields, place: key}, choices.options)


def decisions(
    layout: Mapping[str, Any], kind: str, choices: Choices, *, may_create: bool = True
) -> list[Decision]:
    """The questions in the order in which a person answers them; nothing where the file leaves no doubt.

    Who may not create customers is not asked what becomes of unknown ones: their rows are refused.
    """
    return [
        *_rivals(layout, kind, choices),
        *_gaps(layout, kind, choices),
        *_dates(layout, kind, choices),
        *_fractions(layout, kind, choices),
        *(_unknown(kind, choices) if may_create else []),
    ]


def _rivals(layout: Mapping[str, Any], kind: str, choices: Choices) -> list[Decision]:
    columns = {c["position"]: c for c in layout.get("columns", [])}
    found = []
    for each in layout.get("questions", []):
        heading = KINDS[kind].field(each["field"]).label
        options = tuple(
            (str(place), columns[place]["name"], (columns[place]["samples"] or [""])[0])
            for place in each["places"]
        )
        now = choices.place_of(each["field"])
        chosen = str(now) if now in each["places"] else ""
        question = _("%(field)s按哪列算？") % {"field": heading}
        found.append(Decision(f"pick-{each['field']}", question, options, chosen))
    return found


def _gaps(layout: Mapping[str, Any], kind: str, choices: Choices) -> list[Decision]:
    found = []
    for column, key in _mapped(layout, choices):
        if key not in CAN_FILL or not (column["gaps"] or column["merged"]):
            continue
        leave = _("就是没写") if key != "customer" or kind != "sales" else _("就是没有客户，算匿名销售")
        options = (("fill", _("跟上一行一样"), ""), ("leave", leave, ""))
        chosen = "fill" if key in choices.options.get("fill_down", ()) else "leave"
        question = _("「%(column)s」空着的格怎么读？") % {"column": column["name"]}
        found.append(Decision(f"fill-{key}", question, options, chosen))
    return found


def _dates(layout: Mapping[str, Any], kind: str, choices: Choices) -> list[Decision]:
    for column, key in _mapped(layout, choices):
        if KINDS[kind].field(key).type == "date" and column["year_last"]:
            sample = next((s for s in column["samples"] if s), "")
            options = (
                ("dmy", _("日/月/年"), ""),
                ("mdy", _("月/日/年"), ""),
                ("", _("不猜，这些行先拒绝"), ""),
            )
            question = _("%(sample)s 是哪天？") % {"sample": sample}
            return [Decision("date_order", question, options, choices.options.get("date_order") or "")]
    return []


def _fractions(layout: Mapping[str, Any], kind: str, choices: Choices) -> list[Decision]:
    if not any(
        KINDS[kind].field(key).type == "money" and column["fine"] for column, key in _mapped(layout, choices)
    ):
        return []
    options = (("1", _("四舍五入到分"), ""), ("", _("先拒绝，列出来"), ""))
    chosen = "1" if choices.options.get("round_money") else ""
    return [Decision("round_money", _("金额不止两位小数，怎么办？"), options, chosen)]


def _unknown(kind: str, choices: Choices) -> list[Decision]:
    if not KINDS[kind].names_customers:
        return []
    options = (("create", _("建成新客户"), ""), ("refuse", _("先拒绝，列出来"), ""))
    chosen = "create" if choices.options.get("create_customers") else "refuse"
    return [Decision("unknown", _("认不出的客户"), options, chosen)]


def _mapped(layout: Mapping[str, Any], choices: Choices) -> list[tuple[dict[str, Any], str]]:
    columns = layout.get("columns", [])
    return [(c, choices.fields[c["position"]]) for c in columns if choices.fields.get(c["position"])]


def _is_sparse(column: Mapping[str, Any], layout: Mapping[str, Any]) -> bool:
    """Merged below its first row, or so empty that the first row of each block must speak for the rest."""
    looked_at = min(int(layout.get("rows", 0)), 200)
    return bool(column["merged"]) or (looked_at > 2 and column["gaps"] * 3 >= looked_at)
