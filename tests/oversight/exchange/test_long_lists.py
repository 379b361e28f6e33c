"""A list too long to wait for: written in the background, for who asked alone, stopped without a trace, cleared away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.cast import customer_of

from kemai.business.archives.directory import ListQuery
from kemai.foundation.access.actor import Refused
from kemai.foundation.notifications.models import Notification
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.actions import list_export
from kemai.oversight.exchange.models import ListExport

pytestmark = pytest.mark.django_db


@pytest.fixture
def shops(people: Any, tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Thirty customers of the east and one of the west, where twenty are already too long to wait for."""
    settings.DATA_DIR = tmp_path
    for place in ("kemai.oversight.exchange.actions.list_export", "kemai.doors.web.pages.customers.export"):
        monkeypatch.setattr(f"{place}.BACKGROUND_FROM", 20)
    for n in range(30):
        customer_of(people, "e1", f"东店{n:02d}", region="镇江")
    customer_of(people, "w1", "西店", region="成都")
    return people


def client_of(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def asked(people: Any, login: str = "me") -> ListExport:
    answer = client_of(people, login).post(
        "/customers/export/?sort=name", {"format": "csv", "reason": "年会名单"}
    )
    made = ListExport.objects.get()
    assert answer["Location"] == f"/customers/exports/{made.pk}/"
    return made


def test_s1_7_a_long_list_is_written_later_in_its_order_and_told(shops: Any) -> None:
    made, client = asked(shops), client_of(shops, "me")
    assert "在写文件" in client.get(f"/customers/exports/{made.pk}/").content.decode()
    assert client.get(f"/customers/exports/{made.pk}/file/").status_code == 404
    list_export.write_list_export(actor=shops["me"], export_id=made.pk)
    told = Notification.objects.get(person_id=shops.persons["me"].pk)
    assert (told.title, told.link) == ("名单写好了，可以下载", f"/customers/exports/{made.pk}/")
    assert "写好了 30 家" in client.get(told.link).content.decode()
    answer = client.get(f"{told.link}file/")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == [f"东店{n:02d}" for n in range(30)]
    assert Entry.objects.filter(verb="exchange.list.exported").count() == 1


def test_a_long_list_is_for_who_asked_alone(shops: Any) -> None:
    made = asked(shops)
    list_export.write_list_export(actor=shops["me"], export_id=made.pk)
    for login in ("d", "mw"):
        client = client_of(shops, login)
        for part in ("", "file/"):
            assert client.get(f"/customers/exports/{made.pk}/{part}").status_code == 404
        assert client.post(f"/customers/exports/{made.pk}/cancel/").status_code == 404


def test_who_may_not_export_begins_nothing(shops: Any) -> None:
    assert client_of(shops, "e1").post("/customers/export/", {"format": "csv"}).status_code == 403
    with pytest.raises(Refused):
        list_export.start_list_export(
            actor=shops["e1"], query=ListQuery(), columns=[], told="全部", format="csv", reason="", address=""
        )
    assert not ListExport.objects.exists()


def test_a_stopped_list_leaves_no_file(shops: Any) -> None:
    made = asked(shops)
    client = client_of(shops, "me")
    client.post(f"/customers/exports/{made.pk}/cancel/")
    list_export.write_list_export(actor=shops["me"], export_id=made.pk)
    made.refresh_from_db()
    assert made.status == ListExport.Status.CANCELLED
    assert not list_export.stored_path(made).exists()
    assert not Entry.objects.filter(verb="exchange.list.exported").exists()
    assert "停了" in client.get(f"/customers/exports/{made.pk}/").content.decode()


def test_a_file_that_nobody_fetches_is_cleared_away_after_some_days(shops: Any) -> None:
    made = asked(shops)
    list_export.write_list_export(actor=shops["me"], export_id=made.pk)
    assert list_export.clear_old_exports() == 0
    ListExport.objects.update(created_at=timezone.now() - timedelta(days=4))
    assert list_export.clear_old_exports() == 1
    assert not list_export.stored_path(made).exists()
    assert client_of(shops, "me").get(f"/customers/exports/{made.pk}/file/").status_code == 404
