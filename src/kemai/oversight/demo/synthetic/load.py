"""Brings a synthetic company into an empty database by bulk load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer, CustomerSearch
from kemai.business.trade.facts.dirty import note_dirty
from kemai.business.trade.models import Product, SaleLine
from kemai.foundation import trail
from kemai.foundation.access.actor import Refused, system_actor
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.batches.models import Batch
from kemai.foundation.preferences.company import company_setting, set_company_setting
from kemai.oversight.demo.synthetic import records
from kemai.oversight.demo.synthetic.bulk import Loader, after_load, loader
from kemai.oversight.demo.synthetic.columns import whole_table
from kemai.oversight.demo.synthetic.customers import customer_frame
from kemai.oversight.demo.synthetic.orders import make_orders
from kemai.oversight.demo.synthetic.people import make_people
from kemai.oversight.demo.synthetic.plan import CompanyPlan
from kemai.oversight.demo.synthetic.search_text import build_index, search_frames

KEY, NAME, CHUNK = "demo.synthetic", "合成数据", 250_000
Say = Callable[[str], None]


def load_synthetic(
    *, customers: int, sales: int, seed: int, today: date, password: str, say: Say = lambda words: None,
    with_search: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Loads the company and gives counts; does nothing where just that company is there already.

    Raises Refused for a database that holds anything else, and for sizes that make no sense. Search words are most
    of the work; whoever measures something else may leave them out.
    """
    plan = CompanyPlan(customers, sales, seed, today)
    if _is_there(plan):
        return {"customers": customers, "sales": sales, "seed": seed, "loaded": False}
    actor = system_actor(today)
    set_company_setting(actor=actor, key=KEY, value={**plan.to_json(), "complete": False})
    set_company_setting(actor=actor, key="company.name", value=NAME)
    _fill(plan, actor, password, say, with_search)
    set_company_setting(actor=actor, key=KEY, value={**plan.to_json(), "complete": True})
    return {"customers": customers, "sales": sales, "seed": seed, "loaded": True}


def _is_there(plan: CompanyPlan) -> bool:
    if plan.customers < 100 or plan.sales < 0:
        raise Refused(_("合成数据至少要 100 名客户，销售行数不能是负数。"))
    known = company_setting(KEY)
    if known and not known["complete"]:
        raise Refused(_("这个数据库里的合成数据上次没装完，请换一个空库。"))
    if known and {**known, "today": ""} == {**plan.to_json(), "today": "", "complete": True}:
        return True
    if known:
        raise Refused(
            _("这个数据库里已有另一份合成数据（%(customers)s 名客户、%(sales)s 行销售、种子 %(seed)s），请换一个空库。") % known
        )  # fmt: skip
    if any(each.objects.exists() for each in (Customer, Person, OrgUnit, Batch, SaleLine, Product)):
        raise Refused(_("这个数据库里已有别的数据，合成数据只装进空库。"))
    return False


def _fill(plan: CompanyPlan, actor: Any, password: str, say: Say, with_search: bool) -> None:
    reps = make_people(actor, plan, password)
    products = [each.pk for each in Product.objects.bulk_create(records.product_rows())]
    batches = {kind: _begin(kind, actor.name) for kind in ("customers", "sales")}
    say(_("在编订单……"))
    orders = make_orders(plan)
    customers = customer_frame(plan, orders, reps)
    with loader() as into:
        say(_("在装客户……"))
        _customers(into, customers, plan)
        if with_search:
            say(_("在装检索词……"))
            _append(into, CustomerSearch, search_frames(customers))
        say(_("在装销售……"))
        _append(into, SaleLine, records.sale_frames(plan, orders, products, batches["sales"].pk))
    say(_("在编索引……"))
    build_index()
    after_load(Customer, SaleLine)
    _land(plan, actor, batches)


def _customers(into: Loader, customers: Any, plan: CompanyPlan) -> None:
    _append(into, Customer, customers.iter_slices(CHUNK))
    for model, frame in records.hanging_on(customers, plan):
        _append(into, model, frame.iter_slices(CHUNK))


def _append(into: Loader, model: Any, frames: Any) -> None:
    with into.without_indexes(model):
        into.append(model, (whole_table(model, frame) for frame in frames))


def _begin(kind: str, name: str) -> Batch:
    return Batch.objects.create(kind=kind, person_name=name[:60], source=NAME)


def _land(plan: CompanyPlan, actor: Any, batches: dict[str, Batch]) -> None:
    for kind, rows in (("customers", plan.customers), ("sales", plan.sales)):
        counts = {"rows": rows, "created": rows, "updated": 0, "unchanged": 0, "rejected": 0}
        Batch.objects.filter(pk=batches[kind].pk).update(
            status=Batch.Status.LANDED, landed_at=timezone.now(), counts=counts
        )
    note_dirty(SaleLine.objects.order_by().values_list("day", flat=True).distinct())
    trail.record(actor=actor, verb="demo.synthetic.loaded", changes={"plan": [None, plan.to_json()]})
