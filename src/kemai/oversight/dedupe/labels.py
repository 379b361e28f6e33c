"""Evidence in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def level_word(comparison: str, level: str) -> str:
    """What was found when two customers were compared in one respect."""
    known = {
        ("name", "same"): _("同一地方的同一名称"), ("name", "same_word"): _("名称相同"), ("name", "sound"): _("名称同音"), ("name", "sound_here"): _("同一地方，名称同音"),
        ("name", "one_off"): _("名称差一个字"), ("name", "short"): _("一个是另一个的简写"), ("name", "other_trade"): _("字号相同，行业不同"),
        ("name", "elsewhere"): _("字号相同，地方不同"), ("name", "other"): _("名称不同"), ("branch", "same"): _("同一个分支机构"),
        ("branch", "other"): _("一个是分支机构"), ("code", "same"): _("信用代码相同"), ("code", "one_off"): _("信用代码差一两位"),
        ("code", "other_written"): _("信用代码不同，有一个写错"), ("code", "other"): _("信用代码都对，但不同"),
        ("phone", "two"): _("两个电话相同"), ("phone", "one"): _("电话相同"), ("phone", "none"): _("电话不同"),
        ("address", "same"): _("地址相同"), ("address", "like"): _("地址相近"), ("address", "other"): _("地址不同"),
        ("principal", "same"): _("负责人相同"), ("principal", "other"): _("负责人不同"),
        ("domain", "same"): _("邮箱或网站域名相同"), ("domain", "other"): _("邮箱或网站域名不同"),
    }  # fmt: skip
    return known.get((comparison, level), f"{comparison} {level}")


def sign_word(comparison: str) -> str:
    """What a pair can be narrowed by."""
    known = {
        "name": _("名称像"), "code": _("信用代码像"), "phone": _("电话相同"), "address": _("地址像"), "principal": _("负责人相同"),
        "domain": _("邮箱或网站域名相同"),
    }  # fmt: skip
    return known.get(comparison, comparison)


def likelihood_word(probability: float) -> str:
    """How sure the program is."""
    if probability >= 0.999:
        return _("几乎肯定")
    return _("很可能") if probability >= 0.99 else _("可能")
