"""Why a row was refused, or taken with a warning: codes in a frame, sentences on demand.

A wrong column can refuse a million rows, so problems travel as a polars frame with the columns
row, field, raw, code, params (JSON) and is_warning; `RowProblem` is one of them with its sentences.
"""

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.translation import gettext_lazy as _

SCHEMA = {
    "row": pl.Int64,
    "field": pl.String,
    "raw": pl.String,
    "code": pl.String,
    "params": pl.String,
    "is_warning": pl.Boolean,
}
RAW_CHARACTERS = 200
_AS_TEXT = _("请在 Excel 里把这一列设为文本，重新填好再导入。")
_CHECK = _("请对照原单改正。")
_WRITE_DATE = _("请写成 2026-03-01 这样。")
_PLAIN_NUMBER = _("请只写数字，例如 12000.50。")

SENTENCES: dict[str, tuple[Any, Any]] = {
    "missing": (_("这一格空着，不能空。"), _("请补上。")),
    "missing_customer": (_("没有写是哪个客户。"), _("请填客户编号或客户名称。")),
    "missing_whose": (_("没有写是谁的目标。"), _("请填客户、人员、单位中的一个。")),
    "cell_error": (_("单元格是错误值 %(raw)s。"), _("请在 Excel 里改好公式，或填上数值。")),
    "uncomputed": (_("公式没有算出来的值。"), _("请用 Excel 打开并保存一次，或粘贴为数值。")),
    "merged": (_("合并单元格，只有首行有值。"), _("请选「向下填」，或取消合并并逐行填好。")),
    "ragged": (_("这一行比表头多出几格。"), _("多半是某格里有分隔符却没有加引号；请改正这一行。")),
    "number_too_long": (_("超过 15 位的数字，Excel 已经改掉了末几位。"), _AS_TEXT),
    "digits_lost": (_("科学记数，末几位已经丢了。"), _AS_TEXT),
    "unreadable_character": (_("有读不出的字。"), _("请从原来的软件重新导出。")),
    "text_too_long": (_("超过 %(limit)s 个字。"), _("请写短些。")),
    "not_a_flag": (_("认不出是或否。"), _("请写「是」或「否」。")),
    "unknown_choice": (_("认不出「%(raw)s」。"), _("可以写：%(choices)s。")),
    "not_a_number": (_("不是数。"), _PLAIN_NUMBER),
    "letters_in_number": (_("数里有别的字。"), _PLAIN_NUMBER),
    "number_exponent": (_("数写成了科学记数，位数可能丢了。"), _PLAIN_NUMBER),
    "comma_misplaced": (_("逗号位置不对，不知道是千分位还是小数点。"), _PLAIN_NUMBER),
    "number_too_large": (_("数太大，超过 15 位。"), _CHECK),
    "below_zero": (_("不能小于零。"), _CHECK),
    "money_unit": (_("金额带了单位，不知道是元还是万元。"), _("请换算成元，只写数字。")),
    "money_decimals": (_("金额最多两位小数。"), _("请四舍五入到分；Excel 里用 ROUND(…, 2)。")),
    "quantity_decimals": (_("数量最多三位小数。"), _CHECK),
    "fraction_decimals": (_("比例的小数太多。"), _("最多到 0.000001。")),
    "fraction_above_one": (_("比例超过 100%%。"), _CHECK),
    "fraction_without_percent": (_("大于 1，不知道是不是百分数。"), _("请写成 30%% 或 0.3。")),
    "not_whole": (_("要整数。"), _CHECK),
    "date_unreadable": (_("认不出的日期。"), _WRITE_DATE),
    "date_ambiguous": (_("日月年，不敢猜。"), _("请写成 2026-03-01，或在对列时选定日和月的次序。")),
    "no_such_day": (_("没有这一天。"), _WRITE_DATE),
    "no_such_day_in_month": (_("%(year)s 年 %(month)s 月没有 %(day)s 日。"), _CHECK),
    "date_too_early": (_("早于 1900 年。"), _CHECK),
    "date_in_future": (_("日期太远，在将来。"), _("请看年份是不是写错了。")),
    "month_only": (_("只有年月，没有日。"), _("请补上日；如果是月合计，把类型写成「月结」。")),
    "period_unreadable": (_("认不出的期间。"), _("请写成 2026、2026-Q1 或 2026-01。")),
    "phone_letters": (_("号码里有别的字。"), _("一格只写一个号码。")),
    "phone_length": (_("号码有 %(digits)s 位，不是手机也不是固定电话。"), _CHECK),
    "phone_area_missing": (_("固定电话缺区号。"), _("请写成 0571-88888888。")),
    "two_phones": (_("一格里有几个号码。"), _("一格只写一个号码。")),
    "postcode": (_("邮编要 6 位数字。"), _("开头的 0 也要写；这一列请设为文本。")),
    "email": (_("不像电子邮件地址。"), _CHECK),
    "url": (_("不像网址。"), _CHECK),
    "uscc": (_("不像统一社会信用代码。"), _("要 18 位；请对照营业执照。")),
    "uscc_check": (_("统一社会信用代码的校验位不对。"), _("请对照营业执照。")),
    "return_made_negative": (_("退货写成了正数，已按负数入账。"), _("不对的话把类型改成「销售」。")),
    "negative_is_return": (_("金额是负数，当作退货。"), _("不对的话改正金额。")),
    "quantity_sign": (_("金额是正数，数量却是负数。"), _CHECK),
    "money_rounded": (_("金额已四舍五入到分。"), _CHECK),
}


@dataclass(frozen=True)
class RowProblem:
    """One problem of one cell, with the sentences for the person."""

    row: int
    field: str
    raw: str
    code: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)
    is_warning: bool = False

    @property
    def problem(self) -> str:
        """What is wrong, in one sentence."""
        return self._told(0)

    @property
    def mend(self) -> str:
        """What to do about it, in one sentence."""
        return self._told(1)

    def _told(self, place: int) -> str:
        return str(SENTENCES[self.code][place]) % {"raw": self.raw, **self.params}


def no_problems() -> pl.DataFrame:
    """An empty frame of problems."""
    return pl.DataFrame(schema=SCHEMA)


def problems_frame(
    rows: pl.Series, field: str, raw: pl.Series, code: str, *, is_warning: bool = False
) -> pl.DataFrame:
    """The same problem for many rows; `rows` and `raw` have equal length."""
    return pl.DataFrame({"row": rows, "raw": raw.str.slice(0, RAW_CHARACTERS)}).select(
        pl.col("row").cast(pl.Int64),
        pl.lit(field).alias("field"),
        pl.col("raw").fill_null(""),
        pl.lit(code).alias("code"),
        pl.lit("{}").alias("params"),
        pl.lit(is_warning).alias("is_warning"),
    )


def each_problem(frame: pl.DataFrame) -> Iterator[RowProblem]:
    """The problems of a frame one by one."""
    for row, name, raw, code, params, is_warning in frame.iter_rows():
        yield RowProblem(row, name, raw, code, json.loads(params), is_warning)
