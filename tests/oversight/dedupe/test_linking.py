"""The library that finds duplicates: what it makes of names, what it weighs, and how well it does on labelled sets."""

from __future__ import annotations

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from kemai.oversight.dedupe.linking import Limits, company_rows, link
from kemai.oversight.dedupe.linking.companies import COMPANIES, THRESHOLD
from kemai.oversight.dedupe.linking.grouping import groups
from kemai.oversight.dedupe.linking.names import parts

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))
import _company_names

MODULES = ("model", "names", "places")
BLANK = dict.fromkeys(
    ("uscc", "tax_number", "phone", "address", "principal", "email", "website", "region"), ""
)


def found(
    *records: dict[str, str], threshold: float = THRESHOLD, numbers: dict[int, list[str]] | None = None
):
    rows = [{"id": n, "type": "enterprise", **BLANK, **record} for n, record in enumerate(records, 1)]
    return link(company_rows(pa.Table.from_pylist(rows), numbers or {}), COMPANIES, threshold=threshold)


def pairs(*records: dict[str, str], **more) -> set[tuple[int, int]]:
    table = found(*records, **more).pairs
    return set(zip(table["left"].to_pylist(), table["right"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("苏州市华瑞商贸有限公司", "江苏省苏州市华瑞商贸有限责任公司"),
        ("苏州市华瑞商贸有限公司", "蘇州華瑞商貿有限公司"),
        ("苏州市华瑞商贸有限公司", "华瑞（苏州）商贸有限公司"),
        ("苏州市华瑞商贸有限公司", "苏 州 华 瑞 商 贸"),
        ("苏州华瑞商贸有限公司", "苏州华瑞贸易股份有限公司"),
        ("ＡＢＣ（苏州）科技有限公司", "苏州abc技术有限公司"),
        ("苏州华瑞集团有限公司", "苏州华瑞（集团）有限公司"),
    ],
)
def test_names_that_say_the_same_have_the_same_parts(one: str, other: str) -> None:
    first, second = parts(one), parts(other)
    assert (first.place, first.core, first.branch) == (second.place, second.core, second.branch)


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("苏州华瑞商贸有限公司无锡分公司", "无锡分公司"), ("北京华瑞超市（望京店）", "望京店"), ("华瑞商贸有限公司上海办事处", "上海办事处"),
        ("苏州华瑞商贸有限公司", ""), ("永康市大昌五金厂", ""),
    ],
)  # fmt: skip
def test_a_branch_is_told_from_its_firm(name: str, branch: str) -> None:
    assert parts(name).branch == branch


def test_a_firm_is_not_called_after_a_town_when_nothing_else_is_left() -> None:
    assert parts("东方商贸有限公司").word == "东方"
    assert parts("长春华瑞商贸有限公司").place == "2201"


def test_the_same_name_in_the_same_place_is_enough_and_every_weight_is_told() -> None:
    result = found({"name": "苏州市华瑞商贸有限公司"}, {"name": "华瑞（苏州）贸易公司"})
    row = result.pairs.to_pylist()[0]
    weights = sum(row[f"bits_{each.key}"] for each in COMPANIES.comparisons)
    assert row["probability"] > 0.99
    assert row["level_name"] == "same"
    assert row["bits"] == pytest.approx(weights - 13.29, abs=0.05), "prior and evidence add up"


def test_near_misses_are_not_duplicates_however_much_they_share() -> None:
    shared = {"phone": "0512-66668888", "address": "苏州市人民路328号501室", "principal": "王明", "email": "a@huarui.com.cn"}  # fmt: skip
    for name in ("苏州市华瑞商贸有限公司无锡分公司", "无锡市华瑞商贸有限公司", "苏州市华瑞精密机械有限公司"):
        assert pairs({"name": "苏州市华瑞商贸有限公司", **shared}, {"name": name, **shared}) == set(), name
    stranger = pairs({"name": "苏州市华瑞商贸有限公司"}, {"name": "苏州市华达商贸有限公司"})
    assert stranger == set(), "one character alone is another firm"


def test_two_valid_credit_codes_speak_strongly_against_and_equal_ones_decide() -> None:
    dice = _company_names._Made(__import__("random").Random(1))
    one, other = dice.code(), dice.code()
    name, phone = {"name": "苏州市华瑞商贸有限公司"}, {"phone": "0512-66668888"}
    assert pairs({**name, **phone}, {**name, **phone}) == {(1, 2)}
    assert pairs({**name, **phone, "uscc": one}, {**name, **phone, "uscc": other}) == set()
    assert pairs({"name": "华瑞", "uscc": one}, {"name": "苏州大昌食品厂", "tax_number": one}) == {(1, 2)}


def test_a_typing_error_needs_something_else_that_agrees() -> None:
    one, other = {"name": "苏州市华瑞商贸有限公司"}, {"name": "苏州市华端商贸有限公司"}
    assert pairs(one, other) == set()
    assert pairs({**one, "phone": "0512-66668888"}, {**other, "phone": "0512-66668888"}) == {(1, 2)}
    assert pairs(one, other, numbers={1: ["13800000001"], 2: ["13800000001"]}) == {(1, 2)}


def test_the_same_sound_in_the_same_place_is_a_typing_error_and_elsewhere_is_not_enough() -> None:
    one = {"name": "苏州市华瑞商贸有限公司"}
    assert pairs(one, {"name": "苏州市华锐商贸有限公司"}) == {(1, 2)}
    assert pairs(one, {"name": "无锡市华锐商贸有限公司"}) == set()


def test_numbers_in_names_are_never_slips() -> None:
    shared = {"phone": "0512-66668888"}
    assert (
        pairs({"name": "苏州市大昌第一食品厂", **shared}, {"name": "苏州市大昌第二食品厂", **shared}) == set()
    )


def test_a_number_that_a_bookkeeper_gives_for_many_joins_nobody() -> None:
    many = [{"name": f"苏州市第{n}号食品有限公司", "phone": "13800000001"} for n in range(40)]
    assert pairs(*many) == set()


def test_people_of_a_common_name_are_not_one() -> None:
    many = [{"name": "张伟", "type": "retail", "region": "苏州", "phone": f"138000000{n:02d}"} for n in range(20)]  # fmt: skip
    assert pairs(*many) == set()


def test_two_records_without_anything_else_make_no_noise() -> None:
    assert found().records == 0
    assert pairs({"name": "苏州市华瑞商贸有限公司"}) == set()


def test_it_is_precise_and_finds_most_of_a_labelled_set_that_it_was_not_tuned_on() -> None:
    rows = list(_company_names.records(3_000, 11))
    truth = _company_names.true_pairs(rows)
    got = link(company_rows(pa.Table.from_pylist(rows), {}), COMPANIES, threshold=THRESHOLD)
    named = set(zip(got.pairs["left"].to_pylist(), got.pairs["right"].to_pylist(), strict=True))
    assert len(named & truth) / len(named) >= 0.98
    assert len(named & truth) / len(truth) >= 0.88
    assert got.learnt_from > 0


def test_the_same_records_give_the_same_pairs_whatever_the_threads(tmp_path: Path) -> None:
    rows = pa.Table.from_pylist(list(_company_names.records(2_000, 5)))
    tables = list(company_rows(rows, {}))
    one = link(tables, COMPANIES, threshold=THRESHOLD, limits=Limits("1GB", 1, tmp_path))
    two = link(tables, COMPANIES, threshold=THRESHOLD, limits=Limits("1GB", 2, tmp_path))
    assert one.pairs.to_pylist() == two.pairs.to_pylist()


def test_a_caller_can_stop_it_between_two_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kemai.oversight.dedupe.linking.engine.PORTION", 50)
    rows = pa.Table.from_pylist(list(_company_names.records(1_000, 5)))
    heard: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        heard.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link(company_rows(rows, {}), COMPANIES, threshold=THRESHOLD, progress=stop)
    assert heard[0][0] == 0
    assert heard[-1][1] > 2


def test_portions_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = list(company_rows(pa.Table.from_pylist(list(_company_names.records(1_500, 6))), {}))
    whole = link(tables, COMPANIES, threshold=THRESHOLD).pairs.to_pylist()
    monkeypatch.setattr("kemai.oversight.dedupe.linking.engine.PORTION", 100)
    assert link(tables, COMPANIES, threshold=THRESHOLD).pairs.to_pylist() == whole


def test_records_that_hang_together_have_one_group() -> None:
    table = pa.table({"left": [1, 5, 2], "right": [2, 6, 3]})
    assert groups(table) == {1: 1, 2: 1, 3: 1, 5: 5, 6: 5}


def test_pages_never_load_the_linking_libraries() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'kemai.config.settings'; import django; django.setup()\n"
        "import kemai.config.urls\n"
        "print([name for name in ('splink', 'sqlglot') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_docstrings_hold(name: str) -> None:
    module = importlib.import_module(f"kemai.oversight.dedupe.linking.{name}")
    done = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert done.attempted > 0
    assert done.failed == 0
