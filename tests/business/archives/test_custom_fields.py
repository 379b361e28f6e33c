"""Fields of the company's own: defined, filled, required, unique, filtered by; many customers changed at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cast import customer_of

from kemai.business.archives import actions, queries
from kemai.business.archives.custom_fields import cleaned, shown, values_of
from kemai.business.archives.directory import ListQuery, filter_customers, list_customers
from kemai.business.archives.models import Customer, CustomField, CustomValue
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def system(people):
    return actions.define_field(actor=people["c"], label="经营体系", kind="choice", options="连锁\n单体")


def fill(people, login, customer, **values):
    customer.refresh_from_db()
    return actions.fill_fields(actor=people[login], customer=customer, version=customer.version, given=values)


def found(actor, **filters):
    """Names of the customers by the page's statement and by the export's, which have to agree."""
    query = ListQuery(filters={k: tuple(v) for k, v in filters.items()})
    page = {row["name"] for row in list_customers(actor, query).rows}
    assert page == set(filter_customers(actor, query).values_list("name", flat=True))
    return page


def test_s0_2_a_field_is_defined_versioned_and_told_in_the_trail(people, system):
    """S0.2: the set of fields is data, in versions."""
    changed = actions.change_field(
        actor=people["d"], field=system, version=1, options="连锁\n单体\n集团", required_in=["target"]
    )
    assert (changed.version, changed.options, changed.required_in) == (
        2,
        ["连锁", "单体", "集团"],
        ["target"],
    )
    verbs = Entry.objects.filter(subject_type="custom_field").values_list("verb", flat=True)
    assert list(verbs) == ["archives.field.defined", "archives.field.changed"]
    with pytest.raises(Refused, match="别人刚改过"):
        actions.change_field(actor=people["c"], field=system, version=1, label="体系")


def test_only_the_custodian_and_executives_define_fields(people, system):
    for login in ("e1", "me", "f1", "s", "stranger"):
        with pytest.raises(Refused):
            actions.define_field(actor=people[login], label="别的", kind="text")
        with pytest.raises(Refused):
            actions.turn_field(actor=people[login], field=system, active=False)
    assert not CustomField.objects.filter(label="别的").exists()


def test_a_definition_that_makes_no_sense_says_what_is_wrong_with_each_part(people, system):
    for shape, field in (
        ({"label": "", "kind": "text"}, "label"), ({"label": "经营体系", "kind": "text"}, "label"),
        ({"label": "客户名称", "kind": "text"}, "label"), ({"label": "甲", "kind": "choice", "options": " "}, "options"),
        ({"label": "甲", "kind": "choice", "options": "一、二"}, "options"), ({"label": "甲", "kind": "nothing"}, "kind"),
        ({"label": "甲", "kind": "flag", "is_unique": True}, "is_unique"), ({"label": "长" * 31, "kind": "text"}, "label"),
    ):  # fmt: skip
        with pytest.raises(actions.Invalid) as wrong:
            actions.define_field(actor=people["c"], **shape)
        assert list(wrong.value.problems) == [field]


def test_an_option_in_use_is_not_taken_away_under_its_customers(people, system):
    mine = customer_of(people, "e1", "华瑞商贸")
    fill(people, "e1", mine, **{system.key: "连锁"})
    with pytest.raises(actions.Invalid, match="连锁"):
        actions.change_field(actor=people["c"], field=system, version=1, options="单体")
    system.refresh_from_db()
    assert system.options == ["连锁", "单体"]


def test_values_are_checked_kept_and_told(people, system):
    mine = customer_of(people, "e1", "华瑞商贸")
    saved = fill(people, "e1", mine, **{system.key: "连锁"})
    assert values_of([mine.pk], [system]) == {mine.pk: {system.pk: ("连锁",)}}
    entry = Entry.objects.latest("pk")
    assert (entry.verb, entry.customer_id, saved.version) == ("archives.custom.filled", mine.pk, 2)
    with pytest.raises(actions.Invalid, match="不在选项里"):
        fill(people, "e1", mine, **{system.key: "联盟"})
    with pytest.raises(actions.Conflict):
        actions.fill_fields(actor=people["e1"], customer=mine, version=1, given={system.key: "单体"})
    assert values_of([mine.pk], [system])[mine.pk] == {system.pk: ("连锁",)}
    for login in ("e2", "w1"):
        with pytest.raises(LookupError):
            fill(people, login, mine, **{system.key: "单体"})
    for login in ("f1", "s", "stranger"):
        with pytest.raises(Refused):
            fill(people, login, mine, **{system.key: "单体"})


def test_a_field_for_one_type_is_not_there_for_another(people):
    only = actions.define_field(actor=people["c"], label="分销级别", kind="text", types=["distributor"])
    shop = customer_of(people, "e1", "门店")
    with pytest.raises(actions.Invalid, match="没有这个字段"):
        fill(people, "e1", shop, **{only.key: "一级"})
    dealer = customer_of(people, "e1", "经销", type="distributor")
    fill(people, "e1", dealer, **{only.key: "一级"})


def test_a_state_asks_for_its_fields_before_a_customer_enters_it(people, system):
    actions.change_field(actor=people["c"], field=system, version=1, required_in=["target"])
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(Refused, match="经营体系"):
        actions.change_state(actor=people["e1"], customer=mine, to="target")
    assert Customer.objects.get(pk=mine.pk).state == "potential"
    fill(people, "e1", mine, **{system.key: "连锁"})
    actions.change_state(actor=people["e1"], customer=mine, to="target")
    with pytest.raises(actions.Invalid, match="要填"):
        fill(people, "e1", mine, **{system.key: ""})


def test_a_value_that_must_not_repeat_is_one_customers(people):
    card = actions.define_field(actor=people["c"], label="会员卡号", kind="text", is_unique=True)
    mine, other = customer_of(people, "e1", "甲店"), customer_of(people, "e1", "乙店")
    fill(people, "e1", mine, **{card.key: "A001"})
    with pytest.raises(actions.Invalid, match="不能重复"):
        fill(people, "e1", other, **{card.key: "a001"})
    assert not CustomValue.objects.filter(customer=other).exists()


@pytest.mark.parametrize(
    ("kind", "given", "text"),
    [("number", "1,200.50", "1200.5"), ("money", "30000", "30000"), ("day", "2026/11/02", "2026-11-02"),
     ("flag", "是", "1"), ("flag", "no", "0"), ("text", " 甲 ", "甲")],
)  # fmt: skip
def test_what_people_write_is_read(kind, given, text):
    assert [row["text"] for row in cleaned(CustomField(kind=kind), given)] == [text]


@pytest.mark.parametrize(("kind", "given"), [("number", "abc"), ("number", "NaN"), ("number", "1.2345"), ("money", "1.234"), ("day", "2026-13-01"), ("flag", "也许"), ("text", "长" * 201)])  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(kind, given):
    with pytest.raises(ValueError, match="。"):
        cleaned(CustomField(kind=kind), given)


@settings(deadline=None)
@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3))
def test_a_number_comes_back_as_it_was_written(number):
    [row] = cleaned(CustomField(kind="number"), str(number))
    assert row["number"] == int(number * 1000)
    assert cleaned(CustomField(kind="number"), row["text"]) == [row]
    assert shown(CustomField(kind="number"), (row["text"],)) == row["text"]


def test_s4_89_positioning_by_nature_system_and_composition_finds_the_matching_three(people):
    """S4.89: of many customers those that match all dimensions, whoever asks only among his own."""
    system = actions.define_field(actor=people["c"], label="体系", kind="choice", options="连锁\n单体")
    made_of = actions.define_field(actor=people["c"], label="构成", kind="choice", options="经销商\n终端")
    for n in range(12):
        each = customer_of(people, "e1" if n % 2 else "w1", f"店{n:02d}", type="enterprise")
        fill(people, "d" if False else ("e1" if n % 2 else "w1"), each, **{system.key: "连锁" if n < 8 else "单体", made_of.key: "经销商" if n < 6 else "终端"})  # fmt: skip
    asked = {"type": ["enterprise"], system.key: ["连锁"], made_of.key: ["经销商"]}
    assert found(people["d"], **asked) == {f"店{n:02d}" for n in range(6)}
    assert found(people["e1"], **asked) == {"店01", "店03", "店05"}
    assert found(people["d"], **{system.key: ["连锁", "单体"], made_of.key: ["终端"]}) == {f"店{n:02d}" for n in range(6, 12)}  # fmt: skip


def test_s4_90_each_customer_has_at_most_one_tier_and_special_lists_those_alone(people):
    tier = CustomField.objects.filter(builtin="tier").first() or actions.define_field(actor=people["c"], label="档次", kind="choice", options="重要\n特殊\n一般")  # fmt: skip
    shops = [customer_of(people, "e1", f"店{n}") for n in range(9)]
    for shop in shops[:7]:
        fill(people, "e1", shop, **{tier.key: "特殊"})
    with pytest.raises(actions.Invalid, match="只能填一个"):
        fill(people, "e1", shops[8], **{tier.key: ["特殊", "重要"]})
    fill(people, "e1", shops[7], **{tier.key: "特殊"})
    fill(people, "e1", shops[7], **{tier.key: "重要"})
    assert found(people["d"], **{tier.key: ["特殊"]}) == {f"店{n}" for n in range(7)}
    assert found(people["d"], **{tier.key: ["~"]}) == {"店8"}
    assert found(people["d"], **{tier.key: ["~", "重要"]}) == {"店8", "店7"}


def test_s0_12_what_is_not_filled_can_be_asked_for(people):
    customer_of(people, "e1", "有地区", region="华东")
    customer_of(people, "e1", "没地区")
    assert found(people["d"], region=["~"]) == {"没地区"}
    assert found(people["d"], region=["~", "华东"]) == {"没地区", "有地区"}


@pytest.fixture
def tags(people):
    return actions.define_field(actor=people["c"], label="记号", kind="choices", options="旺季\n试点\n易流失")


def test_many_get_a_tag_and_it_is_taken_back_where_nobody_changed_it_since(people, tags):
    shops = [customer_of(people, "e1", f"店{n}") for n in range(4)]
    fill(people, "e1", shops[0], **{tags.key: ["试点"]})
    codes = [s.code for s in shops]
    edit = actions.edit_many(actor=people["e1"], codes=codes, field=tags.key, value="旺季", mode="add")
    assert values_of([shops[0].pk], [tags])[shops[0].pk] == {tags.pk: ("试点", "旺季")}
    assert found(people["d"], **{tags.key: ["旺季"]}) == {f"店{n}" for n in range(4)}
    fill(people, "e1", shops[3], **{tags.key: ["易流失"]})
    assert actions.undo_edit(actor=people["e1"], edit=edit) == (3, 1)
    assert found(people["d"], **{tags.key: ["旺季"]}) == set()
    assert values_of([shops[0].pk], [tags])[shops[0].pk] == {tags.pk: ("试点",)}
    with pytest.raises(Refused, match="已经撤销"):
        actions.undo_edit(actor=people["e1"], edit=edit)


def test_a05_a_bulk_edit_with_one_foreign_customer_changes_nobody_and_counts(people, tags):
    mine = [customer_of(people, "e1", f"店{n}") for n in range(3)]
    foreign = customer_of(people, "w1", "西部店")
    entries = Entry.objects.count()
    for field, value in ((tags.key, "旺季"), ("region", "华东")):
        with pytest.raises(actions.BulkRefused) as refused:
            actions.edit_many(actor=people["e1"], codes=[c.code for c in (*mine, foreign)], field=field, value=value)  # fmt: skip
        assert (refused.value.asked, refused.value.allowed) == (4, 3)
    assert (CustomValue.objects.count(), Entry.objects.count()) == (0, entries)
    assert not Customer.objects.filter(region="华东").exists()


def test_a_bulk_edit_is_refused_whole_when_the_value_cannot_be_one_of_theirs(people, tags):
    only = actions.define_field(actor=people["c"], label="分销级别", kind="text", types=["distributor"])
    shops = [customer_of(people, "e1", "经销", type="distributor"), customer_of(people, "e1", "门店")]
    with pytest.raises(actions.BulkRefused, match="门店"):
        actions.edit_many(actor=people["e1"], codes=[s.code for s in shops], field=only.key, value="一级")
    assert not CustomValue.objects.exists()
    with pytest.raises(Refused, match="不能一起改"):
        actions.edit_many(actor=people["e1"], codes=[shops[0].code], field="name", value="同名")


def test_a_bulk_edit_of_a_basic_field_keeps_the_trail_of_each_and_goes_back(people):
    shops = [customer_of(people, "e1", f"店{n}", region="旧区") for n in range(3)]
    edit = actions.edit_many(actor=people["me"], codes=[s.code for s in shops], field="region", value="新区")
    assert Entry.objects.filter(verb="archives.customer.changed").count() == 3
    assert actions.undo_edit(actor=people["me"], edit=edit) == (3, 0)
    assert set(Customer.objects.values_list("region", flat=True)) == {"旧区"}


def test_f07_values_both_have_leave_the_survivors_and_return_when_taken_apart(people, system, tags):
    mine, theirs = customer_of(people, "e1", "甲店"), customer_of(people, "e1", "乙店")
    fill(people, "e1", mine, **{system.key: "连锁", tags.key: ["旺季"]})
    fill(people, "e1", theirs, **{system.key: "单体", tags.key: ["旺季", "试点"]})
    before = list(CustomValue.objects.order_by("pk").values_list())
    mine.refresh_from_db(), theirs.refresh_from_db()
    merged = actions.merge_customers(actor=people["me"], survivor=mine, absorbed=theirs)
    assert values_of([mine.pk], [system, tags])[mine.pk] == {system.pk: ("连锁",), tags.pk: ("旺季", "试点")}
    actions.unmerge_customers(actor=people["me"], merge=queries.merges_of(people["me"], merged).get())
    assert list(CustomValue.objects.order_by("pk").values_list()) == before


@pytest.fixture
def measured(people):
    """Five customers with a number, an amount and a day, and one with nothing; e1 owns the even ones."""
    fields = {
        k: actions.define_field(actor=people["c"], label=f"量{k}", kind=k) for k in ("number", "money", "day")
    }
    for n in range(5):
        each = customer_of(people, "e1" if n % 2 == 0 else "w1", f"店{n}")
        values = {"number": f"{n * 10 - 20}.5", "money": f"{n * 1000}.25", "day": f"2026-0{n + 1}-15"}
        fill(people, "e1" if n % 2 == 0 else "w1", each, **{fields[k].key: v for k, v in values.items()})
    customer_of(people, "e1", "没填")
    return fields


@pytest.mark.parametrize(
    ("kind", "asked", "names"),
    [
        ("number", "-9.5..9.5", {"店2"}), ("number", "..-9.5", {"店0", "店1"}), ("number", "9.6..", {"店3", "店4"}),
        ("money", "1000.25..3000.25", {"店1", "店2", "店3"}), ("money", "1000.26..3000.24", {"店2"}),
        ("day", "2026-02-15..2026-03-31", {"店1", "店2"}), ("day", "2026-05-15..", {"店4"}), ("day", "2027-01-01..", set()),
    ],
)  # fmt: skip
def test_s4_89_a_range_of_numbers_amounts_or_days_is_asked_with_both_ends_counted(
    people, measured, kind, asked, names
):
    field = measured[kind]
    assert found(people["d"], **{field.key: [asked]}) == names
    assert found(people["e1"], **{field.key: [asked]}) == {n for n in names if n in ("店0", "店2", "店4")}
    assert found(people["d"], **{field.key: [asked, "~"]}) == names | {"没填"}


@pytest.mark.parametrize(("kind", "asked"), [("number", "很多..9"), ("day", "2026-13-01.."), ("money", "..")])
def test_a_range_that_cannot_be_read_is_refused_with_a_sentence(people, measured, kind, asked):
    with pytest.raises(Refused, match=f"量{kind}"):
        found(people["d"], **{measured[kind].key: [asked]})


@pytest.mark.parametrize("kind", ["number", "money", "day"])
def test_the_list_is_sorted_by_an_own_field_either_way_with_the_unfilled_last(
    people, measured, kind, monkeypatch
):
    monkeypatch.setattr("kemai.business.archives.directory.order.PAGE_SIZE", 2)
    monkeypatch.setattr("kemai.business.archives.directory.reading.PAGE_SIZE", 2)
    monkeypatch.setattr("kemai.business.archives.directory.PAGE_SIZE", 2)
    rising = [f"店{n}" for n in range(5)]
    for sort, wanted in ((measured[kind].key, rising), (f"-{measured[kind].key}", rising[::-1])):
        names, after = [], ""
        for _page in range(3):
            page = list_customers(people["d"], ListQuery(sort=sort, after=after))
            names += [row["name"] for row in page.rows]
            after = page.next_after
        assert names == [*wanted, "没填"]
    mine = list_customers(people["e1"], ListQuery(sort=measured[kind].key))
    assert [row["name"] for row in mine.rows] == ["店0", "店2"]


def test_what_one_customer_has_several_of_or_nobody_any_more_is_no_order(people, tags):
    actions.turn_field(actor=people["c"], field=tags, active=False)
    with pytest.raises(Refused):
        list_customers(people["d"], ListQuery(sort=tags.key))
    actions.turn_field(actor=people["c"], field=tags, active=True)
    with pytest.raises(Refused, match="排序"):
        list_customers(people["d"], ListQuery(sort=tags.key))
