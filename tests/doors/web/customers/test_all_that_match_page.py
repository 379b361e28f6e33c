"""The page of a change of all that match: seen, signed, begun, followed, taken back (A05)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from tests.cast import customer_of

from kemai.business.archives.models import Customer, MassChange
from kemai.foundation.jobs import run_job_now
from kemai.foundation.jobs.models import Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def shops(people):
    for n in range(8):
        customer_of(people, "w1" if n == 7 else "e1", f"店{n}", region="镇江" if n % 2 else "无锡", size="小")
    return people


def ended(change):
    run_job_now(Job.objects.get(pk=change.job_id))


def test_the_page_previews_signs_runs_and_takes_back(shops, signed_in, monkeypatch):
    monkeypatch.setattr("kemai.doors.web.pages.customers.mass.MOST", 3)
    client, query = signed_in("me"), urlencode({"where": "or(region:is:镇江,region:is:无锡)"})
    text = client.post("/customers/select/", {"what": "edit", "all": "1", "query": query}).content.decode()
    assert "符合的 7 家" in text
    assert "店7" not in text
    seen = text.split('name="seen" value="')[1].split('"')[0]
    text = client.post("/customers/all/", {"seen": seen, "query": query, "field": "size"}).content.decode()
    assert "改全部 7 家" in text
    sent = {"seen": seen, "field": "size", "value": "大", "confirm": "1"}
    for forged in ({"query": ""}, {"query": query, "seen": seen[:-2]}):
        assert client.post("/customers/all/", {**sent, **forged}).status_code == 409
    assert signed_in("mw").post("/customers/all/", {**sent, "query": query}).status_code == 409
    assert not MassChange.objects.exists()
    page = client.post("/customers/all/", {**sent, "query": query})["Location"]
    assert "可以离开这一页" in client.get(page).content.decode()
    assert signed_in("d").get(page).status_code == 404
    ended(MassChange.objects.get())
    assert "改好了 7 家" in client.get(page).content.decode()
    back = client.post(f"{page}undo/")["Location"]
    ended(MassChange.objects.get(what="undo"))
    assert "7 家改回去了" in client.get(back).content.decode()
    assert set(Customer.objects.values_list("size", flat=True)) == {"小"}
