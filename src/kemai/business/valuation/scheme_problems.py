"""What is wrong with a scheme, a scorecard or the quality score, said in the reader's language.

The library's sentences are Chinese and carry their figures inside: each is found again by its pattern below and said
anew; one that is not below stays as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from kemai.business.valuation.own.nameable import chinese
from kemai.foundation.traditional import in_script
from kemai.value import SchemeError

SENTENCES: tuple[Any, ...] = (
    _("权重合计必须是 100，现在是 %(total)s"),
    _("评分卡要有 1 到 %(most)s 项指标"),
    _("同一个指标只能用一次"),
    _("第 %(at)s 项：缺的时候怎么办没写清"),
    _("第 %(at)s 项：权重要是 1 到 100 的整数"),
    _("第 %(at)s 项：要写「其余」得几分，最多 %(most)s 档"),
    _("第 %(at)s 项：得分要在 0 到 100 之间"),
    _("第 %(at)s 项：各档的起点没写全"),
    _("第 %(at)s 项：各档的起点要从高到低"),
    _("等级最多 %(most)s 个，最后一个是「其余」"),
    _("等级的名字写 1 到 20 个字，不能重名"),
    _("各等级的起点没写全"),
    _("各等级的起点要从高到低"),
    _("权重要是整数"),
    _("得分要是整数"),
    _("「%(text)s」不是数"),
    _("权重之和必须是 1，现在是 %(total)s"),
    _("%(name)s 的标杆必须大于 0"),
    _("方案 %(key)s：累计占比的分界必须从小到大，且在 0 到 100 之间"),
    _("方案 %(key)s：门槛必须从高到低"),
    _("分界 %(cut)s 不是数"),
)


def problem_of_scheme(wrong: SchemeError) -> str:
    """The sentence, with the figures of the library's own."""
    for pattern, said in _patterns():
        if found := pattern.fullmatch(str(wrong)):
            return str(said) % found.groupdict() if found.groupdict() else str(said)
    return in_script(str(wrong))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Any], ...]:
    return tuple((_pattern(chinese(each)), each) for each in SENTENCES)


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(sentence)))
