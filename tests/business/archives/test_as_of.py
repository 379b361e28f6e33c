"""S1.114: the archive as it stood at the end of any day, rebuilt from the trail within the actor's rights."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.cast import customer_of

from kemai.business.archives.actions import (
    add_row,
    assign_owner,
    change_basics,
    change_credit,
    change_operations,
    change_row,
    change_state,
    remove_row,
)
from kemai.business.archives.as_of import ArchiveThen, DayRefused, archive_as_of
from kemai.business.archives.models import CompetingProduct, Customer, DeliveryAddress, Ownership, StateChange
from kemai.foundation import trail
from kemai.foundation.batches.models import Batch
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
NEW_YEARS_EVE = date(2025, 12, 31)


def moment(day: str, hour: int = 12) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(f"{day}T{hour:02d}:30"))


def happened(day: str, hour: int = 12, verb: str = "") -> None:
    """The newest entry of the trail (of a verb) was written on this day."""
    entries = Entry.objects.filter(verb=verb) if verb else Entry.objects.all()
    Entry.objects.filter(pk=entries.order_by("-pk").first().pk).update(at=moment(day, hour))  # type: ignore[union-attr]


@pytest.fixture
def customer(people: Any) -> Any:
    made = customer_of(people, "e1", "镇江华瑞商贸有限公司", address="解放路 1 号", since=date(2024, 5, 1))
    happened("2025-03-01")
    return made


def changed(people: Any, customer: Any, **basics: Any) -> None:
    customer.refresh_from_db()
    change_basics(actor=people["c"], customer=customer, version=customer.version, **basics)


def then(actor: Any, customer: Any, on: date = NEW_YEARS_EVE) -> ArchiveThen:
    from kemai.business.archives.queries import customer_by_code

    return archive_as_of(actor, customer_by_code(actor, customer.code), on)


def held(archive: ArchiveThen, layer: str = "basics") -> dict[str, Any]:
    return {f.key: f.why or f.value for f in getattr(archive, layer)}


def test_s1_114_as_of_2025_12_31_shows_the_old_address(people: Any, customer: Any) -> None:
    changed(people, customer, address="长江路 2 号", since=date(2024, 6, 1))
    happened("2026-02-01")
    found = {f.key: f for f in then(people["e1"], customer).basics}
    assert (found["address"].value, found["address"].now) == ("解放路 1 号", "长江路 2 号")
    assert found["address"].has_changed
    assert found["since"].value == date(2024, 5, 1)
    assert (found["name"].value, found["name"].has_changed) == ("镇江华瑞商贸有限公司", False)
    assert held(then(people["e1"], customer, date(2026, 2, 1)))["address"] == "长江路 2 号"
    assert held(then(people["e1"], customer, date(2026, 1, 31)))["address"] == "解放路 1 号"


def test_a_day_ends_at_midnight_of_the_companys_time_zone(people: Any, customer: Any) -> None:
    changed(people, customer, address="长江路 2 号")
    happened("2025-12-31", 23)
    assert held(then(people["e1"], customer))["address"] == "长江路 2 号"
    happened("2026-01-01", 0)
    assert held(then(people["e1"], customer))["address"] == "解放路 1 号"


def test_before_the_archive_began_there_is_nothing_and_a_day_to_come_is_refused(
    people: Any, customer: Any
) -> None:
    early = then(people["e1"], customer, date(2025, 2, 28))
    assert (early.existed, early.begun_on, early.basics) == (False, date(2025, 3, 1), ())
    assert then(people["e1"], customer, date(2025, 3, 1)).existed
    with pytest.raises(DayRefused, match="还没到"):
        then(people["e1"], customer, timezone.localdate() + timedelta(days=400))


def test_credit_and_operations_stand_as_they_stood_with_numbers_and_days(people: Any, customer: Any) -> None:
    change_credit(
        actor=people["f1"], customer=customer, version=0, credit_limit_fen="300000", founded_on="2001-02-03"
    )
    happened("2025-06-01")
    change_credit(
        actor=people["f1"], customer=customer, version=1, credit_limit_fen="500000", founded_on="2002-02-03", reason="回款准时"
    )  # fmt: skip
    happened("2026-03-01")
    change_operations(actor=people["c"], customer=customer, version=0, sales_staff="12", trade_area="京口区")
    happened("2026-03-02")
    credit = held(then(people["f1"], customer), "credit")
    assert (credit["credit_limit_fen"], credit["founded_on"]) == (30_000_000, date(2001, 2, 3))
    assert held(then(people["f1"], customer, date(2025, 5, 31)), "credit")["credit_limit_fen"] is None
    operations = held(then(people["f1"], customer), "operations")
    assert (operations["sales_staff"], operations["trade_area"]) == (None, "")
    assert held(then(people["f1"], customer, date(2026, 3, 2)), "operations")["sales_staff"] == 12


def test_hidden_fields_stay_hidden_on_every_day(people: Any, customer: Any) -> None:
    change_credit(actor=people["f1"], customer=customer, version=0, credit_limit_fen="300000")
    happened("2025-06-01")
    for login in ("e1", "c", "s"):
        archive = then(people[login], customer)
        assert archive.credit is None
        assert "bank_account" not in held(archive)
    for login in ("f1", "me", "d"):
        assert held(then(people[login], customer), "credit")["credit_limit_fen"] == 30_000_000
        assert held(then(people[login], customer))["bank_account"] == "sealed"
    for login in ("e2", "w1", "mw", "stranger"):
        with pytest.raises(LookupError):
            archive_as_of(people[login], customer, NEW_YEARS_EVE)


def test_erased_values_are_said_to_be_erased_and_not_guessed(people: Any, customer: Any) -> None:
    changed(people, customer, address="长江路 2 号", phone="0511-88888888")
    happened("2026-02-01", verb="archives.customer.changed")
    entry = Entry.objects.get(verb="archives.customer.changed")
    created = Entry.objects.get(verb="archives.customer.created")
    trail.erase_values(actor=people.system, entry_ids=[entry.pk], reason="客户要求")
    found = held(then(people["e1"], customer))
    assert found["address"] == "解放路 1 号", "the entry that made it still says so"
    assert found["phone"] == "erased"
    trail.erase_values(actor=people.system, entry_ids=[created.pk], reason="客户要求")
    assert held(then(people["e1"], customer))["address"] == "erased"
    assert held(then(people["e1"], customer, date(2026, 2, 1)))["address"] == "长江路 2 号"


def test_what_an_import_changed_counts_from_its_landing_and_not_before(people: Any, customer: Any) -> None:
    batch = Batch.objects.create(kind="customers")
    trail.record_rows(
        actor=people.system, verb="archives.customer.changed", subject_type="customer", batch_id=batch.pk,
        rows=[(customer.pk, customer.pk, {"address": ["解放路 1 号", "长江路 2 号"]})],
    )  # fmt: skip
    Entry.objects.filter(batch_id=batch.pk).update(at=moment("2025-12-31", 23))
    assert held(then(people["e1"], customer))["address"] == "解放路 1 号", "not landed: nothing changed"
    assert "archives.customer.changed" not in [
        e.verb for e in trail.entries_of_customer(people["e1"], customer.pk)
    ]
    Customer.objects.filter(pk=customer.pk).update(address="长江路 2 号")
    Batch.objects.filter(pk=batch.pk).update(status=Batch.Status.LANDED, landed_at=moment("2026-01-01", 1))
    assert held(then(people["e1"], customer))["address"] == "解放路 1 号"
    assert held(then(people["e1"], customer, date(2026, 1, 1)))["address"] == "长江路 2 号"


def test_owner_and_state_are_those_of_the_day(people: Any, customer: Any) -> None:
    Ownership.objects.filter(customer=customer).update(starts_on=date(2025, 3, 1))
    StateChange.objects.filter(customer=customer).update(on=date(2025, 3, 1))
    assign_owner(actor=people["me"], customer=customer, person=people.persons["e2"], reason="换片区")
    change_state(actor=people["me"], customer=customer, to="target")
    old = then(people["me"], customer)
    assert (old.owner.person.login, old.state.to_state) == ("e1", "potential")  # type: ignore[union-attr]
    new = then(people["me"], customer, people["me"].today)
    assert (new.owner.person.login, new.state.to_state) == ("e2", "target")  # type: ignore[union-attr]


def test_between_two_owners_nobody_had_it(people: Any, customer: Any) -> None:
    spell = Ownership.objects.filter(customer=customer)
    spell.update(starts_on=date(2025, 3, 1), ends_on=date(2025, 12, 31))
    assert then(people["me"], customer).owner is None
    assert then(people["me"], customer, date(2025, 12, 30)).owner is not None
    assert then(people["me"], customer, date(2025, 3, 1)).owner.person.login == "e1"  # type: ignore[union-attr]


def test_addresses_and_rivals_are_those_that_were_in_use(people: Any, customer: Any) -> None:
    actor = people["c"]
    first = add_row(actor=actor, customer=customer, kind=DeliveryAddress, address="码头 1 号")
    happened("2025-05-01")
    gone = add_row(actor=actor, customer=customer, kind=CompetingProduct, brand="洋河", share_bp=3000)
    happened("2025-05-02")
    change_row(actor=actor, row=first, version=1, address="码头 2 号")
    happened("2026-02-01")
    remove_row(actor=actor, row=gone)
    happened("2026-02-02")
    add_row(actor=actor, customer=customer, kind=DeliveryAddress, address="仓库")
    happened("2026-02-03")
    archive = then(people["e1"], customer)
    assert [[f.value for f in row] for row in archive.delivery_addresses] == [["码头 1 号", ""]]
    assert [[f.value for f in row] for row in archive.competing_products] == [["洋河", None, 3000]]
    later = then(people["e1"], customer, date(2026, 2, 3))
    assert [row[0].value for row in later.delivery_addresses] == ["码头 2 号", "仓库"]
    assert later.competing_products == ()
