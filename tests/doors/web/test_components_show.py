"""The components say numbers as people read them, and what is missing as a word."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kemai.doors.web import formats

TEMPLATES = Path(__file__).resolve().parents[3] / "src/kemai/doors/web/jinja2"


@pytest.fixture(scope="module")
def env() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(lambda s: s, lambda a, b, n: a if n == 1 else b, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(static=lambda path: f"/static/{path}", **formats.GLOBALS)
    made.filters.update(formats.FILTERS)
    return made


def module(env: Environment, name: str) -> Any:
    return env.get_template(f"components/{name}.html").module


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (82_600_000, "82.6"),
        (0, "0.0"),
        (50_000, "0.1"),
        (49_999, "0.0"),
        (-49_999, "0.0"),
        (-94_500_000, "−94.5"),
        (-9_450_000, "−9.5"),
        (1_234_500_000_000, "1,234,500.0"),
    ],
)
def test_money_in_wan_is_rounded_half_up_with_a_true_minus(env: Environment, fen: int, shown: str) -> None:
    assert module(env, "numbers").short_figure(fen, unit=False) == shown


@pytest.mark.parametrize(
    ("fen", "shown"), [(3_228_319, "32,283.19"), (-1_291_307, "−12,913.07"), (5, "0.05"), (0, "0.00")]
)
def test_money_in_yuan_keeps_two_decimals(env: Environment, fen: int, shown: str) -> None:
    assert module(env, "numbers").yuan_figure(fen) == shown


@pytest.mark.parametrize(
    ("value", "options", "shown"),
    [
        (66.25, {}, "66.3%"),
        (-16.25, {}, "−16.3%"),
        (2.1, {"sign": True}, "+2.1%"),
        (-0.04, {"sign": True}, "0.0%"),
        (0.155, {"places": 2}, "0.16%"),
        (100, {"places": 0}, "100%"),
    ],
)
def test_percents_are_rounded_half_up(
    env: Environment, value: float, options: dict[str, Any], shown: str
) -> None:
    assert f">{shown}<" in module(env, "numbers").percent(value, **options)


def test_missing_money_is_its_reason_and_never_a_zero(env: Environment) -> None:
    shown = module(env, "numbers").money_wan(None, missing_word="未成交")
    assert "未成交" in shown
    assert "0" not in shown


def test_a_class_is_named_for_screen_readers_and_unrated_is_a_word(env: Environment) -> None:
    marks = module(env, "marks")
    assert 'title="A 级">A<' in marks.class_badge("A")
    assert "cls-A" in marks.class_badge("key")
    assert "未分级" in marks.class_badge(None)


def test_movement_says_its_direction_beside_the_colour(env: Environment) -> None:
    marks = module(env, "marks")
    assert "升" in marks.movement(27)
    assert "降" in marks.movement(-14)
    assert "–" in marks.movement(0)
    assert "新" in marks.movement(None, new=True)


def test_a_bar_never_leaves_its_frame(env: Environment) -> None:
    drawn = module(env, "marks").hbar([(80, "a"), (40, "r"), (0, "s")])
    assert 'x="80.00" width="20.00"' in drawn
    assert drawn.count("<rect") == 2


def test_a_spark_of_no_sales_is_a_dash_with_a_reason(env: Environment) -> None:
    assert "没有销售" in module(env, "marks").spark([0, 0, 0])
    assert "<path" in module(env, "marks").spark([0, 3, 1])


def test_a_field_ties_its_error_to_the_input_and_escapes_what_was_typed(env: Environment) -> None:
    row = module(env, "forms").field("es", "预期份额", '"><b>', error="份额最多 1")
    assert 'aria-invalid="true"' in row
    assert 'aria-describedby="e-f-es"' in row
    assert 'id="e-f-es"' in row
    assert "<b>" not in row


def test_a_capped_count_says_more(env: Environment) -> None:
    assert "共 1,000 名以上" in module(env, "tables").pager(1, 20, 1000, capped=True, next="?after=20")
    assert 'rel="next" href="?after=20"' in module(env, "tables").pager(
        1, 20, 1000, capped=True, next="?after=20"
    )


def test_chart_data_cannot_close_its_script(env: Environment) -> None:
    drawn = module(env, "charts").trend("t", "走势", ["</script>"], [1], "", ["月"], [["</script>"]])
    assert drawn.count("</script>") == 1


def test_words_follow_the_language_of_each_render() -> None:
    words = {"稳定": "Steady"}
    spoken = {"language": "zh"}
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        lambda s: words.get(s, s) if spoken["language"] == "en" else s, lambda a, b, n: a, newstyle=True
    )
    made.globals.update(static=lambda path: path)
    first = made.get_template("components/marks.html").module.churn("green")  # type: ignore[attr-defined]
    spoken["language"] = "en"
    second = made.get_template("components/marks.html").module.churn("green")  # type: ignore[attr-defined]
    assert "稳定" in first
    assert "Steady" in second
