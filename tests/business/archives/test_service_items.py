"""What one customer gets that others do not is kept as rows and said where its orders are entered (S1.131)."""

from __future__ import annotations

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions, queries
from kemai.business.archives.models import ServiceItem
from kemai.foundation.access.actor import Refused

pytestmark = pytest.mark.django_db


def test_s1_131_two_personal_services_are_kept_changed_and_taken_out_of_use(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    first = actions.add_row(actor=people["e1"], customer=mine, kind=ServiceItem, what="七点前送到")
    second = actions.add_row(actor=people["c"], customer=mine, kind=ServiceItem, what="发票随货")
    assert [s.what for s in queries.service_items(people["e1"], mine)] == ["七点前送到", "发票随货"]
    actions.change_row(actor=people["e1"], row=second, version=1, what="发票随货，两联")
    actions.remove_row(actor=people["e1"], row=first)
    assert [(s.what, s.is_active) for s in queries.service_items(people["e1"], mine)] == [("发票随货，两联", True), ("七点前送到", False)]  # fmt: skip
    with pytest.raises(actions.Invalid):
        actions.add_row(actor=people["e1"], customer=mine, kind=ServiceItem, what=" ")


def test_services_of_a_foreign_customer_are_not_there(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    made = actions.add_row(actor=people["e1"], customer=mine, kind=ServiceItem, what="七点前送到")
    assert queries.service_items(people["w1"], mine) == ()
    with pytest.raises(LookupError):
        actions.remove_row(actor=people["w1"], row=made)
    with pytest.raises(Refused):
        actions.add_row(actor=people["f1"], customer=mine, kind=ServiceItem, what="别的")
    assert ServiceItem.objects.get().is_active
