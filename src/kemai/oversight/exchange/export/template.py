"""An empty sheet to fill in: Chinese headers in the reader's script, a note on each, and an example in a second sheet."""

from __future__ import annotations

from typing import IO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kemai.oversight.exchange.parsing.fields import Field, Kind
from kemai.oversight.exchange.parsing.kinds import KINDS

_EXAMPLES = {
    "code": "K-001", "name": "杭州示例商贸有限公司", "customer": "K-001", "customer_code": "K-001",
    "customer_name": "杭州示例商贸有限公司", "order_no": "CK261101-0031", "line_no": "1", "day": "2026-11-01",
    "product_code": "NX52-500", "product_name": "浓香 52° 500ml", "quantity": "60", "amount": "32283.19",
    "cost": "24900.00", "mp": "1000000.00", "es": "30%", "p": "80%", "av": "120000.00", "horizon_months": "12",
    "since": "2024-03-01", "phone": "0571-88888888", "postcode": "310000", "email": "info@example.com",
    "dealer": "K-001", "product_line": "白酒", "share": "60%", "from": "2026-01-01", "title": "采购经理",
    "mobile": "13800000000", "decision_role": "采购", "birthday": "1980-02-03",
    "line": "白酒", "grade": "高", "launched_on": "2025-01-01", "region": "华东", "short_name": "示例",
    "invoice_no": "25332000000012345678", "issued_on": "2026-11-01", "due_on": "2026-12-01", "receipt_no": "SK261105-0007",
    "received_on": "2026-11-05", "period": "2026-01", "counted_on": "2026-11-20",
    "reason_product": "主销产品对路", "reason_market": "当地份额在涨", "reason_relation": "负责人相熟",
}  # fmt: skip
CUSTOMER_WAYS = ("customer", "customer_code", "customer_name")
_OF_WHOM = {
    "person": _("登录名或姓名"),
    "unit": _("单位名称，重名的写成「上级/单位」"),
}
_HINTS = {
    "date": _("日期，写成 2026-03-01"),
    "money": _("元，最多两位小数，不写单位和千分号也行"),
    "quantity": _("数，最多三位小数"),
    "fraction": _("写成 30% 或 0.3"),
    "integer": _("整数"),
    "period": _("年、季或月，写成 2026、2026-Q1 或 2026-01"),
    "code": _("按文本填，开头的 0 要写"),
    "customer": _("客户编号、统一社会信用代码或全称"),
    "phone": _("一格一个号码，座机带区号"),
    "postcode": _("6 位数字"),
    "uscc": _("18 位"),
}


def write_template(kind_key: str, file: IO[bytes]) -> None:
    """Writes an .xlsx template of the kind. Raises KeyError for an unknown kind."""
    import xlsxwriter

    kind = KINDS[kind_key]
    fields = template_fields(kind)
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        needed = book.add_format({"bold": True, "bg_color": "#FFE8CC", "border": 1, "num_format": "@"})
        plain = book.add_format({"bold": True, "bg_color": "#F1F3F5", "border": 1, "num_format": "@"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(_in_script(kind))
        sheet.freeze_panes(1, 0)
        for place, field in enumerate(fields):
            sheet.set_column(place, place, max(12, len(_in_script(field)) * 2 + 4), text)
            sheet.write_string(0, place, _in_script(field), needed if is_needed(kind, field) else plain)
            sheet.write_comment(0, place, note_of(kind, field))
        _write_notes(book.add_worksheet(_("说明和样例")), kind, fields, plain)


def template_fields(kind: Kind) -> list[Field]:
    """The columns of the template; of the ways to name a customer only the plain one."""
    return [
        field
        for field in kind.fields
        if not (kind.one_of and field.key in ("customer_code", "customer_name"))
    ]


def _in_script(named: Field | Kind) -> str:
    """The heading as it is read back: Chinese, and traditional for who reads that."""
    return named.label if get_language() == "zh-hant" else named.heading


def is_needed(kind: Kind, field: Field) -> bool:
    """Whether a file without the column is refused."""
    return field.needed or any(field.key == group[0] for group in kind.one_of if group == CUSTOMER_WAYS)


def note_of(kind: Kind, field: Field) -> str:
    """What may stand in the column."""
    parts = [str(_("必填") if is_needed(kind, field) else _("可空"))]
    if any(field.key in group and group != CUSTOMER_WAYS for group in kind.one_of):
        parts = [str(_("客户、人员、单位填一个"))]
        parts += [str(_OF_WHOM[field.key])] if field.key in _OF_WHOM else []
    if field.choices:
        parts.append(" / ".join(words[0] for words in field.choices.values()))
    elif field.type in _HINTS:
        parts.append(str(_HINTS[field.type]))
    return "；".join(parts)


def _write_notes(sheet, kind: Kind, fields: list[Field], bold) -> None:  # type: ignore[no-untyped-def]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 2, 44)
    for place, title in enumerate((_("列"), _("怎么填"), _("样例"))):
        sheet.write_string(0, place, title, bold)
    for row, field in enumerate(fields, start=1):
        example = next((words[0] for words in field.choices.values()), _EXAMPLES.get(field.key, ""))
        for place, cell in enumerate((_in_script(field), note_of(kind, field), example)):
            sheet.write_string(row, place, cell)
