"""Saved views: one's own and shared ones, what they keep, how many they find, which one opens the list (S0.12)."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from tests.cast import customer_of

from kemai.foundation.access.actor import Refused
from kemai.foundation.preferences.models import SavedView
from kemai.foundation.preferences.views import save_view, views_of

pytestmark = pytest.mark.django_db
WHERE = urlencode({"where": "region:is:镇江"})


def row_of(client, query=""):
    text = client.get(f"/customers/{query}").content.decode()
    return text[text.index('id="views"') : text.index("</nav>", text.index('id="views"'))]


def test_a_view_is_shared_with_one_s_unit_or_with_all_by_those_who_lead(people, signed_in):
    save_view(actor=people["e1"], name="东区的", query=WHERE, share="unit")
    assert "东区的" in row_of(signed_in("e2"))
    assert "东区的" in row_of(signed_in("me"))
    assert "东区的" not in row_of(signed_in("w1"))
    assert "东区的" not in row_of(signed_in("mw"))
    with pytest.raises(Refused, match="全公司共用"):
        save_view(actor=people["e1"], name="大家的", query=WHERE, share="all")
    assert not SavedView.objects.filter(name="大家的").exists()
    save_view(actor=people["me"], name="大家的", query=WHERE, share="all")
    assert "大家的" in row_of(signed_in("w1"))


def test_a_shared_view_over_a_field_one_does_not_see_is_not_offered(people, signed_in):
    save_view(
        actor=people["f1"], name="账期长的", query=urlencode({"where": "credit_days:from:30"}), share="all"
    )
    assert "账期长的" in row_of(signed_in("d"))
    assert "账期长的" not in row_of(signed_in("e1"))
    assert [v.name for v in views_of(people["e1"])] == ["账期长的"]


def test_a_view_keeps_question_sort_columns_and_density(people, signed_in):
    customer_of(people, "e1", "店0", region="镇江", category="烟酒")
    client = signed_in("e1")
    client.post(
        "/customers/views/",
        {
            "name": "烟酒",
            "query": f"sort=name&{WHERE}",
            "columns": "category",
            "density": "compact",
            "shared": "",
        },
    )
    view = SavedView.objects.get(name="烟酒")
    text = client.get(f"/customers/?view={view.pk}&sort=name&{WHERE}").content.decode()
    head = text[text.index("<thead>") : text.index("</thead>")]
    assert ("类别" in head, "负责人" in head, "kt stack close" in text) == (True, False, True)
    assert "存进这个视图" not in text
    changed = f"view={view.pk}&state=potential"
    assert "存进这个视图" in client.get(f"/customers/?{changed}").content.decode()
    client.post(
        f"/customers/views/{view.pk}/", {"what": "renew", "query": "state=potential", "columns": "size"}
    )
    view.refresh_from_db()
    assert (view.query, view.columns) == ("state=potential", "size")
    assert (
        signed_in("e2").post(f"/customers/views/{view.pk}/", {"what": "renew", "query": ""}).status_code
        == 404
    )


def test_the_numbers_come_later_are_capped_and_each_one_s_own(people, signed_in, monkeypatch):
    monkeypatch.setattr("kemai.doors.web.pages.customers.views.VIEW_CAP", 2)
    monkeypatch.setattr("kemai.business.archives.directory.counting.VIEW_CAP", 2)
    cache.clear()
    for n in range(4):
        customer_of(people, "e1" if n else "w1", f"店{n}", region="镇江" if n < 2 else "常州")
    save_view(actor=people["me"], name="镇江的", query=WHERE, share="all")
    assert 'class="n tn"' not in row_of(signed_in("d"))
    for login, number in (("d", "2"), ("e1", "1"), ("w1", "1")):
        text = signed_in(login).get("/customers/views/counts/").content.decode()
        assert f'镇江的<span class="n tn">{number}</span>' in text, login
    assert "数的" in text
    customer_of(people, "w1", "店9", region="镇江")
    assert (
        '镇江的<span class="n tn">1</span>'
        in signed_in("w1").get("/customers/views/counts/").content.decode()
    )


def test_what_the_list_has_counted_is_said_beside_its_view_beyond_the_cap(people, signed_in, monkeypatch):
    monkeypatch.setattr("kemai.doors.web.pages.customers.views.VIEW_CAP", 2)
    monkeypatch.setattr("kemai.business.archives.directory.counting.VIEW_CAP", 2)
    cache.clear()
    for n in range(4):
        customer_of(people, "e1", f"店{n}")
    client = signed_in("d")
    row, asking = row_of(client), '/customers/views/counts/?known=4"'
    assert asking in row
    at = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/customers/"}
    counts = "/customers/views/counts/"
    assert '全部<span class="n tn">2+</span>' in client.get(counts, **at).content.decode()
    assert '全部<span class="n tn">4</span>' in client.get(f"{counts}?known=4", **at).content.decode()
    elsewhere = at | {"HTTP_HX_CURRENT_URL": f"http://testserver/customers/?{WHERE}"}
    assert '全部<span class="n tn">4</span>' in client.get(f"{counts}?known=0", **elsewhere).content.decode()


def test_the_list_opens_with_the_view_one_chose_and_all_stays_reachable(people, signed_in):
    client = signed_in("e1")
    view = save_view(actor=people["me"], name="镇江的", query=WHERE, share="all")
    client.post(f"/customers/views/{view.pk}/", {"what": "opens", "opens": "1"})
    answer = client.get("/customers/")
    assert answer["Location"] == f"/customers/?view={view.pk}&{WHERE}"
    assert client.get("/customers/?view=all").status_code == 200
    assert '?view=all"' in row_of(client, "?view=all")
    assert signed_in("e2").get("/customers/").status_code == 200
    client.post(f"/customers/views/{view.pk}/", {"what": "opens"})
    assert client.get("/customers/").status_code == 200


def test_density_and_widths_are_remembered_for_one_person(people, signed_in):
    client = signed_in("e1")
    customer_of(people, "e1", "店0")
    client.post("/customers/look/", {"density": "compact"})
    client.post("/customers/look/", {"column": "region", "width": "9999"})
    client.post("/customers/look/", {"column": "<b>", "width": "100"})
    text = client.get("/customers/").content.decode()
    assert "kt stack close" in text
    assert 'data-width="640"' in text
    assert "<b>" not in text
    assert "kt stack close" not in signed_in("e2").get("/customers/").content.decode()
    client.post("/customers/look/", {"reset": "1"})
    assert 'data-width="' not in client.get("/customers/").content.decode()
