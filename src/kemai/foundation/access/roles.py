"""The default scope, duties and hidden fields of each role, as data (workflows, part 4)."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

Scope = Literal["all", "unit", "own", "named", "none"]
Sight = Literal["visible", "masked", "hidden"]

ROLE_LABELS = {
    "sales_rep": _("业务员"),
    "account_manager": _("客户经理"),
    "supervisor": _("部门主管"),
    "dept_manager": _("部门经理"),
    "region_manager": _("区域经理"),
    "ka_manager": _("大客户经理"),
    "ka_head": _("大客户部负责人"),
    "executive": _("领导"),
    "custodian": _("档案专员"),
    "credit": _("信用/财务"),
    "service": _("客服"),
    "marketing": _("市场"),
    "hr": _("人事"),
    "inspector": _("查核组"),
    "kb_editor": _("知识库编辑"),
    "privacy_officer": _("隐私专员"),
    "admin": _("系统管理员"),
}

# Groups of fields that a role may see, see masked, or not see at all.
FIELD_GROUPS = (
    "basics",
    "contacts",
    "agenda",
    "sales",
    "margin",
    "value",
    "potential",
    "credit",
    "bank",
    "id_number",
    "private",
)


@dataclass(frozen=True)
class Role:
    """What one role brings: whom it sees, what it may do, which field groups are not plainly visible."""

    scope: Scope
    duties: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    foreign_hidden: frozenset[str] = frozenset()  # hidden where the customer is somebody else's


_OWNERS = "private"  # family and personal life are for who looks after the customer, whatever his rank


def _role(scope: Scope, duties: str = "", *, masked: str = "", hidden: str = "", foreign: str = "") -> Role:
    parts = (frozenset(text.split()) for text in (duties, masked, hidden, f"{foreign} {_OWNERS}"))
    return Role(scope, *parts)


_SELL = "customer.create customer.edit customer.propose contact.edit agenda.log potential.edit ranking.view"
_BOOKS = "import.invoices import.receipts import.targets import.stock"
_LEAD = f"{_SELL} {_BOOKS} customer.confirm customer.assign customer.merge customer.group person.identify team.view import.customers import.contacts import.links import.sales import.products import.potentials export revalue"
_BUSINESS = "agenda sales margin value potential"

ROLES: dict[str, Role] = {
    "sales_rep": _role("own", _SELL, hidden="credit bank id_number", foreign="margin"),
    "account_manager": _role("own", _SELL, hidden="credit bank id_number", foreign="margin"),
    "supervisor": _role("unit", _LEAD, masked="id_number"),
    "dept_manager": _role("unit", _LEAD, masked="id_number"),
    "region_manager": _role("unit", _LEAD, masked="id_number"),
    "ka_manager": _role("named", _SELL, masked="id_number"),
    "ka_head": _role(
        "all", "ranking.view team.view export scheme.edit revalue customer.confirm", masked="id_number"
    ),
    "executive": _role(
        "all",
        "ranking.view team.view export scheme.edit revalue customer.confirm customer.assign customer.merge customer.group person.identify customer.create "
        f"import.customers import.contacts import.links import.sales import.products import.potentials {_BOOKS} calendar.edit company.edit archive.design",
        masked="id_number",
    ),
    "custodian": _role(
        "all",
        "customer.create customer.edit customer.merge customer.group customer.publish archive.design contact.edit import.customers import.contacts import.links import.products export",
        hidden=f"{_BUSINESS} credit bank id_number",
    ),
    "credit": _role(
        "all", "credit.edit ranking.view export import.invoices import.receipts", hidden="agenda id_number"
    ),
    "service": _role("all", "contact.edit", hidden=f"{_BUSINESS} credit bank id_number"),
    "marketing": _role("none"),
    "hr": _role("none"),
    "inspector": _role("none"),
    "kb_editor": _role("none"),
    "privacy_officer": _role("none"),
    "admin": _role("none", "people.manage unit.manage company.edit calendar.edit"),
}
UNIT_ROLES = tuple(key for key, role in ROLES.items() if role.scope == "unit")
