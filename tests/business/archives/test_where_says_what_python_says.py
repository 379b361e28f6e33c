"""A filter expression finds in SQL exactly whom Python finds by the same expression, however the list is read (S0.12)."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.cast import TODAY

from kemai.business.archives import actions, directory
from kemai.business.archives.directory import BadFilter, ListQuery, facets, list_customers, reading
from kemai.business.archives.directory.askable import askable, askable_fields
from kemai.business.archives.models import Credit, Customer, CustomValue
from kemai.business.valuation.models import PublishedRun, Run, Standing
from kemai.foundation.access.scopes import restrict
from kemai.foundation.filters import Condition, Group, conditions_of, read

pytestmark = pytest.mark.django_db
REGIONS, SIZES = ("镇江", "无锡", "Nanjing", ""), ("大", "中", "小", "")
WORDS = ("商贸", "酒", "LAN", "lan", "100%", "_", "\\", '"')


@pytest.fixture(params=[1, 2])
def base(people, request):
    """Forty random customers with standings, credit and own fields, and the own fields by kind."""
    chance = random.Random(request.param)
    owners = ["e1", "e2", "w1", None]
    own = {
        kind: actions.define_field(actor=people["c"], label=kind, kind=kind, options=options)
        for kind, options in (
            ("text", []), ("choice", ["甲", "乙"]), ("choices", ["红", "蓝"]), ("number", []), ("day", []), ("flag", []),
        )
    }  # fmt: skip
    made = Customer.objects.bulk_create(
        Customer(
            code=f"KH-{n:03d}", name=f"{chance.choice(WORDS)}第{n}{chance.choice(WORDS)}", region=chance.choice(REGIONS),
            owner=people.persons[who] if (who := chance.choice(owners)) else None, size=chance.choice(SIZES),
            state=chance.choice(("potential", "actual", "lost")), phone=chance.choice(("", "13800000000")),
            unit_id=chance.choice(sorted(people["me"].units | people["mw"].units)),
            last_order_on=chance.choice((None, TODAY - timedelta(days=chance.randrange(100)))),
        )
        for n in range(40)
    )  # fmt: skip
    run = Run.objects.create(as_of=TODAY, status="done")
    PublishedRun.objects.create(pk=1, run=run)
    Standing.objects.bulk_create(
        Standing(
            run_id=run.pk, customer=c, ev_abc_class=chance.choice("ABC"), ev_abc_rank=c.pk,
            sales_12m_fen=chance.choice((None, 0, 12_300, 99_999_900)), profit_12m_fen=chance.choice((None, 100)),
        )
        for c in made if chance.random() < 0.8
    )  # fmt: skip
    Credit.objects.bulk_create(
        Credit(customer=c, credit_days=chance.choice((None, 0, 30))) for c in made if chance.random() < 0.5
    )
    values = {
        "text": ("码头", "Lan 1"), "choice": ("甲", "乙"), "choices": ("红", "蓝"), "number": ("1.5", "20"),
        "day": ("2026-11-01", "2026-12-01"), "flag": ("1", "0"),
    }  # fmt: skip
    for c in made:
        for kind, field in own.items():
            if chance.random() < 0.6:
                texts = set(chance.choices(values[kind], k=2 if kind == "choices" else 1))
                for text in texts:
                    CustomValue.objects.create(
                        customer=c, field=field, text=text,
                        number=int(Decimal(text) * 1000) if kind == "number" else None,
                        day=date.fromisoformat(text) if kind == "day" else None,
                    )  # fmt: skip
    offered = {
        "region": REGIONS[:3], "size": SIZES[:3], "name": WORDS, "code": ("KH-001", "KH-0"), "state": ("actual", "lost"),
        "phone": ("138", "13800000000"), "last_order_on": ("-30", "0", "2026-10-01"), "owner": ("e1", "w1"),
        "class": ("A", "B"), "rank": ("1", str(made[20].pk)), "sales_12m": ("0", "123", "100万"), "profit_12m": ("1",),
        "credit_days": ("0", "30", "15"), "unit": tuple(str(u) for u in people["me"].units),
        **{own[kind].key: values[kind] for kind in own},
    }  # fmt: skip
    return people, own, offered, chance


def held(customer, key, own):
    """What the customer has in a field, as a set of comparable values."""
    if key[3:].isdigit():
        rows = CustomValue.objects.filter(
            customer=customer, field__in=[f for f in own.values() if f.key == key]
        )
        return {r.number if r.number is not None else r.day or r.text for r in rows}
    if key in ("class", "rank", "sales_12m", "profit_12m"):
        standing = customer.standings.first()
        name = {"class": "ev_abc_class", "rank": "ev_abc_rank", "sales_12m": "sales_12m_fen", "profit_12m": "profit_12m_fen"}  # fmt: skip
        found = getattr(standing, name[key]) if standing else None
    elif key == "credit_days":
        credit = Credit.objects.filter(customer=customer).first()
        found = credit.credit_days if credit else None
    elif key == "owner":
        found = customer.owner.login if customer.owner else None
    elif key == "unit":
        found = str(customer.unit_id)
    else:
        found = getattr(customer, key)
    return {found} - {None, ""}


def meant(key, text, kind):
    """A written value as `held` gives it."""
    if key == "last_order_on" or kind == "day":
        return TODAY + timedelta(days=int(text)) if len(text) < 4 else date.fromisoformat(text)
    if key in ("sales_12m", "profit_12m"):
        return 100_000_000 if text == "100万" else int(text) * 100
    if kind == "number" and key[3:].isdigit():
        return int(Decimal(text) * 1000)
    return int(text) if kind in ("number", "money") else text


def holds(customer, expression, own, kinds):
    """The expression by plain Python."""
    if isinstance(expression, Group):
        found = [holds(customer, item, own, kinds) for item in expression.items]
        return all(found) if expression.join == "and" else any(found)
    key, kind, here = expression.field, kinds[expression.field], held(customer, expression.field, own)
    values = {meant(key, v, kind) for v in expression.values}
    match expression.operator:
        case "filled":
            return bool(here)
        case "blank":
            return not here
        case "is" | "any":
            return bool(here & values)
        case "not":
            return not here & values
        case "has":
            return any(next(iter(values)).lower() in text.lower() for text in here)
        case "from":
            return any(one >= next(iter(values)) for one in here)
    return any(one <= next(iter(values)) for one in here)


def some(chance, offered, fields, depth=0):
    """A random expression."""
    if depth < 3 and chance.random() < 0.5:
        items = [some(chance, offered, fields, depth + 1) for _ in range(chance.randrange(1, 4))]
        return Group(chance.choice(("and", "or")), tuple(items))
    field = fields[chance.choice(sorted(offered))]
    operator = chance.choice(field.operators)
    values = () if operator in ("filled", "blank") else (chance.choice(offered[field.key]),)
    if operator == "any":
        values = tuple(sorted(set(chance.choices(offered[field.key], k=2))))
    return Condition(field.key, operator, values)


@pytest.mark.parametrize("way", ["gathers", "walks"])
def test_s0_12_sql_finds_whom_python_finds_for_everybody(base, way, monkeypatch):
    people, own, offered, chance = base
    if way == "walks":
        monkeypatch.setattr(reading, "GATHER", 0)
        monkeypatch.setattr(reading, "MOST_GATHERED", 0)
    monkeypatch.setattr(reading, "PAGE_SIZE", 100)
    monkeypatch.setattr(directory, "PAGE_SIZE", 100)
    monkeypatch.setattr("kemai.business.archives.directory.order.PAGE_SIZE", 100)
    everybody = list(Customer.objects.select_related("owner").order_by("pk"))
    found_some = 0
    for login in ("d", "me", "e1", "f1"):
        actor = people[login]
        fields = {f.key: f for f in askable_fields(actor)}
        mine = {k: v for k, v in offered.items() if k in fields}
        seen = set(restrict(Customer.objects.all(), actor).values_list("pk", flat=True))
        for _ in range(40):
            asked = some(chance, mine, fields)
            kinds = {key: f.kind for key, f in fields.items()}
            wanted = {c.pk for c in everybody if c.pk in seen and holds(c, asked, own, kinds)}
            query = ListQuery(where=asked, sort=chance.choice(("code", "-last_order_on", "region")))
            if query.sort != "code" and not actor.sees("sales"):
                query = ListQuery(where=asked, sort="code")
            assert {row["id"] for row in list_customers(actor, query).rows} == wanted, (login, asked)
            rows = directory.filter_customers(actor, query)
            assert set(rows.values_list("pk", flat=True)) == wanted, (login, asked)
            found_some += 0 < len(wanted) < len(seen)
    assert found_some > 30


@pytest.mark.parametrize(
    ("login", "text"),
    [("e1", "credit_days:filled"), ("c", "sales_12m:from:1"), ("c", "class:is:A"), ("e1", "profit_12m:from:0"),
     ("c", "last_contact_on:blank"), ("e1", "and(region:filled,or(name:has:a,credit_days:to:9))")],
)  # fmt: skip
def test_who_does_not_see_a_field_can_t_ask_about_it(people, login, text):
    """What is hidden would else be found out by halving."""
    asked = read(text)
    for ask in (list_customers, directory.filter_customers):
        with pytest.raises(BadFilter, match="你的岗位不能用"):
            ask(people[login], ListQuery(where=asked, sort="code"))
    keys = {f.key for f in askable_fields(people[login])}
    assert not keys & {c.field for c in conditions_of(asked)} - {"region", "name"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("nobody:is:1", "没有「nobody」"), ("bank_account:is:1", "没有"), ("bank_account_sealed:filled", "没有"), ("region:from:1", "不能这样比"),
     ("last_order_on:from:x", "要写日期"), ("last_order_on:from:-99999", "x"), ("sales_12m:from:abc", "要写数字"), ("sales_12m:from:1e30", "太细或太大"),
     ("sales_12m:from:nan", "要写数字"), ("sales_12m:from:inf", "要写数字"), ("rank:from:1.5", "太细或太大"), ("unit:is:abc", "没有这个单位"), ("stale:is:x", "没有")],
)  # fmt: skip
def test_what_makes_no_sense_gets_a_sentence(people, text, sentence):
    if sentence == "x":
        assert list_customers(people["d"], ListQuery(where=read(text), sort="code")).rows == []
        return
    with pytest.raises(BadFilter, match=sentence):
        list_customers(people["d"], ListQuery(where=read(text), sort="code"))


def test_every_field_can_be_asked_about_in_every_way_it_offers(people):
    """On an empty base: no operator of any field is an error of the database."""
    sample = {"day": "-3", "number": "3", "money": "3", "unit": "1", "part": "basics"}
    for field in askable_fields(people["d"]):
        for operator in field.operators:
            values = () if operator in ("filled", "blank") else (sample.get(field.kind, "甲"),)
            asked = Condition(field.key, operator, values)
            assert (
                list_customers(people["d"], ListQuery(where=Group("or", (asked, asked)), sort="code")).rows
                == []
            )
    assert askable(people["d"], "region").label
    assert "region" in facets.facets
