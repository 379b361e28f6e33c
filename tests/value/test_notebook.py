"""The notebook runs from the raw ledger to the ranked list, and what stands under its cells is what they give."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "docs" / "notebooks"
CDNOW = Path(__file__).parents[3] / "shared" / "data" / "CDNOW_master.txt"
CELLS = json.loads((NOTEBOOKS / "cdnow.ipynb").read_text("utf-8"))["cells"]
CODE = [cell for cell in CELLS if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def ran():
    """The namespace after all cells, and what each printed and showed."""
    if not CDNOW.exists():
        pytest.skip("CDNOW is not here")
    space: dict = {"__name__": "__main__"}
    with pytest.MonkeyPatch.context() as patched, contextlib.chdir(NOTEBOOKS):
        patched.setenv("CDNOW", str(CDNOW))
        shown = [run("".join(cell["source"]), space) for cell in CODE]
    import pandas as pd

    pd.reset_option("display")
    return space, shown


def run(source: str, space: dict) -> tuple[str, str]:
    """What a cell prints, and its last expression as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, "cell", "exec"), space)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), space) if last else None
    return printed.getvalue(), "" if value is None else repr(value)


def kept(cell: dict) -> tuple[str, str]:
    """The same as it stands in the file."""
    printed = shown = ""
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            printed += "".join(output["text"])
        else:
            shown += "".join(output["data"]["text/plain"])
    return printed, shown


def test_issue_4_from_raw_cdnow_to_a_ranked_list(ran):
    """Issue 4, 5: every customer, best first; who is gone is worth nothing, whatever was spent once."""
    space, _shown = ran
    ranking = space["ranking"]
    assert (len(ranking), ranking.customer_id.nunique()) == (23_570, 23_570)
    assert list(ranking.customer_id[:10]) == [
        "07592", "14048", "07983", "07931", "06569", "15162", "16517", "00499", "03049", "22061",
    ]  # fmt: skip
    worth = ranking["一年利润"].to_numpy()
    assert (worth[0], (worth[:-1] >= worth[1:]).all()) == (pytest.approx(2282.19, abs=0.5), True)
    assert ranking["还在"].between(0, 1).all()
    gone = ranking.set_index("customer_id").loc["19339"]
    assert (gone["还在"], gone["一年利润"], space["past"].index.get_loc("19339") < 10) == (0, 0, True)


def test_issue_4_the_notebook_is_examined_by_months_that_its_model_has_not_seen(ran):
    """Issue 4, 5: nearer to what came than the pace of the past, for all customers together."""
    space, _shown = ran
    assert space["wrong"]["模型"] < 0.15 < 0.4 < space["wrong"]["照旧速度"]
    assert space["HALF"] < space["END"]


def test_the_notebook_holds_its_figures_against_the_published_ones(ran):
    """To the digits that the papers print, on the sample that the papers used."""
    space, _shown = ran
    for name, printed in space["papers"].items():
        people = space["few"][["frequency", "mean_value" if name == "GammaGamma" else "recency", "age"]]
        columns = [people[each] for each in people.columns[: 2 if name == "GammaGamma" else 3]]
        fitted = getattr(space["value"].lifetime, name)().fit(*columns)
        ours = fitted.params | {"对数似然": fitted.log_likelihood}
        for key, number in printed.items():
            digits = len(str(number).partition(".")[2])
            assert round(ours[key], digits) == number, (name, key)


def test_the_notebook_compares_what_was_said_of_each_person_with_what_came(ran):
    space, _shown = ran
    exam, miss = space["exam"], space["miss"]
    assert len(exam) == 23_570
    assert miss.abs().mean()["模型"] < 0.85 < 1 < miss.abs().mean()["照旧速度"]
    best = space["top"].apply(lambda chosen: exam["实际"][chosen].sum())
    assert best["模型"] > best["照旧速度"] > best["花钱多少"]
    assert best["模型"] > best["RFM得分"]


@pytest.mark.parametrize("number", range(len(CODE)))
def test_what_stands_under_a_cell_is_what_it_gives(ran, number):
    _space, shown = ran
    assert shown[number] == kept(CODE[number])


def test_the_notebook_names_no_machine_and_is_linked():
    text = (NOTEBOOKS / "cdnow.ipynb").read_text("utf-8")
    assert not [word for word in ("/home/", "/work/", "/tmp/", "/root/", "Users") if word in text]
    assert "(notebooks/cdnow.ipynb)" in (NOTEBOOKS.parent / "README.md").read_text("utf-8")
