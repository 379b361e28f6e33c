"""The commands whose names are pinned: all there, each with help, and wrong use is told apart from a refusal."""

from __future__ import annotations

import json

import pytest

from kemai.doors.cli.main import COMMANDS, build_parser, run

PINNED = ("demo", "serve", "worker", "migrate", "user", "template", "import", "undo-import", "export", "revalue", "rank", "show",
          "doctor", "verify-audit", "seed-actors")  # fmt: skip


@pytest.mark.parametrize("name", PINNED)
def test_each_pinned_command_has_help(name, capsys):
    assert name in COMMANDS
    with pytest.raises(SystemExit) as left:
        run([name, "--help"])
    assert left.value.code == 0
    assert name in capsys.readouterr().out


def test_an_unknown_command_is_wrong_use(capsys):
    with pytest.raises(SystemExit) as left:
        run(["nonsense"])
    assert left.value.code == 2


def test_json_and_as_are_taken_by_every_command():
    for name in PINNED:
        _parser, module = build_parser(name)
        assert module is not None, name


@pytest.mark.django_db(transaction=True)
def test_the_cast_is_made_by_its_pinned_name(capsys):
    assert run(["seed-actors", "--json"]) == 0
    people = json.loads(capsys.readouterr().out)
    assert {p["login"].upper() for p in people} >= {
        "E1",
        "E2",
        "W1",
        "ME",
        "MW",
        "K",
        "S",
        "F1",
        "F2",
        "C",
        "A",
    }
    assert set(people[0]) == {"login", "password", "role", "unit"}


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_a_sentence_and_status_one(capsys):
    assert run(["rank"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "估值" in captured.err


@pytest.mark.parametrize("places", ["-1", "x", "1.5"])
def test_a_number_of_places_that_is_none_is_wrong_use(places, capsys):
    with pytest.raises(SystemExit) as left:
        run(["rank", "--top", places])
    assert left.value.code == 2
    assert "--top" in capsys.readouterr().err
