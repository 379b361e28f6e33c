"""A figure beside its promise: kept, near, broken by more than a fifth; and what a run of all scripts ends with."""

from pathlib import Path

import pytest
from benchmarks import _promises
from benchmarks._promises import PROMISES, Book, Promise, verdict

from tools import bench

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("is_least", "value", "word"),
    [(True, 101, "kept"), (True, 100, "kept"), (True, 99, "near"), (True, 80, "near"), (True, 79.9, "broken"),
     (False, 99, "kept"), (False, 100, "kept"), (False, 120, "near"), (False, 120.1, "broken")],
)  # fmt: skip
def test_a_promise_breaks_at_more_than_a_fifth(is_least: bool, value: float, word: str) -> None:
    assert verdict(Promise(100, "x", is_least=is_least), value, "sqlite") == word


def test_nothing_is_allowed_where_nothing_is_promised_to_fail() -> None:
    assert [verdict(PROMISES["failed requests"], n, "sqlite") for n in (0, 1)] == ["kept", "broken"]


def test_a_smaller_run_than_the_promise_speaks_of_is_not_judged() -> None:
    promise = Promise(100, "x", is_least=True, size=1_000)
    assert [verdict(promise, 1, "sqlite", size) for size in (999, 1_000, None)] == [
        "unjudged",
        "broken",
        "broken",
    ]


def test_each_database_has_its_own_aim() -> None:
    promise = Promise({"sqlite": 100, "postgresql": 50}, "x", is_least=True)
    assert [verdict(promise, 60, on) for on in ("sqlite", "postgresql", "oracle")] == [
        "broken",
        "kept",
        "unjudged",
    ]


def test_a_run_with_one_broken_promise_ends_with_one(capsys: pytest.CaptureFixture[str]) -> None:
    book = Book()
    book.figure("set-up, warm", 5.5, "sqlite", beside="3 times a bare start")
    assert book.exit_code() == 0
    book.figure("set-up, cold", 200, "sqlite")
    assert book.exit_code() == 1
    assert capsys.readouterr().out.splitlines() == [
        "[near    ] set-up, warm: 5.5 s, aim at most 5 (sqlite); 3 times a bare start",
        "[broken  ] set-up, cold: 200 s, aim at most 90 (sqlite)",
    ]


def test_a_figure_without_a_promise_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        Book().figure("moon landing", 1, "sqlite")


def test_every_promise_is_measured_by_a_script_and_told_to_readers() -> None:
    scripts = "".join(p.read_text("utf-8") for p in (ROOT / "benchmarks").glob("[!_]*.py"))
    pages = [(ROOT / "benchmarks" / name).read_text("utf-8") for name in ("README.md", "README.en.md")]
    assert [name for name in PROMISES if f'"{name}"' not in scripts] == []
    assert [name for name in PROMISES for page in pages if f"`{name}`" not in page] == []


SCRIPT = """import sys
print("loading")
print("[{word:8}] today: 3 ms, aim at most 1 (sqlite)")
sys.exit({code})
"""


@pytest.mark.parametrize(
    ("word", "code", "ends", "line"),
    [("kept", 0, 0, "[kept    ] today"), ("broken", 1, 1, "[broken  ] today"), ("kept", 3, 1, "[broken  ] script ended with 3")],
)  # fmt: skip
def test_the_run_of_all_sums_up_and_fails_with_any_gate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str, code: int, ends: int, line: str
) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(word=word, code=code))
    figures = bench.run(script, "sqlite", "small")
    assert bench.summed_up(figures) == ends
    assert line in capsys.readouterr().out.split("== all figures ==")[1]


def test_a_small_run_takes_the_small_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEMAI_BENCH_SIZE", "small")
    assert _promises.sized(1_000_000, 20_000) == 20_000
    monkeypatch.delenv("KEMAI_BENCH_SIZE")
    assert _promises.sized(1_000_000, 20_000) == 1_000_000
