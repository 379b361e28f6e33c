"""Files of the story's customers: a statement that everybody sees, and what was agreed, for who sees credit."""

from __future__ import annotations

from datetime import date

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.files.actions import add_file
from kemai.oversight.demo import story


def load_papers(shops: list[story.Shop], today: date, seed: int = 1) -> None:
    """The custodian keeps the statements, credit keeps the agreements."""
    keeper, credit = (actor_of(Person.objects.get(login=login), today) for login in ("dang", "cai"))
    for shop in (shops[story.HUARUI - 1], shops[story.RISER - 1]):
        customer = Customer.objects.get(code=shop.code)
        month, statement = statement_of(shop, today, seed)
        add_file(
            actor=keeper, customer_id=customer.pk, declared_name=f"{shop.short}-对账单-{month:%Y-%m}.csv",
            chunks=[statement.encode("utf-8-sig")], kind="statement", note="月底对过账，双方没有出入",
        )  # fmt: skip
        add_file(
            actor=credit, customer_id=customer.pk, declared_name=f"{shop.short}-合作要点.txt",
            chunks=[agreement_of(shop).encode()], kind="contract", group="credit", note="原件在信用组柜里",
        )  # fmt: skip


def statement_of(shop: story.Shop, today: date, seed: int = 1) -> tuple[date, str]:
    """The month of the last order, as its first day, and its orders as CSV with a total."""
    orders = sorted(story.orders(shop, today, seed))
    month = orders[-1][0].replace(day=1)
    lines = [(on, amount) for on, amount in orders if on.replace(day=1) == month]
    rows = [f"{on},{amount:.2f}" for on, amount in lines]
    return month, "\n".join(["日期,金额", *rows, f"合计,{sum(amount for _on, amount in lines):.2f}", ""])


def agreement_of(shop: story.Shop) -> str:
    """What a salesperson would have to look up in the contract."""
    return f"{shop.name}\n\n一、月结，超过期限停止发货。\n二、年返利按回款算，退货扣除。\n三、窜货一次取消当季返利。\n"
