"""The pages of pictures: what they say, to whom, as files, and where there is nothing to show yet."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import merge_customers
from kemai.business.archives.models import Customer
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import record_attitude, revalue
from kemai.business.valuation.models import Attitude, ParameterVersion
from kemai.business.valuation.runs.files import folder

pytestmark = [pytest.mark.django_db, pytest.mark.parts("churn", "worth", "positions", "course")]
PAGES = ("rfm", "matrix", "moves", "states", "cohorts", "concentration", "methods")


def signed_in(people: Any, login: str) -> Client:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(answer: Any) -> str:
    return str(answer.content.decode())


def file_of(client: Client, name: str) -> str:
    """What the page gives as a file."""
    answer = client.get(f"/valuation/{name}/?format=csv")
    assert answer.status_code == 200, name
    return b"".join(answer.streaming_content).decode()


def chart(answer: Any, key: str) -> Any:
    """The data beside a chart."""
    found = re.search(
        rf'id="{key}" data-chart.*?<script type="application/json">(.*?)</script>', seen(answer), re.S
    )
    assert found, key
    return json.loads(found.group(1))


@pytest.fixture(scope="module")
def shops(lasting: Any) -> Any:
    """Six shops of e1 and two of w1 with a year and a half of orders."""
    people = lasting
    for n in range(8):
        owner = "w1" if n > 5 else "e1"
        shop = customer_of(people, owner, f"{'西边' if n > 5 else '东边'}第{n}家店")
        for back in range(40 * n + 5, 560, 90 + n * 20):
            day = TODAY - timedelta(days=back)
            post_sale(actor=people.system, customer=shop, day=day, amount_fen=(n + 1) * 1_000_000)
        if n in (1, 7):
            record_attitude(
                actor=people.system,
                customer=shop,
                attitude="loyal",
                answers={"referral": 90, "share_of_wallet": 60},
            )
    return people


@pytest.fixture(scope="module")
def valued(shops: Any) -> Any:
    for day in (TODAY - timedelta(days=92), TODAY):
        revalue(actor=shops.system, as_of=day)
    return shops


def test_every_picture_is_one_s_own_has_a_table_and_is_taken_along_by_those_who_export(valued: Any):
    """Within rights: a salesperson never meets another's customer, and takes no file; a custodian sees no page."""
    boss, rep = signed_in(valued, "d"), signed_in(valued, "e1")
    for name in PAGES:
        answer = rep.get(f"/valuation/{name}/")
        assert answer.status_code == 200, name
        assert "西边" not in seen(answer), name
        assert rep.get(f"/valuation/{name}/?format=csv").status_code == 403, name
        assert signed_in(valued, "c").get(f"/valuation/{name}/").status_code == 403, name
        if name != "methods":
            assert "data-chart-save" in seen(answer), name
            assert "chart-table" in seen(answer), name
        for form in ("csv", "xlsx"):
            file = boss.get(f"/valuation/{name}/?format={form}")
            assert len(b"".join(file.streaming_content)) > 40, name
        assert f"/valuation/{name}/?" in seen(boss.get(f"/valuation/{name}/")), name


def test_a_cell_of_the_grid_opens_the_list_of_its_customers(valued: Any):
    boss = signed_in(valued, "d")
    cells = [cell for cell in chart(boss.get("/valuation/rfm/"), "rfm")["cells"] if cell["value"]]
    assert sum(cell["value"] for cell in cells) == 8
    answer = boss.get(cells[0]["href"])
    assert answer.status_code == 200
    assert seen(answer).count("家店</a>") == cells[0]["value"]
    assert boss.get("/valuation/rfm/?axes=xy").status_code == 404


def test_a_cut_is_tried_first_and_saved_with_a_reason(valued: Any):
    boss = signed_in(valued, "d")
    tried = boss.get("/valuation/matrix/?kind=performance_loyalty&performance=50&loyalty=60")
    assert "这是试看" in seen(tried)
    assert not ParameterVersion.objects.exists()
    data = {"kind": "performance_loyalty", "performance": "50", "loyalty": "60"}
    assert boss.post("/valuation/matrix/", {**data, "reason": ""}).status_code == 422
    assert boss.post("/valuation/matrix/", {**data, "performance": "900", "reason": "试"}).status_code == 422
    assert signed_in(valued, "me").post("/valuation/matrix/", {**data, "reason": "想改"}).status_code == 403
    assert not ParameterVersion.objects.exists()
    assert boss.post("/valuation/matrix/", {**data, "reason": "线低一点"}).status_code == 302
    version = ParameterVersion.objects.get(group="matrices")
    assert (version.values["performance"], version.reason) == ("50", "线低一点")
    assert "在用：50" in seen(boss.get("/valuation/matrix/"))


def test_a_flow_and_a_move_of_states_name_their_customers(valued: Any):
    boss = signed_in(valued, "d")
    links = chart(boss.get("/valuation/moves/"), "moves")["links"]
    assert sum(link["value"] for link in links) == 8
    assert "家店</a>" in seen(boss.get(links[0]["href"].split("#")[0]))
    assert "没有人这样" in seen(boss.get("/valuation/states/?start=lost&end=active"))
    assert boss.get("/valuation/states/?start=lost&end=x").status_code == 404
    assert boss.get("/valuation/moves/?scheme=ev_abc&run=99999").status_code == 404


def test_a_guess_is_dashed_until_a_person_confirms_it(valued: Any):
    """S4.8 on the page: the ledger suggests, the owner confirms with one press, others only read."""
    code = Customer.objects.get(name="东边第0家店").code
    rep = signed_in(valued, "e1")
    page = seen(rep.get(f"/customers/{code}/attitude/"))
    assert "像是忠诚" in page
    assert "态度由负责人和团队来记" in seen(signed_in(valued, "d").get(f"/customers/{code}/attitude/"))
    assert (
        rep.post(f"/customers/{code}/attitude/", {"attitude": "none", "is_early_adopter": "1"}).status_code
        == 422
    )
    assert (
        rep.post(f"/customers/{code}/attitude/", {"attitude": "loyal", "referral": "1x"}).status_code == 422
    )
    assert not Attitude.objects.filter(customer__code=code).exists()
    assert (
        rep.post(f"/customers/{code}/attitude/", {"attitude": "loyal", "referral": "90"}).status_code == 302
    )
    assert "像是忠诚" not in seen(rep.get(f"/customers/{code}/attitude/"))
    assert signed_in(valued, "w1").get(f"/customers/{code}/attitude/").status_code == 404


def test_composition_leads_to_concentration_over_time(valued: Any):
    assert "/valuation/concentration/" in seen(signed_in(valued, "d").get("/ranking/composition/"))


def test_s1_9_the_discount_of_states_is_tried_first_and_saved_with_a_reason(valued: Any):
    """S1.9, 3.12: a trial shows what states would be worth and keeps nothing; saving needs the duty, sense and a reason."""
    boss, path = signed_in(valued, "d"), "/valuation/states/"
    page = seen(boss.get(path))
    assert "每季贴现 2.5%" in page
    assert '每季净销售，平均<span class="u">万元</span>' in page
    assert re.search(r'<td class="num tn c5">\d[\d,]*\.\d</td>', page), "in 万, as elsewhere"
    tried = seen(boss.get(f"{path}?discount=10"))
    assert "每季贴现 10%" in tried
    assert "这是试看" in tried
    assert boss.get(f"{path}?discount=0").status_code == 422
    for data in ({"discount": "10", "reason": ""}, {"discount": "-1", "reason": "试"}):
        assert boss.post(path, data).status_code == 422
    rep = signed_in(valued, "me")
    assert rep.post(path, {"discount": "10", "reason": "想改"}).status_code == 403
    assert 'name="discount"' not in seen(rep.get(path))
    assert not ParameterVersion.objects.exists()
    assert boss.post(path, {"discount": "10", "reason": "钱贵了"}).status_code == 302
    assert ParameterVersion.objects.get(group="states").values == {"discount": "10"}
    kept = seen(boss.get(path))
    assert "钱贵了" in kept
    assert "这是试看" not in kept
    assert "每季贴现 10%" in kept


def test_where_the_files_of_a_run_are_gone_the_pages_say_what_brings_them_back(valued: Any):
    """A database restored without its data folder: no page breaks, and the next valuation mends them all."""
    boss, kept = signed_in(valued, "d"), {path: path.read_bytes() for path in folder().iterdir()}
    try:
        for path in kept:
            path.unlink()
        for name in ("churn", "worth", "matrix", "methods", "rfm", "cohorts"):
            answer = boss.get(f"/valuation/{name}/")
            if answer.status_code == 410:
                assert "再估值一次就有" in seen(answer), name
            else:  # what the run's own record knows of everybody
                assert answer.status_code == 200, name
        assert boss.get("/valuation/churn/").status_code == 410
        assert boss.get("/valuation/matrix/").status_code == 410
    finally:
        for path, content in kept.items():
            path.write_bytes(content)
    assert boss.get("/valuation/matrix/").status_code == 200


def test_a_customer_merged_since_the_run_is_missing_from_lists_and_files_and_breaks_none(valued: Any):
    boss, (kept, gone) = (
        signed_in(valued, "d"),
        Customer.objects.filter(name__in=("东边第1家店", "西边第7家店")).order_by("pk"),
    )
    assert gone.name in file_of(boss, "matrix")
    merge_customers(actor=valued["d"], survivor=kept, absorbed=gone)
    for name in ("matrix", "methods", "churn", "states"):
        assert boss.get(f"/valuation/{name}/").status_code == 200, name
    for name in ("matrix", "methods", "churn"):
        assert gone.name not in file_of(boss, name), name
    assert kept.name in file_of(boss, "matrix")
