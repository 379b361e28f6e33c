"""Code lists: the values a company offers for a field, with a set to start from."""

from __future__ import annotations

from kemai.business.archives.models import CodeValue

# The first values are data of the company like any other, so they are not translated.
STARTERS: dict[str, tuple[str, ...]] = {
    "decision_role": ("决策", "采购", "财务", "使用", "影响"),
    "ownership": ("国有", "集体", "民营", "个体", "合资", "外资"),
    "category": (),
    "size": ("大", "中", "小"),
    "payment_terms": ("现款", "货到付款", "月结", "预付", "承兑"),
    "delivery_mode": ("自提", "送货", "物流", "快递"),
    "education_level": ("初中", "高中", "大专", "本科", "硕士", "博士"),
    "employment": ("在职", "自营", "退休", "待业", "学生"),
    "marital_status": ("未婚", "已婚", "离异", "丧偶"),
    "blood_type": ("A", "B", "AB", "O"),
}


def values(list_key: str) -> list[str]:
    """What can be chosen: the company's own values, or the starting set while it has none."""
    own = list(CodeValue.objects.filter(list_key=list_key, is_active=True).values_list("value", flat=True))
    return own or list(STARTERS[list_key])
