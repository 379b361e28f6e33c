"""Cells, states and axes of the pictures in words, and what to do about each."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def axis_words() -> dict[str, str]:
    """The axes of matrices and grid."""
    return {
        "performance": _("业绩指数"), "loyalty": _("忠诚指数"), "grade": _("信用等级"), "av": _("现实价值"), "gap": _("潜在价值"),
        "r": _("R 近度"), "f": _("F 频度"), "m": _("M 金额"),
    }  # fmt: skip


def group_words() -> dict[str, str]:
    """The groups of an axis."""
    return {
        "high": pgettext("group", "高"), "medium": pgettext("group", "中"), "low": pgettext("group", "低"),
        "good": pgettext("group", "好"), "bad": pgettext("group", "差"),
    }  # fmt: skip


def matrix_words() -> dict[str, str]:
    """The three matrices."""
    return {
        "performance_loyalty": _("业绩 × 忠诚"), "credit_performance": _("信用 × 业绩"), "value_potential": _("价值 × 潜力"),
    }  # fmt: skip


def cell_words() -> dict[str, tuple[str, str]]:
    """{cell: (name, what to do)}; "" is for those that one side is unknown of."""
    return {
        "core": (_("核心客户"), _("守住：专人维护，谈长期合作")),
        "retain": (_("风险大户"), _("买得多、心不定：提高忠诚，争取承诺")),
        "develop": (_("培育客户"), _("心在、量小：帮他多卖")),
        "minimum": (_("边缘客户"), _("少花时间，自助下单")),
        "extend_reward": (_("放宽并奖励"), _("提高额度，给奖励")),
        "normal_promote": (_("照常加促进"), _("额度照常，促他多买")),
        "train_watch": (_("辅导并观察"), _("教他做生意，看一个季度")),
        "limit_collect_faster": (_("限额快收"), _("额度封顶，收款提前")),
        "normal_limit": (_("正常限额"), _("额度照常")),
        "cut_limit": (_("压缩额度"), _("额度减一档")),
        "cash_guarantee": (_("现款并担保"), _("货到付款，要担保")),
        "cash": (_("现款"), _("款到发货")),
        "exit": (_("停止或退出"), _("停止赊销，准备退出")),
        "platinum": (_("白金"), _("最多投入")),
        "gold": (_("黄金"), _("保住")),
        "iron": (_("铁质"), _("挑着发展")),
        "lead": (_("铅质"), _("不投入")),
        "": (_("没进格子"), _("缺一边的数，补上就能进")),
    }  # fmt: skip


def state_words() -> dict[str, str]:
    """The states of the Markov model."""
    return {
        "active": _("活跃"),
        "at_risk": _("有风险"),
        "dormant": _("沉睡"),
        "lost": pgettext("state", "流失"),
    }
