"""分配目标: whose target, how much, among whom; a preview that adds up to the fen, and only then saved (S1.110)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.trade.actions import InvalidTarget
from kemai.business.trade.periods import period_of
from kemai.business.trade.queries import led_units, staff
from kemai.business.valuation.targets import allocation
from kemai.doors.web.pages.customer.words import fen_of, large_unit, large_unit_word
from kemai.doors.web.pages.valuation import aims, frame
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

FIELDS = ("period", "whose", "among", "amount", "weight", "floor", "cap", "step")
STEPS = ("1000", "10000", "100", "1")


@page
def allocate(request: ActorRequest) -> HttpResponse:
    """GET asks and shows who would get what; POST saves what was shown."""
    actor = request.actor
    actor.require("import.targets", _("目标由主管或领导来定。"))
    given = request.POST if request.method == "POST" else request.GET
    asked = {name: given.get(name, "").strip() for name in FIELDS}
    problem, proposal, wish = "", None, None
    try:
        wish = _wish(actor, asked) if asked["amount"] else None
        if wish and request.method == "POST":
            return _saved(request, wish, given)
        proposal = allocation.propose(actor, wish) if wish else None
    except (InvalidTarget, ValueError) as odd:
        problem = str(odd)
    context = {
        "asked": asked, "problem": problem, "proposal": proposal, "wish": wish, "whose": _whose(actor), "periods": aims.periods_of(actor),
        "amount_unit": large_unit_word(), "among": list(among_words().items()), "weights": list(weight_words().items()), "mark": proposal.mark if proposal else "",
        "steps": [(step, _("%(n)s 元") % {"n": f"{int(step):,}"}) for step in STEPS], "back": aims.NAME,
        "period_word": aims.period_word(wish.period) if wish else "", "sum": sum(s.fen for s in proposal.shares) if proposal else 0,
        "weight_sum": sum(s.weight for s in proposal.shares) if proposal else 0, "before_sum": sum(s.before for s in proposal.shares) if proposal else 0,
        "weight_word": weight_words()[wish.weight] if wish else "",
    }  # fmt: skip
    return frame.show(request, "allocate.html", aims.NAME, context, status=400 if problem else 200)


def among_words() -> dict[str, str]:
    """Whom a target is shared among."""
    return {"persons": _("下面的人"), "units": _("下一级单位"), "customers": _("客户")}


def weight_words() -> dict[str, str]:
    """By what it is shared."""
    return {"forecast": _("销售预测"), "expected": _("期望价值")}


def _saved(request: ActorRequest, wish: allocation.Wish, given: QueryDict) -> HttpResponse:
    changed = allocation.allocate(
        actor=request.actor, wish=wish, mark=given.get("mark", ""), reason=given.get("reason", "").strip()
    )
    messages.success(request, _("分好了，改了 %(n)s 个目标") % {"n": changed})
    by = {"persons": "person", "units": "unit", "customers": "customer"}[wish.among]
    return HttpResponseRedirect(aims.address(by, wish.period))


def _whose(actor: Actor) -> list[tuple[str, str]]:
    units = [(f"u{pk}", name) for pk, name in led_units(actor).order_by("path").values_list("pk", "name")]
    people = staff(actor).filter(pk__in=_owners(actor)).order_by("name").values_list("pk", "name")
    return [*units, *((f"p{pk}", name) for pk, name in people)]


def _owners(actor: Actor) -> Any:
    return restrict(Customer.objects.all(), actor).order_by().values("owner_id").distinct()


def _wish(actor: Actor, asked: dict[str, str]) -> allocation.Wish:
    """Raises ValueError with a sentence for what can't be read, LookupError for whom the actor doesn't lead."""
    kind, key = asked["whose"][:1], asked["whose"][1:]
    if kind not in ("u", "p") or not key.isdecimal():
        raise ValueError(_("请选是谁的目标。"))
    unit = led_units(actor).filter(pk=int(key)).first() if kind == "u" else None
    person = staff(actor).filter(pk=int(key)).first() if kind == "p" else None
    if unit is None and person is None:
        raise LookupError(asked["whose"])
    amount = fen_of(asked["amount"], large_unit())
    if not amount or amount <= 0:
        raise ValueError(_("要分的总数要大于零。"))
    among = "customers" if person else asked["among"] or "persons"
    if among not in allocation.AMONG or (asked["weight"] or "forecast") not in allocation.WEIGHTS:
        raise LookupError(among)
    step = int(asked["step"]) if asked["step"] in STEPS else 1_000
    return allocation.Wish(
        period_of(asked["period"]), amount, among, unit, person, asked["weight"] or "forecast", _percent(asked["floor"]),
        _percent(asked["cap"]), step,
    )  # fmt: skip


def _percent(text: str) -> Decimal | None:
    plain = text.rstrip("%").strip()
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation as odd:
        raise ValueError(_("上下限请写百分数，比如 90。")) from odd
    if not found.is_finite() or not 0 <= found <= 1_000:
        raise ValueError(_("上下限在 0 到 1000 之间。"))
    return found
