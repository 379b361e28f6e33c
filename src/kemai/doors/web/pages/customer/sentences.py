"""The trail's verbs, fields and values in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.custom_fields import field_of, label_of
from kemai.business.archives.models import (
    CompetingProduct,
    Contact,
    Credit,
    Customer,
    CustomerType,
    DeliveryAddress,
    Individual,
    Operations,
    Part,
    ServiceItem,
    State,
    SupplyLink,
)
from kemai.business.trade.models import SaleLine
from kemai.business.valuation.models import Attitude, Benefit, Statement
from kemai.doors.web.pages.customer.credit_shown import figure_words
from kemai.doors.web.pages.customer.words import group_word, size_word
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.access.scopes import restrict
from kemai.foundation.files.models import DocumentKind
from kemai.foundation.files.rights import GROUPS
from kemai.foundation.money import exact_text

Names = dict[tuple[str, int], str]
NAMED: dict[str, Any] = {
    "owner_id": Person,
    "person_id": Person,
    "unit_id": OrgUnit,
    "dealer_id": Customer,
    "parent_id": Customer,
}


SUBJECTS: dict[str, Any] = {
    "contact": Contact, "delivery_address": DeliveryAddress, "competing_product": CompetingProduct, "service_item": ServiceItem,
    "supply_link": SupplyLink,
}  # fmt: skip


def names_in(actor: Actor, changes: list[dict[str, list[Any]] | None]) -> Names:
    """The names behind the keys that the changes hold; of customers only those that the actor sees."""
    found: Names = {}
    for field, model in NAMED.items():
        keys = {v for each in changes for v in (each or {}).get(field, ()) if isinstance(v, int)}
        if keys:
            rows = model.objects.filter(pk__in=keys)
            rows = restrict(rows, actor) if model is Customer else rows
            found |= {(field, pk): name for pk, name in rows.values_list("pk", "name")}
    return found


def sentence(verb: str) -> str:
    """What somebody did."""
    known = {
        "archives.customer.created": _("建了档案"), "archives.customer.changed": _("改了资料"), "archives.customer.assigned": _("换了负责人"),
        "archives.customer.merged": _("并入了重复客户"), "archives.customer.unmerged": _("拆开了合并的客户"),
        "archives.customer.regrouped": _("改了上级单位"),
        "archives.customer.restored": _("撤销了导入，资料改回原样"), "archives.credit.restored": _("撤销了导入，信用资料改回原样"),
        "archives.operations.restored": _("撤销了导入，经营资料改回原样"), "trade.product.changed": _("改了产品"),
        "archives.contact.added": _("加了联系人"), "archives.contact.changed": _("改了联系人"),
        "archives.contact.withdrawn": _("撤销了导入，联系人去掉了"), "archives.contact.restored": _("撤销了导入，联系人改回原样"),
        "archives.supply_link.withdrawn": _("撤销了导入，渠道关系去掉了"), "archives.supply_link.restored": _("撤销了导入，渠道关系改回原样"),
        "archives.contact_note.added": _("记了一条联系人的备注"), "archives.contact_note.retired": _("去掉了一条联系人的备注"),
        "archives.contact.deactivated": _("停用了联系人"), "archives.contact.reactivated": _("重新启用了联系人"),
        "archives.contact.joined": _("认出是同一个人的另一张名片"), "archives.contact.parted": _("把一张名片分了出去"),
        "archives.contact.reports": _("改了上下级"), "archives.person.changed": _("改了个人档案"),
        "archives.private.changed": _("改了家庭情况或个人生活"),
        "archives.id_number.changed": _("改了身份证号码"), "archives.id_number.revealed": _("看了完整的身份证号码"),
        "exchange.cards.exported": _("导出了名片"),
        "archives.state.changed": _("改了状态"), "archives.state.proposed": _("提议改状态"), "archives.state.confirmed": _("同意改状态"),
        "archives.state.declined": _("没同意改状态"), "archives.team.joined": _("加了团队成员"), "archives.team.left": _("撤了团队成员"),
        "archives.credit.changed": _("改了信用资料"), "archives.operations.changed": _("改了经营资料"),
        "archives.delivery_address.added": _("加了送货地点"), "archives.delivery_address.changed": _("改了送货地点"),
        "archives.delivery_address.removed": _("停用了送货地点"), "archives.delivery_address.restored": _("重新启用了送货地点"),
        "archives.competing_product.added": _("加了竞争产品"), "archives.competing_product.changed": _("改了竞争产品"),
        "archives.competing_product.removed": _("停用了竞争产品"), "archives.competing_product.restored": _("重新启用了竞争产品"),
        "archives.part.checked": _("核对了资料"), "archives.credit.checked": _("核对了信用资料"),
        "archives.custom.filled": _("填了自己的字段"), "archives.custom.restored": _("撤销了导入，自己的字段改回原样"),
        "archives.delivery_address.withdrawn": _("撤销了导入，送货地点去掉了"), "archives.competing_product.withdrawn": _("撤销了导入，竞争产品去掉了"),
        "archives.service_item.added": _("加了专门服务"), "archives.service_item.changed": _("改了专门服务"),
        "archives.service_item.removed": _("停用了专门服务"), "archives.service_item.restored": _("重新启用了专门服务"),
        "archives.supply_link.added": _("加了渠道关系"), "archives.supply_link.changed": _("改了渠道关系"),
        "archives.supply_link.ended": _("结束了渠道关系"),
        "archives.bank_account.changed": _("改了开户行账号"), "archives.bank_account.revealed": _("看了完整账号"),
        "agenda.contact.logged": _("记了一笔联系"), "agenda.task.added": _("安排了任务"), "agenda.task.finished": _("做完了任务"),
        "agenda.task.reopened": _("任务放回去了"), "agenda.task.moved": _("任务改了日子"), "agenda.task.passed": _("任务转给了别人"),
        "files.file.added": _("放进文件"), "files.file.retired": _("停用了文件"), "files.file.restored": _("重新启用了文件"),
        "files.credit_file.added": _("放进信用文件"), "files.credit_file.retired": _("停用了信用文件"),
        "files.credit_file.restored": _("重新启用了信用文件"), "files.file.changed": _("改了文件说明"),
        "files.credit_file.changed": _("改了信用文件说明"),
        "prospects.potential.estimated": _("估了潜力"), "valuation.attitude.recorded": _("记了态度"), "trade.sale.posted": _("记了销售"), "trade.sale.returned": _("记了退货"),
        "valuation.exclusion.proposed": _("提了要不要排除的建议"), "valuation.exclusion.agreed": _("同意了排除的建议"),
        "valuation.exclusion.declined": _("没同意排除的建议"),
        "trade.sale.delivered": _("订单已交货"), "trade.sale.cancelled": _("取消了订单"), "trade.month.totalled": _("记了月合计"),
        "trade.targets.set": _("定了目标"), "trade.allocation.matched": _("把收款对上了发票"), "trade.allocation.unmatched": _("拆开了收款和发票"),
        "valuation.benefit.recorded": _("记了给客户的好处"), "valuation.benefit.removed": _("去掉了一笔给客户的好处"),
        "valuation.missing_line.estimated": _("估了没买的产品线"), "valuation.missing_line.removed": _("去掉了一条没买的产品线"),
        "valuation.credit.assessed": _("评了信用"), "valuation.credit.statement_saved": _("填了财务数据"),
    }  # fmt: skip
    return known.get(verb, verb)


def _of_worth_and_credit(subject: str) -> dict[str, str]:
    """The fields of what is entered about worth and credit, as their forms call them."""
    words = {
        "statement": {"year": _("年份"), "kind": _("实际或预测"), **figure_words()},
        "credit_assessment": {"grade": _("信用级别"), "score": _("分数")},
        "benefit": {"period": _("期间"), "kind": pgettext("benefit", "类别")},
        "missing_line": {"name": _("产品线，或介绍给谁"), "worth_fen": _("值多少")},
    }
    return words.get(subject, {})


def field_label(name: str, subject: str = "") -> str:
    """A field's name as the forms of the subject write it: the name of a contact is none of the customer's."""
    special = _of_worth_and_credit(subject)
    if name in special:
        return special[name]
    known = {
        "merged_code": _("并入的客户"), "part": _("哪一部分"), "wrong_fields": _("不对的"), "owner": _("负责人"), "person": _("谁"), "ends_on": _("到哪天"), "bank_account": _("开户行账号"), "is_active": _("在用"),
        "is_primary": _("排第一位"), "inactive_reason": _("为什么停用"), "on": _("哪天"), "channel": _("方式"), "next_on": _("下次联系"),
        "title": _("内容"), "due_on": _("哪天"), "due_at": _("几点"), "status": _("情况"), "done_at": _("做完时间"), "person_id": _("谁"),
        "mp_fen": _("需求潜力"), "es_bp": _("预期份额"), "p_bp": _("可能性"), "av_fen": _("预期增量"),
        "attitude": _("态度"), "is_early_adopter": _("新产品的率先使用者"), "share_of_wallet": _("钱包份额"), "referral": _("推荐"),
        "price_tolerance": _("价格容忍"), "fault_tolerance": _("差错容忍"), "rival_attitude": _("对竞争者的态度"),
        "file_name": pgettext("tab", "文件"), "file_kind": _("是什么"), "file_size": _("大小"), "file_note": _("备注"), "file_sha256": _("内容指纹"),
        "file_group": _("谁能看"),
        "horizon_months": _("预测期（月）"), "way": _("建议"), "amount_fen": _("金额"), "day": _("日期"), "unit_id": _("单位"), "owner_id": _("负责人"), "dealer_id": _("经销商"), "parent_id": _("上级单位"),
        "filter": _("范围"), "rows": _("几张"), "sha256": _("内容指纹"), "id_number": _("身份证号码"), "not_applicable": _("不适用的"),
        "target_period": _("期间"),
    }  # fmt: skip
    own = SUBJECTS.get(subject)
    if name in known and own is None:
        return known[name]
    ours = field_of(name)
    if ours:
        return label_of(ours)
    models = (
        own,
        Customer,
        Contact,
        Individual,
        Credit,
        Operations,
        DeliveryAddress,
        CompetingProduct,
        ServiceItem,
        SupplyLink,
    )
    labels = (_label_in(model, name) for model in models if model is not None)
    return next((label for label in labels if label), known.get(name, name))


def _label_in(model: Any, name: str) -> str:
    """What the model calls the field; "" where it has none, or never gave it a name for people."""
    for field in model._meta.fields:
        if field.name == name:
            said = str(field.verbose_name)
            return "" if said == name.replace("_", " ") else said
    return ""


def shown(name: str, value: Any, named: Names | None = None) -> str:
    """A value as people read it."""
    if value in (None, ""):
        return ""
    if name in NAMED:
        unseen = _("不在你能看的范围") if NAMED[name] is Customer else str(value)
        return (named or {}).get((name, value), unseen)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if (name.endswith("_fen") or name in figure_words()) and isinstance(value, int):
        return exact_text(value)
    if name == "trade_radius_m":
        return _("%(n)s 公里") % {
            "n": f"{Decimal(value) / 1000:f}".rstrip("0").rstrip(".") if value % 1000 else value // 1000
        }
    if name.endswith("_bp") and isinstance(value, int):
        return f"{Decimal(value) / 100:g}%"
    if name in ("wrong_fields", "not_applicable"):
        return _("、").join(field_label(key) for key in str(value).split("、"))
    if name == "file_size" and isinstance(value, int):
        return size_word(value)
    choices: dict[str, Any] = {
        "part": dict(Part.choices), "kind": dict(Benefit.Kind.choices) | dict(Statement.Kind.choices), "attitude": dict(Attitude.Kind.choices),
        "file_kind": dict(DocumentKind.choices), "file_group": {g: group_word(g) for g in GROUPS}, "state": dict(State.choices), "type": dict(CustomerType.choices), "channel": dict(ContactLog.Channel.choices),
        "status": dict(Task.Status.choices) | dict(SaleLine.Status.choices),
    }  # fmt: skip
    return str(choices.get(name, {}).get(str(value), value))
