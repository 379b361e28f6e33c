"""One customer: the head with its answers, then the tabs; each is a page of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.business.archives import actions, fields, queries
from kemai.business.archives.actions.states import allowed_moves
from kemai.business.archives.models import Customer, CustomerType, State
from kemai.business.trade.queries import monthly_sales, trade_record
from kemai.business.valuation import queries as valuation
from kemai.business.valuation import wording
from kemai.business.valuation.schemes import scheme_name
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Person
from kemai.value.explain import population_summary

LEADING = "ev_abc"


@page
def overview(request: ActorRequest, code: str) -> HttpResponse:
    """Value, months, contacts, timeline."""
    customer = queries.customer_by_code(request.actor, code)
    head = _head(request, customer, "overview")
    row, run = head.pop("standing"), head.pop("run")
    contacts = list(queries.contacts_of(request.actor, customer)[:5])
    return render(
        request, "customer/overview.html",
        {
            **head, "value_rows": _value_rows(request.actor, customer, run, row), "value_note": _run_note(run),
            "value_aside": None, "months": _months(request.actor, customer), "contacts": contacts,
            "contacts_link": _link("customer_contacts", customer, _("全部")), "events": _events(request.actor, customer)[:12],
            "timeline_link": _link("customer_timeline", customer, _("全部")),
        },
    )  # fmt: skip


@page
def basics(request: ActorRequest, code: str) -> HttpResponse:
    """The fifteen basic fields, as far as the actor sees them."""
    customer = queries.customer_by_code(request.actor, code)
    rows = [
        (label, text or mark_safe(f'<span class="t3">{_("没填")}</span>'))
        for label, text in fields.visible_basics(request.actor, customer)
    ]
    return _tab(
        request,
        customer,
        "basics",
        {"basics": rows, "filled": fields.filled_share(customer), "edit_link": None},
    )


@page
def sales(request: ActorRequest, code: str) -> HttpResponse:
    """Months beside last year's, and the trade record."""
    customer = queries.customer_by_code(request.actor, code)
    number = _number(request.GET.get("page"))
    record = trade_record(request.actor, customer, number)
    lines = [_line(x) for x in record.lines] if record else []
    here = reverse("customer_sales", args=[code])
    first = (record.page - 1) * 50 + 1 if record else 1
    return _tab(
        request, customer, "sales",
        {
            "months": _months(request.actor, customer), "lines": lines, "line_columns": _line_columns(bool(record and record.shows_margin)),
            "record_note": _("共 %(n)s 行") % {"n": f"{record.count:,}"} if record else "",
            "record_total": record.total_fen if record else 0, "line_first": first, "line_last": first + len(lines) - 1,
            "line_next": f"{here}?page={record.page + 1}" if record and record.has_next else None,
            "line_previous": f"{here}?page={record.page - 1}" if record and record.page > 1 else None,
        },
    )  # fmt: skip


@page
def contacts(request: ActorRequest, code: str) -> HttpResponse:
    """People on the customer's side; a POST adds one."""
    customer = queries.customer_by_code(request.actor, code)
    names = ("name", "title", "mobile", "phone", "email", "decision_role")
    form, errors = {n: request.POST.get(n, "") for n in names}, []
    if request.method == "POST":
        try:
            actions.add_contact(actor=request.actor, customer=customer, **form)
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse("customer_contacts", args=[code]))
        except actions.Invalid as invalid:
            errors = list(invalid.problems.values())
    roles = [("", _("不清楚")), *((r, r) for r in (_("决策"), _("采购"), _("财务"), _("使用")))]
    found = list(queries.contacts_of(request.actor, customer)[:200])
    extra = {"contacts": found, "form": form, "errors": errors, "decision_roles": roles}
    return _tab(request, customer, "contacts", extra, status=422 if errors else 200)


@page
def timeline(request: ActorRequest, code: str) -> HttpResponse:
    """What happened, newest first."""
    customer = queries.customer_by_code(request.actor, code)
    return _tab(request, customer, "timeline", {"events": _events(request.actor, customer)})


@page
def changes(request: ActorRequest, code: str) -> HttpResponse:
    """The trail of the customer."""
    customer = queries.customer_by_code(request.actor, code)
    entries = [_entry(e) for e in list(trail.entries_of_customer(request.actor, customer.pk))[:100]]
    return _tab(request, customer, "changes", {"entries": entries})


@page
def why(request: ActorRequest, code: str, measure: str) -> HttpResponse:
    """Why a number is what it is: formula, inputs, place, what would move it."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    key = "sales_abc_value" if measure == "sales_12m" else measure
    if key in valuation.MARGIN_SCHEMES and not actor.sees("margin", customer.owner_id):
        raise Refused(_("你的岗位看不到毛利。"))
    run, row = valuation.published_run(), valuation.standing_of(actor, customer)
    if run is None or row is None:
        raise LookupError(code)
    found = valuation.explanation(run, row, code, key)
    return render(
        request, "customer/why.html", {"c": _card(customer), "w": _why(actor, customer, run, row, found, key)}
    )


@page
def create(request: ActorRequest) -> HttpResponse:
    """A new customer."""
    actor = request.actor
    actor.require("customer.create", _("你的岗位不能建客户。"))
    given = request.POST if request.method == "POST" else request.GET
    names = (
        "name",
        "short_name",
        "type",
        "region",
        "category",
        "size",
        "uscc",
        "phone",
        "address",
        "principal",
    )
    values, errors = {n: given.get(n, "") for n in names}, {}
    if request.method == "POST":
        try:
            made = actions.create_customer(
                actor=actor, **{k: v for k, v in values.items() if v or k == "name"}
            )
            return HttpResponseRedirect(reverse("customer", args=[made.code]))
        except actions.Invalid as invalid:
            errors = invalid.problems
    return _form(request, _("新客户"), names, values, errors, back=reverse("customers"), back_label=_("客户"))


@page
def edit(request: ActorRequest, code: str) -> HttpResponse:
    """The basic fields of a customer."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    names = tuple(n for n in fields.EDITABLE if n != "since")
    values, errors, conflict = {n: getattr(customer, n) for n in names}, {}, None
    if request.method == "POST":
        values = {n: request.POST.get(n, "") for n in names}
        try:
            actions.change_basics(
                actor=actor, customer=customer, version=_number(request.POST.get("version")), **values
            )
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse("customer", args=[code]))
        except actions.Invalid as invalid:
            errors = invalid.problems
        except actions.Conflict as clash:
            conflict = {
                "who": _("别人"),
                "text": _("现在的名称是 %(name)s；看过再存一次就用你的。") % {"name": clash.current.name},
            }
    return _form(
        request, _("改基础资料"), names, values, errors, back=reverse("customer", args=[code]), back_label=_title(customer),
        version=customer.version, conflict=conflict,
    )  # fmt: skip


@page
def assign(request: ActorRequest, code: str) -> HttpResponse:
    """Another owner."""
    customer = queries.customer_by_code(request.actor, code)
    person = Person.objects.filter(pk=_number(request.POST.get("person")), is_active=True).first()
    if person is None:
        raise LookupError(code)
    actions.assign_owner(
        actor=request.actor, customer=customer, person=person, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已换给 %(name)s") % {"name": person.name})
    return HttpResponseRedirect(reverse("customers"))


@page
def state(request: ActorRequest, code: str) -> HttpResponse:
    """Another state, or a proposal of it."""
    customer = queries.customer_by_code(request.actor, code)
    done = actions.change_state(
        actor=request.actor,
        customer=customer,
        to=request.POST.get("state", ""),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("已提交，等主管确认") if done.status == "proposed" else _("已保存"))
    return HttpResponseRedirect(reverse("customer", args=[code]))


def _tab(
    request: ActorRequest, customer: Customer, name: str, extra: dict[str, Any], status: int = 200
) -> HttpResponse:
    head = _head(request, customer, name)
    return render(request, f"customer/{name}.html", {**head, **extra}, status=status)


def _head(request: ActorRequest, customer: Customer, current: str) -> dict[str, Any]:
    actor, run = request.actor, valuation.published_run()
    row = valuation.standing_of(actor, customer)
    sees = {g: actor.sees(g, customer.owner_id) for g in ("sales", "value", "margin", "agenda", "contacts")}
    may = {
        "log": False, "edit": actor.may("customer.edit"), "potential": False, "assign": actor.may("customer.assign"),
        "propose": actor.may("customer.propose"), "confirm": actor.may("customer.confirm"), "contacts": actor.may("contact.edit"),
    }  # fmt: skip
    people = [(p.pk, p.name) for p in Person.objects.filter(is_active=True)[:200]] if may["assign"] else []
    return {
        "c": _card(customer), "h": _answers(actor, customer, run, row), "sees": sees, "may": may, "run": run, "standing": row,
        "tabs": _tabs(customer, current), "people": people, "client_key": "", "channels": [],
        "state_moves": [(s, State(s).label) for s in allowed_moves(customer)],
    }  # fmt: skip


def _card(customer: Customer) -> dict[str, Any]:
    return {"code": customer.code, "name": customer.name, "title": _title(customer), "phone": customer.phone}


def _title(customer: Customer) -> str:
    return customer.short_name or customer.name


def _answers(actor: Actor, customer: Customer, run: Any, row: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "class_key": None, "is_prospect": customer.state in (State.POTENTIAL, State.TARGET),
        "state_label": _state_label(customer), "type_label": str(CustomerType(customer.type).label),
        "place": _("，").join(x for x in (customer.region, customer.address, str(customer.since or "")) if x),
        "owner_name": customer.owner.name if customer.owner else "", "sales_12m_fen": None,
        "sales_missing": _("还没有估值") if run is None else _("没有订单"), "yoy": None, "profit_12m_fen": None, "margin": None,
        "rank": None, "class_missing": _("还没有估值") if run is None else "", "ranked": 0, "rank_change": 0,
        "scheme_key": LEADING, "class_story": "", "to_next": "", "last_contact_days": None, "last_contact_text": "",
        "next_on": None, "next_late": 0, "next_title": "", "ev_fen": None, "ev_missing": "", "ev_formula": "",
        "wrong": _wrong(actor, customer, row),
    }  # fmt: skip
    if customer.last_contact_on and actor.sees("agenda", customer.owner_id):
        made |= {
            "last_contact_days": (actor.today - customer.last_contact_on).days,
            "last_contact_text": customer.last_contact_by,
        }
    if customer.next_step_on and actor.sees("agenda", customer.owner_id):
        made |= {
            "next_on": customer.next_step_on,
            "next_late": (actor.today - customer.next_step_on).days,
            "next_title": customer.next_step,
        }
    return made | (_figures(actor, customer, run, row) if row is not None else {})


def _state_label(customer: Customer) -> str:
    return str(customer.get_stage_display() if customer.stage else customer.get_state_display())


def _figures(actor: Actor, customer: Customer, run: Any, row: Any) -> dict[str, Any]:
    found = valuation.explanation(run, row, customer.code, LEADING)
    moves = valuation.class_history(actor, customer, LEADING, 1)
    now, before = row.sales_12m_fen, row.sales_prior_12m_fen
    moved = moves and moves[0].run_id == run.pk
    return {
        "class_key": row.ev_abc_class, "rank": row.ev_abc_rank, "ranked": found.n, "sales_12m_fen": now,
        "class_missing": valuation.reason_text(row.ev_abc_reason), "ev_fen": row.ev_fen,
        "rank_change": (moves[0].old_rank or 0) - (moves[0].new_rank or 0) if moved and moves[0].old_rank and moves[0].new_rank else 0,
        "yoy": (now - before) / before * 100 if now is not None and before and before > 0 else None,
        "profit_12m_fen": row.profit_12m_fen, "margin": row.profit_12m_fen / now * 100 if row.profit_12m_fen is not None and now else None,
        "class_story": _("由 %(old)s 变为 %(new)s") % {"old": moves[0].old_class or _("未分级"), "new": moves[0].new_class} if moved else _("级别没变"),
        "to_next": wording.move_line(found), "ev_missing": valuation.reason_text(row.ev_reason),
        "ev_formula": wording.formula_line(row, LEADING, found) if row.ev_fen is not None else "",
    }  # fmt: skip


def _wrong(actor: Actor, customer: Customer, row: Any) -> list[dict[str, str]]:
    here = reverse("customer_basics", args=[customer.code])
    found = []
    if (
        row is not None
        and row.recency_days is not None
        and row.orders_12m
        and row.recency_days > 2 * 365 / row.orders_12m
    ):
        text = _("%(days)s 天没下单，平常 %(usual)s 天") % {
            "days": row.recency_days,
            "usual": round(365 / row.orders_12m),
        }
        found.append({"tone": "o", "text": text, "href": reverse("customer_sales", args=[customer.code])})
    if customer.owner_id is None:
        found.append({"tone": "r", "text": _("没人负责"), "href": here})
    share = fields.filled_share(customer)
    if share.percent < 60:
        found.append({"tone": "y", "text": _("基础资料只填了 %(n)s%%") % {"n": share.percent}, "href": here})
    return found


def _tabs(customer: Customer, current: str) -> list[dict[str, Any]]:
    share = f"{fields.filled_share(customer).percent}%"
    named = [("overview", "customer", _("总览"), None), ("basics", "customer_basics", _("基础"), share),
             ("sales", "customer_sales", _("销售"), None), ("contacts", "customer_contacts", _("联系人"), None),
             ("timeline", "customer_timeline", _("时间线"), None), ("changes", "customer_changes", _("变更"), None)]  # fmt: skip
    return [
        {"label": label, "href": reverse(url, args=[customer.code]), "current": key == current, "count": n}
        for key, url, label, n in named
    ]


def _months(actor: Actor, customer: Customer) -> dict[str, Any]:
    found = monthly_sales(actor, customer)
    if found is None:
        return {"any": False, "labels": [], "now": [], "previous": []}
    now = [m.amount_fen for m in found.months]
    previous = [m.last_year_fen for m in found.months]
    return {
        "any": any(now) or any(previous),
        "labels": [f"{m.month:%y-%m}" for m in found.months],
        "now": now,
        "previous": previous,
    }


def _value_rows(actor: Actor, customer: Customer, run: Any, row: Any) -> list[dict[str, str]]:
    if row is None:
        return []
    keys = ["sales_abc_count", "sales_abc_value", "pyramid", "rfm", "value_level"]
    if actor.sees("margin", customer.owner_id):
        keys += ["profit_abc", "quality"]
    rows = [_value_row(customer, row, key) for key in keys]
    cv = (
        f"{row.stability_cv:.2f}"
        if row.stability_cv is not None
        else valuation.reason_text(row.stability_reason)
    )
    trend = {"up": _("上升"), "down": _("下降"), "flat": _("持平")}.get(row.trend or "", _("看不出"))
    href = reverse("customer_why", args=[customer.code, LEADING])
    steady = [
        {"label": _("月销售波动"), "text": cv, "href": href},
        {"label": _("走势"), "text": trend, "href": href},
    ]
    return [*rows[:2], *rows[2:7], *steady]


def _value_row(customer: Customer, row: Any, key: str) -> dict[str, str]:
    label = getattr(row, f"{key}_class")
    text = class_word(label) if label else valuation.reason_text(getattr(row, f"{key}_reason"))
    return {
        "label": scheme_name(key),
        "text": text,
        "href": reverse("customer_why", args=[customer.code, key]),
    }


def class_word(label: str | None) -> str:
    """A class in words."""
    words = {
        "key": _("关键"), "major": _("主要"), "ordinary": _("普通"), "small": _("小"), "quality": _("优质"), "poor": _("低效"),
        "vip": "VIP", "large": _("大客户"), "medium": _("中客户"),
    }  # fmt: skip
    return words.get(label or "", label or "")


def _run_note(run: Any) -> str:
    return _("第 %(n)s 次估值，截至 %(day)s") % {"n": run.pk, "day": run.as_of} if run else ""


def _events(actor: Actor, customer: Customer) -> list[dict[str, Any]]:
    made: list[tuple[date, dict[str, Any]]] = []
    for change in queries.state_history(actor, customer)[:30]:
        title = _("状态变为 %(state)s") % {"state": change.get_to_state_display()}
        text = {"order": _("由订单决定"), "won_back": _("挽回")}.get(change.reason, change.reason)
        made.append((change.on, {"icon": "arrows-sort", "title": title, "text": text}))
    for move in valuation.class_history(actor, customer, LEADING):
        title = _("级别 %(old)s → %(new)s") % {
            "old": move.old_class or _("未分级"),
            "new": move.new_class or _("未分级"),
        }
        ranks = _("排名 %(a)s → %(b)s") % {"a": move.old_rank or "—", "b": move.new_rank or "—"}
        made.append((move.run.as_of, {"icon": "arrow-up-right", "title": title, "text": ranks}))
    made += [
        (
            s.starts_on,
            {"icon": "user", "title": _("由 %(name)s 负责") % {"name": s.person.name}, "text": s.reason},
        )
        for s in queries.ownership_history(actor, customer)[:20]
    ]
    made.sort(key=lambda pair: pair[0], reverse=True)
    return [{"when": _day(day, actor.today), **event} for day, event in made]


def _day(day: date, today: date) -> str:
    return _("今天") if day == today else f"{day:%m-%d}" if day.year == today.year else f"{day:%y-%m}"


def _entry(entry: Any) -> dict[str, Any]:
    return {
        "when": f"{localtime(entry.at):%Y-%m-%d %H:%M}", "who": entry.actor_name, "what": entry.verb, "reason": entry.reason,
        "changes": [{"field": k, "old": v[0], "new": v[1]} for k, v in (entry.changes or {}).items()],
    }  # fmt: skip


def _line(line: Any) -> dict[str, Any]:
    quantity = "" if line.quantity_milli is None else f"{Decimal(line.quantity_milli) / 1000:,g}"
    return {
        **{
            n: getattr(line, n)
            for n in (
                "day",
                "order_no",
                "product_name",
                "amount_fen",
                "cost_fen",
                "kind_label",
                "status_label",
            )
        },
        "quantity": quantity,
    }


def _line_columns(margin: bool) -> list[dict[str, Any]]:
    cost = [{"label": _("成本"), "num": True, "unit": _("元")}] if margin else []
    return [
        {"label": _("日期")}, {"label": _("单号")}, {"label": _("产品")}, {"label": _("数量"), "num": True},
        {"label": _("金额"), "num": True, "unit": _("元")}, *cost, {"label": _("类型")}, {"label": _("状态")},
    ]  # fmt: skip


def _why(actor: Actor, customer: Customer, run: Any, row: Any, found: Any, key: str) -> dict[str, Any]:
    counts = valuation.definition(run, key).classes
    summary = population_summary({"population": row.population}, run.summary["schemes"][key])
    sizes = {
        c["class"] if "class" in c else c.get("label"): c.get("count", c.get("n", 0))
        for c in summary["classes"]
    }
    bands = [{"class": k, "count": sizes.get(k, 0)} for k in counts] if set(counts) <= set("ABC") else []
    place = counts.index(found.label) if found.label in counts else 0
    inside = found.rank - sum(sizes.get(k, 0) for k in counts[:place]) if found.rank else 0
    at = (
        (place + min(inside / max(sizes.get(found.label, 1), 1), 1)) / max(len(counts), 1) * 100
        if found.rank
        else 0
    )
    label = _("第 %(n)s 名") % {"n": found.rank} if found.rank else ""
    move = wording.move_line(found)
    history = [
        (
            str(h.run.as_of),
            f"{class_word(h.old_class) or '—'} → {class_word(h.new_class) or '—'}",
            f"#{h.run_id}",
        )
        for h in valuation.class_history(actor, customer, key, 6)
    ]
    return {
        "title": _("为什么是 %(c)s") % {"c": class_word(found.label)} if found.label else _("为什么没有级别"),
        "note": _("%(scheme)s，第 %(n)s 版") % {"scheme": scheme_name(key), "n": run.schemes[key]["version"]}, "formula": [],
        "inputs": [(_("算式"), wording.formula_line(row, key, found) if found.value is not None else "—", ""), *_inputs(row, actor, customer)],
        "missing": valuation.reason_text(found.reason) if found.value is None else "", "bands": bands if found.rank else [],
        "n": found.n, "at": at, "at_label": label, "ruler_label": label, "history": history,
        "ways": [(move, "", "")] if move else [], "ways_title": _("怎样升一级"), "window": "",
        "foot": _run_note(run), "doc": "", "scheme_key": key,
    }  # fmt: skip


def _inputs(row: Any, actor: Actor, customer: Customer) -> list[tuple[str, str, str]]:
    from kemai.foundation.money import yuan

    figures = [
        (_("近 12 月净销售"), row.sales_12m_fen),
        (_("其中退货"), row.returns_12m_fen),
        (_("上年同期"), row.sales_prior_12m_fen),
    ]
    made = [(label, f"{yuan(fen):,}" if fen is not None else "—", _("台账")) for label, fen in figures]
    if actor.sees("margin", customer.owner_id):
        made.append(
            (
                _("近 12 月毛利"),
                f"{yuan(row.profit_12m_fen):,}" if row.profit_12m_fen is not None else _("没有成本"),
                _("台账"),
            )
        )
    return [
        *made,
        (_("近 12 月单数"), str(row.orders_12m or 0), _("台账")),
        (_("最近一单"), str(row.last_order_on or "—"), _("台账")),
    ]


def _form(
    request: ActorRequest,
    title: str,
    names: tuple[str, ...],
    values: dict[str, Any],
    errors: dict[str, str],
    **more: Any,
) -> HttpResponse:
    made = []
    for name in names:
        field = Customer._meta.get_field(name)
        choices = list(CustomerType.choices) if name == "type" else None
        made.append({
            "name": name, "label": str(field.verbose_name), "value": values.get(name) or ("enterprise" if name == "type" else ""),  # type: ignore[union-attr]
            "type": "text", "choices": choices, "error": errors.get(name), "help": None, "required": name == "name",
            "optional": name not in ("name", "type"), "attrs": {"maxlength": field.max_length},  # type: ignore[union-attr]
        })  # fmt: skip
    loose = [text for name, text in errors.items() if name not in names]
    context = {
        "title": title,
        "fields": made,
        "errors": loose,
        "similar": [],
        "version": None,
        "conflict": None,
        **more,
    }
    return render(request, "customer/edit.html", context, status=422 if errors else 200)


def _link(name: str, customer: Customer, label: str) -> Any:
    from django.utils.html import format_html

    return format_html('<a href="{}">{}</a>', reverse(name, args=[customer.code]), label)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 12 else 1
