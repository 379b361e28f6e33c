"""今日 as the cast sees it: the work, the line, the month, the news, and what happens when something is missing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import TODAY, Cast, customer_of

from kemai.business.agenda import actions
from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.actions import add_contact
from kemai.business.archives.models import Customer
from kemai.foundation.notifications import notify, unread_count
from kemai.foundation.notifications.models import Notification

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(1)


@pytest.fixture(autouse=True)
def business_day(settings: Any) -> None:
    settings.BUSINESS_TODAY = TODAY.isoformat()


def browser(people: Cast, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(answer: Any) -> str:
    return answer.content.decode()


def task(people: Cast, login: str, title: str, customer: Any = None, **more: Any) -> Task:
    made: Task = actions.add_task(
        actor=people[login], title=title, customer=customer, **{"due_on": TODAY, **more}
    )
    return made


def test_work_stands_on_tasks_with_its_number_in_the_rail(people: Cast) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    task(people, "e1", "对账", mine)
    task(people, "e1", "送样", mine)
    page = text_of(browser(people, "e1").get("/today/"))
    assert "对账" in page
    assert "另 1 件：送样" in page
    assert '<span class="n" id="nav-today">1</span>' in page
    assert "还没联系过" in page
    assert "对账" not in text_of(browser(people, "e2").get("/today/"))


@pytest.mark.parametrize("login", ["s", "c", "f1", "a", "stranger"])
def test_who_has_no_agenda_sees_none_and_changes_none(login: str, people: Cast) -> None:
    made = task(people, "e1", "对账", customer_of(people, "e1", "华瑞商贸"))
    client = browser(people, login)
    page = text_of(client.get("/today/?whose=team"))
    assert "对账" not in page
    assert "你的岗位没有联系和任务" in page
    assert "data-log=" not in page
    assert client.get(f"/today/tasks/{made.pk}/").status_code in (403, 404)
    for verb in ("done", "move", "take-back", "reopen", "hand-over"):
        sent = client.post(f"/today/tasks/{made.pk}/{verb}/", {"to": "2026-12-01", "person": "1"})
        assert sent.status_code in (403, 404)
    assert client.post("/today/log/", {"text": "@华瑞 电话"}).status_code == 403
    assert Task.objects.get().status == "open"
    assert not ContactLog.objects.exists()


def test_the_number_of_statements_does_not_grow_with_the_work(people: Cast) -> None:
    client = browser(people, "e1")

    def statements(shops: int) -> int:
        for n in range(shops):
            task(people, "e1", "对账", customer_of(people, "e1", f"第{n}店{shops}"))
        with CaptureQueriesContext(connection) as found:
            assert client.get("/today/").status_code == 200
        return len(found)

    statements(1)
    assert statements(2) == statements(20)


def test_done_answers_with_the_struck_row_and_the_new_numbers(people: Cast) -> None:
    made = task(people, "e1", "对账", customer_of(people, "e1", "华瑞商贸"))
    client = browser(people, "e1")
    part = text_of(
        client.post(f"/today/tasks/{made.pk}/done/", {"whose": "me"}, headers={"HX-Request": "true"})
    )
    assert f'class="li done" id="work-{made.pk}"' in part
    assert 'id="todo-count" hx-swap-oob="true">0<' in part
    assert 'id="nav-today" hx-swap-oob="true"><' in part
    back = client.post(f"/today/tasks/{made.pk}/reopen/", {"next": "/today/?whose=me"})
    assert (back.status_code, back["Location"]) == (302, "/today/?whose=me")
    assert Task.objects.get().status == "open"


def test_another_day_is_chosen_and_taken_back_and_a_past_one_is_refused(people: Cast) -> None:
    made = task(people, "e1", "对账", customer_of(people, "e1", "华瑞商贸"))
    client = browser(people, "e1")
    client.post(f"/today/tasks/{made.pk}/move/", {"to": TOMORROW.isoformat()})
    assert Task.objects.get().due_on == TOMORROW
    refused = client.post(f"/today/tasks/{made.pk}/move/", {"due_on": "2026-11-01"})
    assert "不能挪到过去的日子" in text_of(refused)
    assert "选一个日子" in text_of(client.post(f"/today/tasks/{made.pk}/move/", {"due_on": "某天"}))
    assert Task.objects.get().due_on == TOMORROW
    client.post(f"/today/tasks/{made.pk}/take-back/")
    assert Task.objects.get().due_on == TODAY


def test_a_lead_sees_the_team_with_totals_and_whose_each_row_is(people: Cast) -> None:
    task(people, "e1", "对账", customer_of(people, "e1", "华瑞商贸"))
    task(people, "w1", "西边的事", customer_of(people, "w1", "西店"))
    client = browser(people, "me")
    page = text_of(client.get("/today/?whose=team"))
    assert "谁手上有多少" in page
    assert "对账" in page
    assert "西边的事" not in page
    assert "对账" not in text_of(client.get("/today/?whose=me"))
    assert "对账" in text_of(client.get(f"/today/?whose={people['e1'].person_id}"))
    assert "对账" not in text_of(client.get(f"/today/?whose={people['e2'].person_id}"))
    assert "对账" in text_of(browser(people, "d").get("/today/")), "who only leads starts with all"
    assert "谁手上有多少" not in text_of(browser(people, "e1").get("/today/?whose=team"))


def test_a_day_of_the_month_lists_what_lies_on_it(people: Cast) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    task(people, "e1", "明天的事", mine, due_on=TOMORROW)
    client = browser(people, "e1")
    page = text_of(client.get("/today/"))
    assert "小雪" in page
    assert f"day={TOMORROW.isoformat()}" in page
    assert "下一件 明天：华瑞商贸 明天的事" in page
    assert "今天的都做完了" in page
    day = text_of(client.get(f"/today/?day={TOMORROW.isoformat()}"))
    assert "11月23日 周一" in day
    assert 'id="work-' in day
    assert "这天没有安排" in text_of(client.get("/today/?day=2026-12-24"))
    assert client.get("/today/?day=nonsense&month=99-99&whose=x").status_code == 200


def test_a_new_company_is_told_where_to_begin(people: Cast) -> None:
    assert "导入销售" in text_of(browser(people, "me").get("/today/"))
    assert "主管把客户交给你后" in text_of(browser(people, "e1").get("/today/"))


def test_a_part_that_fails_is_one_line_and_the_rest_still_shows(people: Cast, monkeypatch: Any) -> None:
    task(people, "e1", "对账", customer_of(people, "e1", "华瑞商贸"))

    def broken(*_args: Any) -> None:
        raise RuntimeError("disk")

    monkeypatch.setattr("kemai.doors.web.pages.today.movement.may_see_moves", broken)
    page = text_of(browser(people, "e1").get("/today/"))
    assert "级别变动没有读出来" in page
    assert "对账" in page


def test_the_line_becomes_one_contact_however_often_it_is_sent(people: Cast) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    add_contact(actor=people.system, customer=mine, name="贺明远")
    client = browser(people, "e1")
    line = {"text": "@华瑞 电话 12分 谈了返利，下周二回访", "client_key": "k1"}
    for _ in range(2):
        assert client.post("/today/log/", line).status_code == 302
    log = ContactLog.objects.get()
    assert (log.customer, log.channel, log.minutes, log.note) == (mine, "call", 12, "谈了返利")
    assert log.contact is None, "a guess that nobody confirmed is not stored"
    following = Task.objects.get(kind="contact")
    assert (following.title, following.due_on.isoformat()) == ("回访", "2026-11-24")
    client.post("/today/log/", {"text": "@华瑞 聊聊", "client_key": "k2", "sure": ["contact", "channel"]})
    second = ContactLog.objects.latest("pk")
    assert (second.channel, second.contact.name if second.contact else "") == ("call", "贺明远")
    client.post(
        "/today/log/", {"text": "@华瑞 拜访 明天送样", "client_key": "k3", "dropped": ["next", "channel"]}
    )
    third = ContactLog.objects.latest("pk")
    assert (third.channel, third.note) == ("other", "送样")


def test_a_line_on_a_customers_page_is_about_that_customer_unless_it_names_another(people: Cast) -> None:
    mine, other = customer_of(people, "e1", "华瑞商贸"), customer_of(people, "e1", "云渡名酒行")
    client = browser(people, "e1")
    page = text_of(client.get(f"/customers/{mine.code}/"))
    assert f'name="here" value="{mine.code}"' in page
    assert "记一笔：华瑞商贸" in page
    assert 'name="here"' not in text_of(client.get("/customers/"))
    chips = text_of(client.get("/today/log/read/", {"text": "电话 谈了返利", "here": mine.code}))
    assert "华瑞商贸" in chips
    for number, text in enumerate(["电话 谈了返利", "@云渡 电话 谈了账期"]):
        sent = {"text": text, "client_key": f"h{number}", "here": mine.code}
        assert client.post("/today/log/", sent).status_code == 302
    assert [log.customer for log in ContactLog.objects.order_by("pk")] == [mine, other]
    dropped = {"text": "电话 谈了返利", "client_key": "h9", "here": mine.code, "dropped": "customer"}
    assert client.post("/today/log/", dropped).status_code == 422
    theirs = customer_of(people, "w1", "西边商行")
    stray = {"text": "电话 谈了返利", "client_key": "h8", "here": theirs.code}
    assert client.post("/today/log/", stray).status_code == 422


def test_the_chips_say_what_was_understood_and_what_is_a_guess(people: Cast) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    add_contact(actor=people.system, customer=mine, name="贺明远")
    client = browser(people, "e1")
    chips = text_of(client.get("/today/log/read/", {"text": "@华瑞 12分 谈了返利，下周二下午3点回访"}))
    assert "华瑞商贸" in chips
    assert "回访 后天 周二 15:00" in chips
    assert chips.count("data-guess") == 2
    assert "贺明远" in chips
    sure = text_of(client.get("/today/log/read/", {"text": "@华瑞 电话 和贺明远谈了返利"}))
    assert "data-guess" not in sure
    assert "没有找到「无此店」" in text_of(client.get("/today/log/read/", {"text": "@无此店 电话"}))


def test_when_it_is_not_clear_who_is_meant_one_chooses_and_nothing_is_stored_before(people: Cast) -> None:
    first, second = customer_of(people, "e1", "华瑞商贸"), customer_of(people, "e1", "华瑞食品")
    client = browser(people, "e1")
    asked = client.post("/today/log/", {"text": "@华瑞 电话 谈了返利", "client_key": "k1"})
    assert asked.status_code == 422
    assert "是哪一家" in text_of(asked)
    assert all(f'value="{c.code}"' in text_of(asked) for c in (first, second))
    assert not ContactLog.objects.exists()
    chosen = {"text": "@华瑞 电话 谈了返利", "client_key": "k1", "customer": second.code}
    assert client.post("/today/log/", chosen).status_code == 302
    assert ContactLog.objects.get().customer == second


@pytest.mark.parametrize("text", ["", "电话 谈了返利", "@西店 电话", "@没有这家 电话"])
def test_a_line_that_cannot_be_stored_is_given_back_with_a_sentence(text: str, people: Cast) -> None:
    customer_of(people, "w1", "西店")
    answer = browser(people, "e1").post("/today/log/", {"text": text, "client_key": "k"})
    assert answer.status_code == 422
    assert 'role="alert"' in text_of(answer)
    assert not ContactLog.objects.exists()


def test_another_ones_customer_cannot_be_chosen_by_its_code(people: Cast) -> None:
    theirs = customer_of(people, "w1", "西店")
    sent = {"text": "@西 电话", "customer": theirs.code, "client_key": "k"}
    assert browser(people, "e1").post("/today/log/", sent).status_code == 422
    assert not ContactLog.objects.exists()


def test_an_entry_kept_without_network_counts_from_the_day_it_was_written(people: Cast) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    sent = {"text": "@华瑞 电话 明天送样", "client_key": "k", "on": "2026-11-20"}
    browser(people, "e1").post("/today/log/", sent)
    assert ContactLog.objects.get().on.isoformat() == "2026-11-20"
    assert Task.objects.get().due_on.isoformat() == "2026-11-21"
    assert Customer.objects.get(pk=mine.pk).last_contact_on.isoformat() == "2026-11-20"


def test_a_task_is_added_for_a_customer_by_name_and_by_a_lead_for_another(people: Cast) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    sent = {"title": "对账", "customer": "华瑞", "due_on": TOMORROW.isoformat(), "due_at": "14:30"}
    assert browser(people, "e1").post("/today/tasks/new/", sent).status_code == 302
    assert Task.objects.get().customer == mine
    assert "没有找到「西店」" in text_of(
        browser(people, "e1").post("/today/tasks/new/", {**sent, "customer": "西店"})
    )
    other = {**sent, "person": str(people["e1"].person_id)}
    assert browser(people, "me").post("/today/tasks/new/", other).status_code == 302
    assert unread_count(people["e1"]) == 1
    refused = browser(people, "me").post("/today/tasks/new/", {**sent, "person": str(people["w1"].person_id)})
    assert "看不到这家客户" in text_of(refused)
    assert Task.objects.count() == 2


def test_news_is_opened_and_read_by_its_person_only(people: Cast) -> None:
    for n in range(3):
        notify(person_id=people["e1"].person_id, key=f"k{n}", title=f"消息{n}", link="/customers/")
    first = Notification.objects.order_by("pk").first()
    assert first is not None
    client = browser(people, "e1")
    page = text_of(client.get("/notifications/"))
    assert "3 条没读" in page
    assert browser(people, "e2").post(f"/notifications/{first.pk}/").status_code == 404
    opened = client.post(f"/notifications/{first.pk}/")
    assert opened["Location"] == "/customers/"
    assert unread_count(people["e1"]) == 2
    newest = Notification.objects.latest("pk").pk
    notify(person_id=people["e1"].person_id, key="later", title="后来的")
    client.post("/notifications/read/", {"newest": newest})
    assert unread_count(people["e1"]) == 1


def test_a_notice_leads_nowhere_else(people: Cast) -> None:
    notify(person_id=people["e1"].person_id, key="k", title="坏链接", link="https://evil.example/")
    found = Notification.objects.get()
    assert browser(people, "e1").post(f"/notifications/{found.pk}/")["Location"] == "/notifications/"


@pytest.mark.parametrize("typed", ["排名", "paiming", "pm", "rank"])
def test_the_palette_finds_places_by_characters_pinyin_initials_and_english(typed: str, people: Cast) -> None:
    assert 'href="/ranking/"' in text_of(browser(people, "e1").get("/palette/", {"q": typed}))


def test_the_palette_offers_what_may_be_done_with_the_customer_at_hand(people: Cast) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    client = browser(people, "e1")
    found = text_of(client.get("/palette/", {"q": "hrsm"}, headers={"HX-Request": "true"}))
    assert "对华瑞商贸" in found
    assert f"/today/tasks/new/?customer={mine.code}" in found
    assert "<html" not in found
    assert "对华瑞商贸" in text_of(client.get("/palette/", {"at": mine.code}))
    assert "华瑞" not in text_of(browser(people, "w1").get("/palette/", {"at": mine.code}))
    assert "记一笔</span>" not in text_of(
        browser(people, "c").get("/palette/", {"q": "hrsm"}, headers={"HX-Request": "true"})
    )
    nothing = text_of(client.get("/palette/", {"q": "查无此店"}))
    assert "没有找到「查无此店」" in nothing
    assert "新客户" in nothing
    assert "新客户" not in text_of(browser(people, "s").get("/palette/", {"q": "查无此店"}))


def test_a_long_list_shows_the_most_urgent_and_more_when_asked(people: Cast) -> None:
    for n in range(70):
        task(people, "e1", f"第{n}件事")
    client = browser(people, "e1")
    page = text_of(client.get("/today/"))
    assert page.count("data-row>") == 60
    assert 'id="todo-count">70<' in page
    assert "shown=120" in page
    assert text_of(client.get("/today/?shown=120")).count("data-row>") == 70


def test_the_second_line_quotes_the_latest_contact_also_when_an_older_one_was_written_down_later(
    people: Cast,
) -> None:
    mine = customer_of(people, "e1", "华瑞商贸")
    for days, note in ((1, "昨天说的"), (9, "早先说的")):
        actions.log_contact(
            actor=people["e1"], customer=mine, channel="call", on=TODAY - timedelta(days), note=note
        )
    task(people, "e1", "对账", mine)
    page = text_of(browser(people, "e1").get("/today/"))
    assert "11-21 电话：昨天说的" in page
    assert "早先说的" not in page
