"""What can be changed for all that match: how each customer is prepared, and the statements that put it in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.actions.bulk_edit import BASICS, texts_of
from kemai.business.archives.actions.checking import checked
from kemai.business.archives.actions.customers import unit_of
from kemai.business.archives.actions.ownership import sees_own
from kemai.business.archives.actions.states import allowed_moves
from kemai.business.archives.custom_fields import active_fields, cleaned, field_of, label_of
from kemai.business.archives.models import Customer, CustomField, CustomValue, MassChange, State
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Person

Texts = tuple[str, ...]
MINE = "SELECT r.customer_id FROM archives_massrow r WHERE r.change_id = %s"


@dataclass(frozen=True)
class Prepared:
    """One customer made ready: its texts before and after, and rows for a field of the company's own."""

    customer: Customer
    before: Texts
    after: Texts
    values: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class Ready:
    """A kind of change with its arguments checked. `prepare` gives the customers that change and those that can't;
    `land` runs the statements of the one step and says how many customers were still as they had been looked at; `key` and `verb` are what the trail says."""

    verb: str
    key: str
    prepare: Callable[[Sequence[Customer]], tuple[list[Prepared], list[tuple[Customer, str]]]]
    land: Callable[[MassChange], int]
    own: CustomField | None = field(default=None)


def ready(actor: Actor, what: str, given: dict[str, Any]) -> Ready:
    """The kind with its arguments. Raises Refused where the actor may not, or the arguments can't be."""
    makers = {"edit": _edit, "assign": _assign, "target": _target}
    if what not in makers:
        raise Refused(_("这件事不能对全部符合的做。"))
    return makers[what](actor, given)


def _edit(actor: Actor, given: dict[str, Any]) -> Ready:
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    key, own = str(given.get("field", "")), field_of(str(given.get("field", "")))
    texts = [str(v) for v in given.get("values", []) if str(v).strip()]
    if own is not None:
        return _edit_own(own, texts, str(given.get("mode", "set")))
    if key not in BASICS or len(texts) > 1:
        raise Refused(_("这一项不能一起改。"))
    value = checked({key: texts[0] if texts else ""})[key]
    after: Texts = (value,) if value else ()

    def prepare(customers: Sequence[Customer]) -> tuple[list[Prepared], list[tuple[Customer, str]]]:
        held = texts_of(customers, key, None)
        return [Prepared(c, held[c.pk], after) for c in customers if held[c.pk] != after], []

    return Ready("archives.customer.changed", key, prepare, lambda change: _set_column(change, key))


def _edit_own(own: CustomField, texts: list[str], mode: str) -> Ready:
    if own.is_unique and texts:
        raise Refused(_("「%(label)s」不能重复，不能一起改。") % {"label": label_of(own)})
    try:
        cleaned(own, texts)
    except ValueError as odd:
        raise Refused(str(odd)) from odd

    def prepare(customers: Sequence[Customer]) -> tuple[list[Prepared], list[tuple[Customer, str]]]:
        held = texts_of(customers, own.key, own)
        made, odd = [], []
        for customer in customers:
            rows = cleaned(own, _wanted(held[customer.pk], texts, mode))
            after = tuple(row["text"] for row in rows)
            if after == held[customer.pk]:
                continue
            problem = _problem(customer, own, after)
            if problem:
                odd.append((customer, problem))
            else:
                made.append(Prepared(customer, held[customer.pk], after, rows))
        return made, odd

    return Ready("archives.custom.filled", own.key, prepare, lambda change: _set_own(change, own), own)


def _wanted(before: Texts, texts: list[str], mode: str) -> list[str]:
    if mode == "add":
        return list(dict.fromkeys([*before, *texts]))
    return [t for t in before if t not in texts] if mode == "remove" else texts


def _problem(customer: Customer, own: CustomField, after: Texts) -> str:
    if own.types and customer.type not in own.types and after:
        return _("这一类客户没有这一项")
    return _("这个状态的客户这一项不能空") if not after and customer.state in own.required_in else ""


def _assign(actor: Actor, given: dict[str, Any]) -> Ready:
    actor.require("customer.assign", _("换负责人要主管来做。"))
    reason = str(given.get("reason", "")).strip()
    if not reason:
        raise Refused(_("换负责人要写原因。"))
    person = Person.objects.filter(pk=int(given.get("person") or 0), is_active=True).first()
    if person is None or not sees_own(person, actor):
        raise Refused(_("选一个带客户的人。"))
    names = dict(Person.objects.values_list("pk", "name"))

    def prepare(customers: Sequence[Customer]) -> tuple[list[Prepared], list[tuple[Customer, str]]]:
        moving = [c for c in customers if c.owner_id != person.pk]
        return [Prepared(c, (names[c.owner_id],) if c.owner_id else (), (person.name,)) for c in moving], []

    return Ready(
        "archives.customer.assigned",
        "owner",
        prepare,
        lambda change: _set_owner(actor, change, person, reason),
    )


def _target(actor: Actor, given: dict[str, Any]) -> Ready:
    actor.require("customer.propose", _("目标客户由业务员和主管来选。"))
    asked = [f for f in active_fields() if State.TARGET in f.required_in]

    def prepare(customers: Sequence[Customer]) -> tuple[list[Prepared], list[tuple[Customer, str]]]:
        held = {f.pk: set(_holders(f, customers)) for f in asked}
        odd = {c.pk: problem for c in customers if (problem := _no_target(c, asked, held))}
        made = [Prepared(c, (c.state,), (State.TARGET,)) for c in customers if c.pk not in odd]
        return made, [(c, odd[c.pk]) for c in customers if c.pk in odd]

    reason = str(given.get("reason", ""))
    return Ready(
        "archives.state.changed", "state", prepare, lambda change: _set_target(actor, change, reason)
    )


def _holders(own: CustomField, customers: Sequence[Customer]) -> Iterable[int]:
    rows = CustomValue.objects.filter(field=own, customer_id__in=[c.pk for c in customers])
    return rows.values_list("customer_id", flat=True)


def _no_target(customer: Customer, asked: Sequence[CustomField], held: dict[int, set[int]]) -> str:
    if State.TARGET not in allowed_moves(customer):
        return _("不是潜在客户")
    lacking = [
        f for f in asked if (not f.types or customer.type in f.types) and customer.pk not in held[f.pk]
    ]
    return _("先填好「%(name)s」") % {"name": label_of(lacking[0])} if lacking else ""


def _run(statement: str, *params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def _change(change: MassChange, what: str, *params: Any) -> int:
    """Sets columns of the customers whose version is still the one that was looked at, in one pass; gives how many."""
    return _run(
        f"UPDATE archives_customer SET version = archives_customer.version + 1, updated_at = %s{what} FROM archives_massrow r"
        " WHERE r.change_id = %s AND archives_customer.id = r.customer_id AND archives_customer.version = r.version",
        _now(), *params, change.pk,
    )  # fmt: skip


def _set_column(change: MassChange, key: str) -> int:
    name = Customer._meta.get_field(key).column  # type: ignore[union-attr]
    return _change(change, f", {name} = r.plain")


def _set_own(change: MassChange, own: CustomField) -> int:
    _run(
        f"DELETE FROM archives_customvalue WHERE field_id = %s AND customer_id IN ({MINE})", own.pk, change.pk
    )
    _run(
        "INSERT INTO archives_customvalue (customer_id, field_id, text, number, day) SELECT v.customer_id, %s, v.text,"
        " v.number, v.day FROM archives_massvalue v WHERE v.change_id = %s ORDER BY v.id",
        own.pk, change.pk,
    )  # fmt: skip
    return _change(change, "")


def _set_owner(actor: Actor, change: MassChange, person: Person, reason: str) -> int:
    today = actor.today.isoformat()
    _run(
        f"UPDATE archives_ownership SET ends_on = %s WHERE ends_on IS NULL AND customer_id IN ({MINE})",
        today,
        change.pk,
    )
    _run(
        "INSERT INTO archives_ownership (customer_id, person_id, starts_on, reason, assigned_by)"
        " SELECT r.customer_id, %s, %s, %s, %s FROM archives_massrow r WHERE r.change_id = %s",
        person.pk, today, reason[:200], actor.name[:60], change.pk,
    )  # fmt: skip
    return _change(change, ", owner_id = %s, unit_id = %s", person.pk, unit_of(actor, person))


def _set_target(actor: Actor, change: MassChange, reason: str) -> int:
    today = actor.today.isoformat()
    _run(
        f"UPDATE archives_statechange SET status = 'refused' WHERE status = 'proposed' AND customer_id IN ({MINE})",
        change.pk,
    )
    _run(
        'INSERT INTO archives_statechange (customer_id, from_state, to_state, from_stage, to_stage, "on", reason, status,'
        " person_id, person_name, from_before_order, created_at) SELECT c.id, c.state, 'target', c.stage, '', %s, %s, 'done',"
        " %s, %s, '', %s FROM archives_massrow r JOIN archives_customer c ON c.id = r.customer_id WHERE r.change_id = %s",
        today, reason[:200], actor.person_id, actor.name[:60], _now(), change.pk,
    )  # fmt: skip
    return _change(change, ", state = 'target', stage = '', state_since = %s", today)


def _now() -> Any:
    now = timezone.now()
    return now if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(now)
