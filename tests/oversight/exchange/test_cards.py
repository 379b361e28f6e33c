"""Business cards as files: what goes out is what comes back, and nothing that comes in is trusted."""

from __future__ import annotations

import time
from datetime import date

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions
from kemai.business.archives.directory import ListQuery
from kemai.business.archives.models import Contact
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.cards.reading import BadCard, Card, CardsRefused, read_cards
from kemai.oversight.exchange.cards.taking import NEW, SKIP, Taken, held_against, take_cards
from kemai.oversight.exchange.cards.writing import card_file, cards_of_customer, cards_of_list

pytestmark = pytest.mark.django_db
OLD = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=BA=D8;=C3=F7=D4=B6;;;\r\n"
    "FN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=BA=D8=C3=F7=\r\n=D4=B6\r\nTEL;CELL:13800138000\r\nTEL;WORK;FAX:0571-88880000\r\n"
    "TEL;WORK;VOICE:0571-88888888\r\nEMAIL;PREF;INTERNET:he@example.com\r\nBDAY:19800203\r\n"
    "PHOTO;ENCODING=BASE64;JPEG:\r\n /9j/4AAQSkZJRg\r\n AAAA\r\n\r\nEND:VCARD\r\n"
)
NEWEST = (
    'BEGIN:VCARD\nVERSION:4.0\nFN:姜雯\nN:姜;雯;;;\nTEL;VALUE=uri;TYPE="cell,voice":tel:+86-139-0013-9000\n'
    "item1.EMAIL;TYPE=work:jiang@example.com\nTITLE:采购\\, 仓库\nBDAY:--0203\nEND:VCARD\n"
)
PLAIN = "BEGIN:VCARD\nVERSION:3.0\nN:方;亦舟;;;\nTEL;TYPE=CELL:13700137000\nEND:VCARD\n"


@pytest.fixture
def customer(people):
    return customer_of(people, "e1", "华瑞商贸")


def add(people, customer, name, **fields):
    return actions.add_contact(actor=people["e1"], customer=customer, name=name, **fields)


def test_cards_of_three_versions_and_two_encodings_are_read_and_pictures_are_not(people):
    old, newest, plain = read_cards((OLD + NEWEST + PLAIN).encode())
    assert old == Card(
        1, "贺明远", "", "13800138000", "0571-88888888", "he@example.com", birthday="1980-02-03"
    )
    assert newest == Card(2, "姜雯", "采购, 仓库", "13900139000", "", "jiang@example.com")
    assert (plain.name, plain.mobile) == ("方亦舟", "13700137000")
    assert read_cards(PLAIN.replace("N:方;亦舟;;;", "FN:方亦舟").encode("gb18030")) == [
        Card(1, "方亦舟", mobile="13700137000")
    ]
    assert read_cards(PLAIN.encode("utf-16"))[0].name == "方亦舟"


def test_bad_cards_are_named_with_number_field_and_mend_and_leave_the_others_alone(people):
    files = [
        PLAIN,
        "BEGIN:VCARD\nVERSION:3.0\nTEL:13800138000\nEND:VCARD\n",
        PLAIN.replace("13700137000", "1370013"),
        PLAIN.replace("TEL;", "BDAY:2023-02-30\nTEL;"),
        PLAIN.replace("TEL;", "EMAIL:nobody\nTEL;"),
        PLAIN.replace("N:方", f"FN:{'长' * 70_000}\nN:方"),
        "BEGIN:VCARD\nVERSION:3.0\nFN:嵌套\nBEGIN:VCARD\nFN:里面\nEND:VCARD\nEND:VCARD\n",
        "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=X-NONE;ENCODING=QUOTED-PRINTABLE:=BA=D8\nEND:VCARD\n",
        "BEGIN:VCARD\nFN:没有尾巴\n",
    ]
    found = read_cards("".join(files).encode())
    bad = {c.number: (c.field, c.mend) for c in found if isinstance(c, BadCard)}
    assert [c.number for c in found] == list(range(1, 11))  # the nested one begins anew
    assert {n: field for n, (field, _mend) in bad.items()} == {
        2: "name", 3: "mobile", 4: "birthday", 5: "email", 6: "", 7: "", 9: "", 10: ""
    }  # fmt: skip
    assert "2023-02-30" in bad[4][1]
    assert all(mend for _field, mend in bad.values())


def test_what_is_no_file_of_cards_or_too_much_is_refused_with_a_sentence():
    with pytest.raises(CardsRefused, match="没有名片"):
        read_cards(b"name,phone\nhe,138\n")
    with pytest.raises(CardsRefused, match="5 MB"):
        read_cards(b"x" * (5 * 1024 * 1024 + 1))
    with pytest.raises(CardsRefused, match="编码"):
        read_cards(b"\xff\xff\x80BEGIN")


def test_more_cards_than_a_person_would_look_through_are_refused(people):
    with pytest.raises(CardsRefused, match="200 张"):
        read_cards((PLAIN * 201).encode())


@pytest.mark.parametrize(
    "line",
    [
        "A" + ";a=b,c" * 10_000,
        "TEL" + ";a=b,c" * 5_000,
        "TEL" + ";a=b,c" * 9 + "!:1",
        "A;" + "a" * 60_000,
        "TEL;" + '"' * 60_000,
        ";" * 60_000,
        "FN" + ":=" * 30_000,
    ],
)
def test_a_hostile_line_costs_no_time(people, line):
    began = time.monotonic()
    read_cards(f"BEGIN:VCARD\nVERSION:2.1\nFN:甲\n{line}\nTEL:{line}\nEND:VCARD\n".encode())
    assert time.monotonic() - began < 2


def test_export_then_import_changes_nothing(people, customer):
    first = add(
        people, customer, "欧阳明远", title="总经理; 董事, 创始人", mobile="13800138000", phone="0571-88888888",
        email="he@example.com", decision_role="决策", birthday=date(1980, 2, 3), is_lunar=True,
    )  # fmt: skip
    add(people, customer, "佟薇", birthday=date(1990, 1, 1))
    add(people, customer, "John Smith")
    made = cards_of_customer(actor=people["me"], customer=customer)
    text = made.decode()
    assert "FN:欧阳明远" in text
    assert "N:欧阳;明远;;;" in text
    assert "TEL;TYPE=CELL:13800138000" in text
    assert "TEL;TYPE=WORK:0571-88888888" in text
    assert "BDAY:1980-02-03" in text
    assert "VERSION:3.0" in text
    assert "ORG:华瑞商贸" in text
    assert "N:Smith;John;;;" in text
    cards = read_cards(made)
    coming = held_against(people["e1"], customer, cards)
    assert [(each.proposed, [changes for _c, _p, changes in each.people]) for each in coming] == [
        (SKIP, [{}])
    ] * 3
    chosen = {each.card.number: each.people[0][0] for each in coming}
    before = list(Contact.objects.order_by("pk").values())
    assert take_cards(actor=people["e1"], customer=customer, cards=cards, chosen=chosen) == Taken(0, 0, 3)
    assert list(Contact.objects.order_by("pk").values()) == before
    assert first.version == 1


def test_each_card_is_added_updates_the_same_person_or_is_left_out(people, customer):
    known = add(people, customer, "贺明远", mobile="13800138000", title="总经理")
    twin, other = add(people, customer, "姜雯"), add(people, customer, "姜雯", title="会计")
    cards = read_cards((OLD.replace("=C3=F7=\r\n=D4=B6", "=C3=F7") + NEWEST + PLAIN).encode())
    coming = held_against(people["e1"], customer, cards)
    assert [c.proposed for c in coming] == [
        f"update-{known.pk}-1",
        SKIP,
        NEW,
    ]  # by the mobile; two namesakes: nobody guesses
    assert {p.pk for _c, p, _d in coming[1].people} == {twin.pk, other.pk}
    chosen = {1: coming[0].proposed, 2: SKIP, 3: NEW}
    assert take_cards(actor=people["e1"], customer=customer, cards=cards, chosen=chosen) == Taken(1, 1, 1)
    known.refresh_from_db()
    assert (known.name, known.title, known.email) == ("贺明", "总经理", "he@example.com")
    assert set(Contact.objects.values_list("name", flat=True)) == {"贺明", "姜雯", "方亦舟"}


def test_nothing_is_half_done(people, customer):
    known = add(people, customer, "贺明远", mobile="13800138000")
    cards = read_cards((PLAIN + OLD).encode())
    stale = {1: NEW, 2: f"update-{known.pk}-9"}
    with pytest.raises(actions.ContactConflict):
        take_cards(actor=people["e1"], customer=customer, cards=cards, chosen=stale)
    for wrong, error in (
        ("update-x-1", CardsRefused),
        ("burn", CardsRefused),
        ("update-99999999-1", LookupError),
    ):
        with pytest.raises(error):
            take_cards(actor=people["e1"], customer=customer, cards=cards, chosen={1: NEW, 2: wrong})
    assert [c.name for c in Contact.objects.all()] == ["贺明远"]


def test_only_who_may_takes_cards_in_or_away(people, customer):
    card = add(people, customer, "贺明远", mobile="13800138000")
    cards = read_cards(PLAIN.encode())
    for login, error in (("w1", LookupError), ("d", Refused), ("f1", Refused), ("stranger", Refused)):
        with pytest.raises(error):
            take_cards(actor=people[login], customer=customer, cards=cards, chosen={1: NEW})
    assert Contact.objects.count() == 1
    for login in ("e1", "s", "stranger"):
        with pytest.raises(Refused, match="导出"):
            card_file(actor=people[login], contact=card)
    assert not Entry.objects.filter(verb="exchange.cards.exported").exists()
    assert b"13800138000" in card_file(actor=people["me"], contact=card)
    with pytest.raises(Refused, match="没有可以导出"):
        cards_of_customer(actor=people["mw"], customer=customer)
    entry = Entry.objects.get(verb="exchange.cards.exported")
    assert entry.customer_id == customer.pk
    assert entry.values_row.changes["rows"] == [None, 1]


def test_the_cards_of_a_list_are_those_in_sight_of_people_still_there(people, customer):
    add(people, customer, "贺明远")
    gone = add(people, customer, "方亦舟")
    actions.deactivate_contact(actor=people["e1"], contact=gone, reason="离职")
    west = customer_of(people, "w1", "西岭酒业")
    actions.add_contact(actor=people["w1"], customer=west, name="佟薇")
    query = ListQuery()
    names = [c.name for c in read_cards(cards_of_list(actor=people["me"], query=query, told="全部客户"))]
    assert names == ["贺明远"]
    every = read_cards(cards_of_list(actor=people["d"], query=query, told="全部客户"))
    assert {c.name for c in every} == {"贺明远", "佟薇"}
