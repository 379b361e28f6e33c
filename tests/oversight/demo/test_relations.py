"""The story's customers are known, talked to and have a next step, the same way every time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from stdnum.cn import uscc
from tests.cast import TODAY, customer_of

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.models import Contact, Customer
from kemai.oversight.demo import story
from kemai.oversight.demo.archive import ARCHIVE, archive_of
from kemai.oversight.demo.estimates import estimates_of
from kemai.oversight.demo.relations import load_relations


def test_all_prospects_and_a_good_part_of_the_others_are_estimated():
    rows = list(estimates_of(story.shops()))
    prospects = [r for r in rows if r[1]]
    assert (len(prospects), 250 < len(rows) - len(prospects) < 500) == (story.PROSPECTS, True)
    assert rows == list(estimates_of(story.shops()))
    assert not {f"KH-{story.HUARUI:05d}", f"KH-{story.RISER:05d}"} & {r[0] for r in rows}


def test_archives_are_filled_with_what_the_product_itself_accepts():
    for shop in story.shops()[:200]:
        filled = dict(zip(ARCHIVE, archive_of(shop), strict=True))
        assert not filled["统一社会信用代码"] or uscc.is_valid(filled["统一社会信用代码"])
        assert filled["邮编"] == "" or len(filled["邮编"]) == 6
    assert archive_of(story.shops()[7]) == archive_of(story.shops()[7])


@pytest.mark.django_db
def test_the_sliding_customer_was_last_called_17_days_ago_and_is_due_today(people):
    shops = [story.shops()[n] for n in (0, 1, story.HUARUI - 1)]
    for shop in shops:
        customer_of(people, "e1", shop.name, code=shop.code)
    load_relations(shops, TODAY)
    huarui = Customer.objects.get(code=f"KH-{story.HUARUI:05d}")
    assert (huarui.last_contact_on, huarui.next_step_on) == (TODAY - timedelta(days=17), TODAY)
    assert Contact.objects.filter(customer=huarui, is_primary=True).count() == 1
    for customer in Customer.objects.filter(last_contact_on__isnull=False):
        last = ContactLog.objects.filter(customer=customer).latest("on")
        assert customer.last_contact_on == last.on < TODAY
        assert min(ContactLog.objects.filter(customer=customer).values_list("on", flat=True)) < date(
            2026, 9, 1
        )
        following = Task.objects.filter(customer=customer, status="open").order_by("due_on").first()
        assert customer.next_step_on == following.due_on
