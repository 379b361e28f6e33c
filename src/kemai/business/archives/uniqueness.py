"""Fields that together belong to one customer alone: name and region, or a number and a place.

A combination counts for a customer once all its fields are filled, whatever the case of the letters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from kemai.business.archives.custom_fields import active_fields, field_of, label_of, values_of
from kemai.business.archives.fields import EDITABLE
from kemai.business.archives.models import Customer, CustomField, CustomValue, UniqueTogether
from kemai.business.archives.names import name_key
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.among import Among
from kemai.foundation.batches.models import unlanded_ids
from kemai.foundation.moments import kept_for_a_moment

Key = tuple[str, ...]
LEFT_OUT = ("since",)
EXACT = ("uscc", "phone", "fax", "postcode")  # kept in one writing
MANY = 200


@kept_for_a_moment
def rules() -> tuple[UniqueTogether, ...]:
    """The combinations in force; one of whose fields is out of use is not."""
    found = UniqueTogether.objects.filter(is_active=True)
    return tuple(rule for rule in found if all(name in EDITABLE or field_of(name) for name in rule.fields))


def eligible() -> list[tuple[str, str]]:
    """The fields that may be part of a combination, as (name or key, label)."""
    labels = {f.name: str(f.verbose_name) for f in Customer._meta.concrete_fields}
    basics = [(name, labels[name]) for name in EDITABLE if name not in LEFT_OUT]
    return basics + [(f.key, label_of(f)) for f in active_fields() if f.kind != CustomField.Kind.CHOICES]


def called(rule: UniqueTogether) -> str:
    """The combination in words."""
    labels = dict(eligible())
    return " + ".join(labels.get(name, name) for name in rule.fields)


def keys_of(rule: UniqueTogether, customer_ids: Collection[int]) -> dict[int, Key]:
    """What the customers have in the fields, of those who have all of them."""
    return _keys(rule, Customer.objects.filter(Among("id", list(customer_ids))))


def holders(rule: UniqueTogether, keys: Iterable[Key]) -> dict[Key, list[int]]:
    """Who has one of these combinations, whoever may see them: the rule holds for everybody."""
    wanted = set(keys)
    if not wanted:
        return {}
    found: dict[Key, list[int]] = {}
    for pk, key in _keys(rule, _sharing(rule, wanted)).items():
        if key in wanted:
            found.setdefault(key, []).append(pk)
    return found


def key_from(rule: UniqueTogether, values: Mapping[str, Any]) -> Key | None:
    """The combination that these values make; None while one of them is missing."""
    texts = [str(values.get(name) or "").casefold() for name in rule.fields]
    return tuple(texts) if all(texts) else None


def name_for(actor: Actor, pk: int) -> str:
    """Another customer as it may be called: by name only to who sees it."""
    seen = restrict(Customer.objects.filter(pk=pk), actor).first()
    return f"{seen.name} {seen.code}" if seen else _("别的客户")


def doubled(rule: UniqueTogether) -> list[Key]:
    """Combinations that several customers have now."""
    seen: set[Key] = set()
    found = []
    for key in _keys(rule, Customer.objects.all()).values():
        if key in seen:
            found.append(key)
        seen.add(key)
    return found


def _sharing(rule: UniqueTogether, wanted: set[Key]) -> Any:
    """Customers that may have one of the combinations: by the field that narrows the search best."""
    rows, at = Customer.objects.all(), {name: place for place, name in enumerate(rule.fields)}
    if "name" in at:
        return rows.filter(Among("name_key", list({name_key(key[at["name"]])[:200] for key in wanted})))
    exact = next((name for name in EXACT if name in at), None)
    if exact:
        texts = {key[at[exact]] for key in wanted}
        return rows.filter(Among(exact, [*texts, *(text.upper() for text in texts)]))
    own = next((f for name in rule.fields if (f := field_of(name))), None)
    if own:
        return rows.filter(pk__in=CustomValue.objects.filter(field=own).values("customer_id"))
    if len(wanted) > MANY:
        return rows
    either = Q()
    for text in {key[0] for key in wanted}:
        either |= Q(**{f"{rule.fields[0]}__iexact": text})
    return rows.filter(either)


def _keys(rule: UniqueTogether, rows: Any) -> dict[int, Key]:
    basics = [name for name in rule.fields if name in EDITABLE]
    own = [f for name in rule.fields if (f := field_of(name))]
    rows = rows.exclude(batch_id__in=unlanded_ids()).order_by("pk")
    held: dict[int, dict[str, Any]] = {
        pk: dict(zip(basics, values, strict=True)) for pk, *values in rows.values_list("pk", *basics)
    }
    if own:
        for some in _slices(list(held)):
            for pk, texts in values_of(some, own).items():
                held[pk] |= {f.key: "、".join(texts.get(f.pk, ())) for f in own}
    made = {pk: key_from(rule, values) for pk, values in held.items()}
    return {pk: key for pk, key in made.items() if key}


def _slices(ids: Sequence[int], size: int = 5_000) -> Iterable[Sequence[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))
