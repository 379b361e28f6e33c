"""Customers that an import created: withdrawn when nobody has touched them since, else named.

A withdrawn customer is deleted: nothing ever pointed to it but what came with it, its code and credit code must be
free for the file that comes again, and what it was stays in the trail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, Q, QuerySet

from kemai.business.archives.indexing import forget_customers
from kemai.business.archives.layers import LAYERS
from kemai.business.archives.models import (
    CompetingProduct,
    Contact,
    Customer,
    CustomValue,
    DeliveryAddress,
    Ownership,
    StateChange,
    SupplyLink,
)
from kemai.business.prospects.models import Potential
from kemai.business.trade.models import Invoice, Receipt, SaleLine, StockCount, Target
from kemai.business.valuation.models import Standing
from kemai.foundation import trail
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch, unlanded_ids
from kemai.foundation.faults import fault
from kemai.oversight.exchange.models import OverwrittenAccount
from kemai.oversight.exchange.planning.customers import FIELDS
from kemai.oversight.exchange.undoing.plan import Conflict, Undo, changes_of, later_entries

CHUNK = 1_000
WITHDRAWN = "archives.customer.withdrawn"
ONLY_LOOKED = ("archives.bank_account.revealed",)
_TOLD = ("code", *(name for name in FIELDS if name != "bank_account_index"))
_GOES_ALONG: tuple[type[Model], ...] = (
    Ownership, StateChange, Standing, OverwrittenAccount, CustomValue, *(layer.model for layer in LAYERS)
)  # fmt: skip
LISTED: tuple[type[Model], ...] = (DeliveryAddress, CompetingProduct)


class CreatedCustomers:
    """The customers that carry the batch."""

    key = "customers_created"

    def counts(self, undo: Undo) -> dict[str, int]:
        return {"customers_go": _mine(undo.batch).count()}

    def conflicts(self, undo: Undo) -> Iterator[Conflict]:
        told: dict[tuple[int, str], Conflict] = {}
        mine = _mine(undo.batch)
        entries = later_entries(undo, customer_id__in=mine.values("pk")).exclude(verb__in=ONLY_LOOKED)  # type: ignore[attr-defined]
        for entry in entries:
            of_row = changes_of(entry) if entry.subject_type == "customer" else {}
            for name, (old, new) in (of_row or {"": [None, None]}).items():
                place = (entry.customer_id, name or entry.verb)
                first = told.get(place)
                told[place] = Conflict(
                    self.key, entry.customer_id, entry.customer_id, "", "", name, None, first.imported if first else old,
                    new, entry.actor_name, entry.at, entry.verb, later=entry.batch_id,
                )  # fmt: skip
        known = {pk for pk, _name in told}
        more = [each for each in _children(undo, mine) if each.row not in known]
        yield from named([*told.values(), *more])

    def prepare(self, undo: Undo) -> None:
        for ids in _slices(_mine(undo.batch), undo.stays(self.key)):
            undo.check_cancelled()
            rows = Customer.objects.filter(Among("id", ids)).order_by("pk").values("pk", *_TOLD)
            with undo.pace.chunk(len(ids)):
                trail.record_rows(
                    actor=undo.actor, verb=WITHDRAWN, subject_type="customer", batch_id=undo.carrier_id,
                    rows=[(r["pk"], r["pk"], {k: [r[k], None] for k in _TOLD if r[k] not in (None, "")}) for r in rows],
                )  # fmt: skip
            fault("exchange.undo_chunk")
            undo.made["done"] = undo.made.get("done", 0) + len(ids)
            undo.progress(undo.made["done"], undo.made["total"], "undo")

    def touched(self, undo: Undo, customer_ids: list[int]) -> bool:
        return _mine(undo.batch).filter(Among("id", customer_ids)).exists()

    def switch(self, undo: Undo) -> None:
        """Who stays is nobody's import any more."""
        _mine(undo.batch).filter(Among("id", sorted(undo.stays(self.key)))).update(batch_id=None)

    def settle(self, batch: Batch) -> None:
        while ids := list(_mine(batch).order_by("pk").values_list("pk", flat=True)[:CHUNK]):
            with transaction.atomic():
                busy = _still_used(batch, ids)  # somebody was quicker than the switch
                Customer.objects.filter(Among("id", busy)).update(batch_id=None)
                _withdraw([pk for pk in ids if pk not in busy])
            fault("exchange.undo_settling")


def named(conflicts: list[Conflict]) -> Iterator[Conflict]:
    """With the code and the name of their customers."""
    from dataclasses import replace

    ids = sorted({each.customer_id for each in conflicts if each.customer_id})
    rows = Customer.objects.filter(Among("id", ids)).values_list("pk", "code", "name")
    names = {pk: (code, name) for pk, code, name in rows}
    for each in conflicts:
        code, name = names.get(each.customer_id or 0, (each.code, each.name))
        yield replace(each, code=code, name=name)


def _mine(batch: Batch) -> QuerySet[Customer]:
    return Customer.objects.filter(batch_id=batch.pk)


def _slices(rows: QuerySet[Customer], without: set[int]) -> Iterator[list[int]]:
    last = 0
    ids = rows.order_by("pk").values_list("pk", flat=True)
    while some := list(ids.filter(pk__gt=last)[:CHUNK]):
        last = some[-1]
        if wanted := [pk for pk in some if pk not in without]:
            yield wanted


def _children(undo: Undo, mine: QuerySet[Customer]) -> Iterator[Conflict]:
    """Customers that others' records hang on: visits, tasks, lines of later imports, whatever points to a customer."""
    found: dict[tuple[str, int], int | None] = {}
    for model, name in relations():
        rows = _of_others(model, undo.batch, undo.void).filter(**{f"{name}__in": mine.values("pk")})
        later = Max("batch_id") if _has_batch(model) else Max(f"{name}_id")
        for pk, batch_id in rows.order_by().values_list(f"{name}_id").annotate(later):
            found[model._meta.label_lower, pk] = batch_id if _has_batch(model) else None
    batches = Batch.objects.in_bulk([pk for pk in found.values() if pk])
    for (label, pk), batch_id in found.items():
        later_batch = batches.get(batch_id or 0)
        yield Conflict(
            CreatedCustomers.key, pk, pk, "", "", kind=label, later=batch_id,
            by=later_batch.person_name if later_batch else "", at=later_batch.landed_at if later_batch else None,
        )  # fmt: skip


def relations() -> list[tuple[type[Model], str]]:
    """Every model with a key to the customer that does not simply go with it, and the key's name."""
    fields: Any = Customer._meta.get_fields(include_hidden=True)
    reverse = [f for f in fields if f.auto_created and not f.concrete and (f.one_to_many or f.one_to_one)]
    return [(f.related_model, f.field.name) for f in reverse if f.related_model not in _GOES_ALONG]


def _of_others(model: type[Model], batch: Batch, void: frozenset[int]) -> QuerySet[Any]:
    if model is SaleLine:
        return SaleLine.objects.landed().exclude(batch_id=batch.pk)
    rows = model._default_manager.all()
    if not _has_batch(model):
        return rows
    return rows.exclude(batch_id__in=[batch.pk, *void, *unlanded_ids()])


def _has_batch(model: type[Model]) -> bool:
    return any(field.name == "batch_id" for field in model._meta.concrete_fields)


def _still_used(batch: Batch, ids: list[int]) -> set[int]:
    used: set[int] = set()
    for model, name in relations():
        rows = _of_others(model, batch, frozenset()).filter(Among(f"{name}_id", ids))
        used.update(rows.order_by().values_list(f"{name}_id", flat=True).distinct())
    return used


def _withdraw(ids: list[int]) -> None:
    """Without looking for what points to them, as the ORM would: that has been done, and the database looks again."""
    if not ids:
        return
    for model in (*_GOES_ALONG, Potential, Contact, Invoice, Receipt, Target, StockCount, *LISTED):
        manager: Any = model._default_manager  # type: ignore[attr-defined]
        _gone(manager.filter(Among("customer_id", ids)))
    ends = Q(Among("customer_id", ids)) | Q(Among("dealer_id", ids))
    _gone(SupplyLink._base_manager.filter(ends))
    forget_customers(ids)
    _gone(Customer.objects.filter(Among("id", ids)))


def _gone(rows: QuerySet[Any]) -> None:
    rows._raw_delete(rows.db)  # type: ignore[attr-defined]
