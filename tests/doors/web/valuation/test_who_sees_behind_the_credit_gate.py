"""Behind the credit gate a quality score says that the credit grade is low: who may not see credit sees nothing of it."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

import pytest
from tests.cast import TODAY, customer_of
from tests.doors.web.valuation.test_valuation_pages import seen, signed_in, with_gates

from kemai.business.archives.directory import BadFilter, ListQuery, list_customers
from kemai.business.archives.directory.askable import askable_fields
from kemai.business.archives.directory.telling import stored_values
from kemai.business.archives.models import Customer
from kemai.business.trade.actions import post_sale
from kemai.business.valuation import queries
from kemai.business.valuation.actions import revalue, save_measure, save_scheme_version
from kemai.business.valuation.actions.credit import assess_credit
from kemai.business.valuation.models import ClassChange, MeasureValue, Run, Standing
from kemai.business.valuation.own.named import named_figures
from kemai.business.valuation.own.reading import figures_of_rows, own_measures, tried
from kemai.business.valuation.pictures.methods import methods_of
from kemai.business.valuation.pictures.moves import runs_with
from kemai.business.valuation.runs.past_runs import past_rank_rows
from kemai.doors.cli import rank, show
from kemai.foundation.access.actor import Refused
from kemai.foundation.filters import read
from kemai.value.credit.grade import FIVE_C
from kemai.value.formulas import Formula

pytestmark = [pytest.mark.django_db, pytest.mark.parts("measures", "position")]
OWN_NAME = "暗号分"


@pytest.fixture
def shops(people: Any, tmp_path: Any, settings: Any) -> dict[str, Any]:
    """Two customers of e1, one of them with bad credit; an own measure over the score that 价值水平 ranks by; valued
    before there is a gate."""
    settings.DATA_DIR = tmp_path
    found = {name: customer_of(people, "e1", name) for name in ("信用差的店", "好店")}
    for (name, shop), points in zip(found.items(), (45, 95), strict=True):
        post_sale(
            actor=people.system, customer=shop, day=TODAY - timedelta(9), amount_fen=9_000_000, cost_fen=1_000
        )
        assess_credit(actor=people["f1"], customer=shop, points=dict.fromkeys(FIVE_C, points))
        assert name
    with_gates(people)
    own = save_measure(actor=people["d"], name=OWN_NAME, formula="质量分 * 1000 + 7", reason="试")
    save_scheme_version(
        actor=people["d"], scheme_key="value_level", cuts=["9000", "6000", "8"], measure=f"own_{own.key}", reason="试"
    )  # fmt: skip
    revalue(actor=people.system, as_of=TODAY)
    return found


@pytest.fixture
def gated(people: Any, shops: dict[str, Any]) -> dict[str, Any]:
    """The same behind the credit gate, which e1's 信用差的店 fails."""
    with_gates(people, "credit")
    revalue(actor=people.system, as_of=TODAY)
    row = Standing.objects.get(run_id=run_now().pk, customer=shops["信用差的店"])
    assert (row.quality_class, row.quality_reason, row.priority) == ("poor", "knocked_out_credit", "P3")
    return shops


def run_now() -> Run:
    found = queries.published_run()
    assert found is not None
    return found


def told(people: Any, login: str, shop: Customer) -> dict[str, bool]:
    """Place -> whether the person finds something of the score there."""
    actor, client = people[login], signed_in(people, login)
    row = {"id": shop.pk, "owner_id": shop.owner_id}
    page = seen(client.get(f"/customers/{shop.code}/"))
    own = own_measures()[0]
    return {
        "named figure": "quality_score" in named_figures(actor, shop),
        "own measure in a list": bool(figures_of_rows(actor, [row], [own.key])[shop.pk]),
        "class on the page": "why/quality/" in page,
        "class by the own measure on the page": "why/value_level/" in page,
        "why of the class": client.get(f"/customers/{shop.code}/why/quality/").status_code == 200,
        "why of the own measure": client.get(f"/customers/{shop.code}/why/{own.key}/").status_code == 200,
        "why of the class by it": client.get(f"/customers/{shop.code}/why/value_level/").status_code == 200,
        "history": bool(queries.class_history(actor, shop, "quality")),
        "command": any(word in shown(people, login, shop) for word in ("quality", "value_level", "没过门槛", own.key)),
    }  # fmt: skip


def shown(people: Any, login: str, shop: Customer) -> str:
    """What `kemai show` prints."""
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as said:
        show.run(argparse.Namespace(as_login=login, json=True, code=shop.code))
    return said.getvalue()


def test_before_the_gate_a_salesperson_sees_the_score_of_his_own_customers(people: Any, shops: Any) -> None:
    found = told(people, "e1", shops["信用差的店"])
    assert {place for place, is_told in found.items() if not is_told} == {"history"}


def test_behind_the_gate_he_sees_nothing_of_it_and_who_sees_credit_does(people: Any, gated: Any) -> None:
    shop = gated["信用差的店"]
    assert [place for place, is_told in told(people, "e1", shop).items() if is_told] == []
    for login in ("me", "d", "f1"):
        found = told(people, login, shop)
        assert {place for place, is_told in found.items() if not is_told} == set(), login


def test_no_list_export_or_condition_of_his_rests_on_it(people: Any, gated: Any) -> None:
    own, ids = own_measures()[0], [shop.pk for shop in gated.values()]
    asked = {
        login: {each.key for each in askable_fields(people[login])} & {"quality", own.key}
        for login in ("e1", "me")
    }
    assert asked == {"e1": set(), "me": {"quality", own.key}}
    assert stored_values(people["e1"], ids, ["quality", own.key]) == {}
    assert stored_values(people["me"], ids, ["quality"])[gated["信用差的店"].pk] == {"quality": 0}
    for key in ("quality", own.key):
        where = read(f"{key}:to:7")
        assert [r["id"] for r in list_customers(people["me"], ListQuery(where=where)).rows] == [ids[0]]
        with pytest.raises(BadFilter):
            list_customers(people["e1"], ListQuery(where=where))
    answer = signed_in(people, "e1").get("/customers/export/", {"where": "quality:to:7"})
    assert OWN_NAME not in seen(answer)
    assert tried(people["e1"], own_formula(own)) is None
    found = tried(people["me"], own_formula(own))
    assert found is not None
    assert found.values == 2


def own_formula(own: Any) -> Formula:
    from kemai.business.valuation.own.chains import read_formula

    return read_formula(own.formula, [])


def test_no_ranking_run_picture_or_command_says_it(people: Any, gated: Any) -> None:
    run, client = run_now(), signed_in(people, "e1")
    bound = {"quality", "value_level"}
    assert bound & set(methods_of(people["e1"], run)) == set()
    assert bound <= set(methods_of(people["me"], run))
    for key in bound:
        for read_by in (past_rank_rows, queries.rank_rows, queries.band_totals):
            with pytest.raises(Refused):
                read_by(people["e1"], run, key)
            assert read_by(people["me"], run, key)
        with pytest.raises(Refused):
            rank.run(argparse.Namespace(as_login="e1", json=True, scheme=key, top=0, run=0))
        assert client.get(f"/valuation/{run.pk}/?scheme={key}").status_code == 403
    pages = ["/ranking/", f"/valuation/{run.pk}/", "/valuation/methods/", "/valuation/moves/", "/valuation/matrix/", "/customers/", "/today/"]  # fmt: skip
    for address in pages:
        text = seen(client.get(address))
        assert [
            word for word in ("没过门槛：", "knocked_out", "scheme=quality", OWN_NAME) if word in text
        ] == [], address
    assert "scheme=quality" in seen(signed_in(people, "me").get(f"/valuation/{run.pk}/"))


def test_the_priority_goes_with_it(people: Any, gated: Any) -> None:
    shop = gated["信用差的店"]
    Standing.objects.filter(customer=shop).update(
        stability_reason=None,
        stability_cv=0.1,
        stability_months=12,
        active_ratio=1.0,
        stability_label="stable",
    )
    rep, lead = (
        seen(signed_in(people, login).get(f"/customers/{shop.code}/sales/")) for login in ("e1", "me")
    )
    assert all("CV 0.1" in page for page in (rep, lead))
    assert ("<b>P3</b>" in rep, "<b>P3</b>" in lead) == (False, True)


def test_when_the_gate_goes_the_run_after_it_tells_no_move_out_of_the_class_behind_it(
    people: Any, gated: Any
) -> None:
    shop = gated["信用差的店"]
    gated_run = run_now()
    assert ClassChange.objects.filter(run=gated_run, scheme_key="quality", customer_id=shop.pk).exists()
    with_gates(people)
    after = revalue(actor=people.system, as_of=TODAY)
    assert not ClassChange.objects.filter(run=after, scheme_key__in=("quality", "value_level")).exists()
    assert queries.class_history(people["e1"], shop, "quality") == []
    assert [move.run_id for move in queries.class_history(people["me"], shop, "quality")] == [gated_run.pk]
    assert gated_run.pk not in [each.pk for each in runs_of_e1(people)]
    assert MeasureValue.objects.filter(run_id=after.pk).exists()


def runs_of_e1(people: Any) -> list[Any]:
    try:
        return runs_with(people["e1"], "value_level")
    except Refused:
        return []
