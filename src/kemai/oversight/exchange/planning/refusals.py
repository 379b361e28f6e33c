"""Why a row that reads well is refused all the same, or taken with a warning."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

from kemai.oversight.exchange.parsing import problems

_CHECK = _("请对照原单改正。")
_ASK = _("请改成你负责的客户，或请主管导入。")

problems.SENTENCES.update(
    {
        "customer_unknown": (_("没有这个客户。"), _("请改成已有的客户编号或全称，或选「建成新客户」。")),
        "customer_similar": (
            _("没有这个客户，像「%(similar)s」。"),
            _("是它就改成它的编号；不是就建成新客户。"),
        ),
        "customer_ambiguous": (_("不止一个客户符合：%(matches)s。"), _("请填客户编号。")),
        "customer_merged": (_("这个编号已经并入 %(into)s。"), _("改成 %(into)s 再导入，或先拆开。")),
        "customer_foreign": (_("不在你负责的范围。"), _ASK),
        "key_twice": (_("和第 %(other)s 行同号，内容不同。"), _("请看两行，留一行，或改正单号、行号。")),
        "row_twice": (_("和第 %(other)s 行完全一样，只算一次。"), _("真有两笔，请写上不同的行号。")),
        "too_long": (_("超过 %(limit)s 个字。"), _("请写短些。")),
        "product_new": (_("没有这个产品，已新建。"), _("请在产品里补上名称和产品线。")),
        "uscc_taken": (
            _("这个统一社会信用代码已经有客户在用。"),
            _("同一家就用它的编号；不是就请对照执照。"),
        ),
        "customer_new": (_("没有这个客户，会新建。"), _("请在客户里补全资料。")),
        "name_similar": (_("名称和「%(similar)s」一样或很像。"), _("是同一家就用它的编号。")),
        "owner_unknown": (_("没有叫「%(raw)s」的业务员。"), _("请写登录名或姓名；先在设置里加人。")),
        "owner_ambiguous": (_("有几位业务员都叫「%(raw)s」。"), _("请写登录名。")),
        "owner_forbidden": (_("你不能把客户分给「%(raw)s」。"), _("请主管导入，或不填业务员。")),
        "unit_unknown": (_("没有叫「%(raw)s」的单位。"), _("请在设置里加上，或改成已有的单位。")),
        "target_of_several": (
            _("一行写了不止一个：客户、人员、单位。"),
            _("一行只填一个；各是各的目标就分成几行。"),
        ),
        "person_unknown": (_("没有叫「%(raw)s」的在职人员。"), _("请写登录名或姓名；先在设置里加人。")),
        "person_ambiguous": (_("有几位都叫「%(raw)s」。"), _("请写登录名。")),
        "person_foreign": (_("「%(raw)s」不归你管。"), _("请主管导入，或去掉这一行。")),
        "unit_ambiguous": (
            _("有几个单位都叫「%(raw)s」。"),
            _("请写成「上级/单位」，例如「华东/销售一部」。"),
        ),
        "unit_foreign": (_("「%(raw)s」不归你管。"), _("请主管导入，或去掉这一行。")),
        "field_forbidden": (_("你不能改这一列，已跳过。"), _("请让有权限的人导入。")),
        "own_field": ("%(why)s", _("请照模板里这一列的说明填。")),
        "own_type": (_("这类客户没有「%(label)s」。"), _("请空着，或改客户的类型。")),
        "own_taken": (_("「%(raw)s」已经是别的客户的，「%(label)s」不能重复。"), _CHECK),
        "own_together": (_("和 %(other)s 的「%(fields)s」完全一样，合起来不能重复。"), _CHECK),
        "listed": ("%(why)s", _("一格写几个，用；隔开；括号里只写说明里列的那几样。")),
        "state_kept": (_("导入不改已有客户的状态。"), _("请在客户页改状态。")),
        "share_above_one": (_("预期份额超过 100%%。"), _CHECK),
        "probability_listed": (_("可能性只能是 80%%、50%% 或 20%%。"), _("请按高、中、低选一个。")),
        "no_reason": (_("预期份额没有写依据。"), _("请补上产品、市场、关系三条依据。")),
        "basis_points": (_("比例最多两位百分小数。"), _("请写成 12.34%% 这样。")),
        "key_of_other": (
            _("这个号已经是「%(holder)s」的。"),
            _("请对照原单改正号码，或改成它的客户。"),
        ),
        "key_of_foreign": (
            _("这个号已经是别的客户的，不在你负责的范围。"),
            _("请对照原单改正号码，或请主管导入。"),
        ),
        "due_before_issued": (_("到期日早于开票日期。"), _CHECK),
        "red_letter": (_("金额是负数，当作红字。"), _("不对的话改正金额。")),
        "invoice_unknown": (_("这个客户没有这张发票。"), _("可以先导入发票；号写错了请改正。")),
        "line_again": (_("和第 %(other)s 行一样，只算一次。"), _("不用改。")),
        "line_differs": (_("和第 %(other)s 行说的是同一个，内容不同。"), _("请看两行，留对的一行。")),
        "contact_ambiguous": (
            _("这家有几位都叫「%(raw)s」。"),
            _("请在客户的联系人页改，或先把其中一位的姓名写得不一样。"),
        ),
        "contact_left": (
            _("「%(raw)s」已经停用，这一行没有导入。"),
            _("真回来了，请先在客户的联系人页重新启用。"),
        ),
        "link_self": (_("不能做自己的经销商。"), _("请改经销商或下级客户。")),
        "link_days": (_("结束早于开始。"), _CHECK),
        "link_overlaps": (
            _("这两家同一产品线在这段日子里不止一条关系。"),
            _("请先让前一条结束，下一条从第二天开始。"),
        ),
        "link_shares": (
            _("这家客户同一段日子里各家经销商的份额加起来超过百分之百。"),
            _("请把几家的份额改到合起来不超过百分之百。"),
        ),
        "link_circle": (_("绕了一圈：谁也不能在自己的上面。"), _("请看上下级是不是写反了。")),
        "out_of_range": (_("数不在范围内。"), _CHECK),
    }
)


def found(
    rows: pl.DataFrame,
    field: str,
    raw: str,
    code: str,
    *,
    is_warning: bool = False,
    params: dict[str, Any] | None = None,
) -> pl.DataFrame:
    """The same problem for all of `rows`; `raw` names the column with what was written."""
    frame = problems.problems_frame(
        rows["row"], field, rows[raw].cast(pl.String), code, is_warning=is_warning
    )
    if params:
        frame = frame.with_columns(pl.lit(json.dumps(params, ensure_ascii=False)).alias("params"))
    return frame


def one(
    row: int, field: str, raw: str, code: str, *, is_warning: bool = False, **params: Any
) -> dict[str, Any]:
    """One problem as a row for `frame_of`."""
    return {
        "row": row, "field": field, "raw": raw[: problems.RAW_CHARACTERS], "code": code,
        "params": json.dumps(params, ensure_ascii=False), "is_warning": is_warning,
    }  # fmt: skip


def frame_of(found_ones: list[dict[str, Any]]) -> pl.DataFrame:
    """Many problems as a frame."""
    return pl.DataFrame(found_ones, schema=problems.SCHEMA)
