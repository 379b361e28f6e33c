"""Doors never write; actions name their actor; queries start from him; each model says whose it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from tests.architecture.sources import apps, dotted, functions, modules, place, tree

WRITES = {
    "save",
    "delete",
    "create",
    "update_or_create",
    "get_or_create",
    "bulk_create",
    "bulk_update",
    "update",
}
DOOR_EXCEPTIONS = {
    # the sign of life of a worker is the worker's own and no record of the company
    "src/kemai/doors/worker/child.py": {"delete", "update_or_create"},
    # makes the cast of the tests in databases that hold nothing else
    "src/kemai/doors/cli/seed_actors.py": {"get_or_create"},
}
ACTORLESS_ACTIONS = {
    "kemai.oversight.exchange.actions.history.keep_in_history": "the request it is given names the actor",
    "kemai.oversight.exchange.actions.importing.run_import": "the request it is given names the actor",
}
ACTORLESS_QUERIES = {
    "kemai.business.agenda.queries.tasks.instants_of": "arithmetic on a day",
    "kemai.business.agenda.queries.work.register_money_at_risk": "a registration at start",
    "kemai.business.valuation.queries.explanation": "words about a row that the actor was given",
    "kemai.business.valuation.queries.previous_run": "which run counts is no secret; its rows are",
    "kemai.business.valuation.queries.published_run": "which run counts is no secret; its rows are",
    "kemai.business.valuation.queries.reason_text": "words",
    "kemai.business.valuation.queries.total_value": "a sum over rows that the actor was given",
    "kemai.foundation.access.queries.tree": "sorts units that the actor was given",
    "kemai.foundation.access.queries.unit_by_id": "units are no secret",
    "kemai.oversight.exchange.queries.errors_path": "a place on the disk",
    "kemai.oversight.exchange.queries.has_errors": "whether a place on the disk holds a file",
    "kemai.oversight.exchange.queries.plan_path": "a place on the disk",
    "kemai.oversight.exchange.queries.stored_path": "a place on the disk",
    "kemai.oversight.exchange.queries.upload_limit": "a setting",
}
NO_CUSTOMER_ROWS = {
    "access.Assignment", "access.OrgUnit", "access.Person", "access.Session", "archives.CodeValue", "archives.CustomField", "archives.FieldSet",
    "archives.UniqueTogether", "batches.Batch",
    "dedupe.Search", "exchange.Import", "exchange.ImportLease", "exchange.RememberedMapping", "jobs.Job", "jobs.Timetable",
    "jobs.WorkerBeat", "numbering.Counter", "outbox.Event", "preferences.SavedView", "preferences.Setting",
    "trade.DirtyDay", "trade.FactsMark", "trade.Product", "trail.Head", "valuation.PublishedRun", "valuation.Run", "valuation.Scheme",
    "valuation.AcquisitionSpend", "valuation.ParameterVersion", "valuation.SchemeVersion", "workdays.DayOverride",
    "valuation.Measure", "valuation.MeasureVersion",
    "valuation.MarketSegment", "valuation.MarketYear",
}  # fmt: skip
"""People, units, rules, calendars, queues, counters: no row of them belongs to a customer."""
OTHER_WAYS = {
    "archives.BulkEdit": "its maker's own; undoing asks for each customer again",
    "archives.Individual": "read with a card, which is asked for first",
    "archives.CustomerSearch": "an index, read only joined to the restricted customer",
    "exchange.ListExport": "its maker's own file, written with his rights",
    "dedupe.Pair": "read through dedupe.queries, which asks for both customers",
    "archives.MassChange": "its maker's own; each customer is asked for again when it is prepared",
    "archives.MassRow": "read with its change, joined to restricted customers",
    "archives.MassValue": "written by its change only",
    "files.StoredFile": "read through files.queries, which asks for the customer first",
    "notifications.Notification": "its reader's own; the customer it names is asked for again when shown",
    "trail.Entry": "read through trail.queries, which asks for the customer first",
    "trail.EntryValues": "read with its entry",
    "valuation.ChurnRow": "read by the ids of restricted customers",
    "valuation.ClassChange": "read by the ids of restricted customers",
    "trade.StaffTarget": "of a person or a unit: read and written through those whom the actor leads",
    "valuation.Forecast": "read by the ids of restricted customers",
    "valuation.Course": "read by the ids of restricted customers",
    "valuation.Position": "read by the ids of restricted customers",
    "valuation.CreditStanding": "read by the ids of restricted customers",
    "valuation.DealerExposure": "read by the ids of restricted customers",
    "valuation.SuppliedThrough": "read by the ids of restricted customers",
    "valuation.Standing": "read by the ids of restricted customers",
    "valuation.WorthRow": "read by the ids of restricted customers",
    "valuation.StockStanding": "read by the ids of restricted customers",
    "valuation.EffortRow": "read by the ids of restricted customers",
    "valuation.MeasureValue": "read by the ids of restricted customers",
    "valuation.ValueClassRow": "read by the ids of restricted customers",
}


def writes(path: Path) -> Iterator[tuple[int, str]]:
    """Line and verb of each call that writes through the ORM."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            receiver = ast.unparse(node.func.value)
            is_rows = "objects" in receiver or "_default_manager" in receiver or ".filter(" in receiver
            if is_rows or node.func.attr in ("save", "bulk_create", "bulk_update"):
                yield node.lineno, node.func.attr


def test_a_door_writes_nothing_itself() -> None:
    wrong = [
        f"{place(path)}:{line} .{verb}()"
        for path in modules("doors")
        for line, verb in writes(path)
        if verb not in DOOR_EXCEPTIONS.get(place(path), ())
    ]
    assert wrong == []


def public(path: Path) -> list[ast.FunctionDef]:
    return [f for f in functions(path) if not f.name.startswith("_")]


def offered(app: Path) -> set[str]:
    """Names that the package `actions` offers to the outside."""
    init = app / "actions" / "__init__.py"
    names: set[str] = set()
    for node in ast.walk(tree(init)) if init.exists() else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names = set(ast.literal_eval(node.value))
    return names


def test_every_action_takes_its_actor_by_keyword() -> None:
    wrong = []
    for app in apps():
        names = offered(app)
        for path in app.glob("actions/*.py"):
            for function in public(path):
                full = f"{dotted(path)}.{function.name}"
                if function.name not in names or full in ACTORLESS_ACTIONS:
                    continue
                keywords = {a.arg for a in function.args.kwonlyargs}
                if "actor" not in keywords or function.args.args:
                    wrong.append(full)
    assert wrong == []


def test_every_query_starts_from_its_actor() -> None:
    wrong = []
    for app in apps():
        for path in [*app.glob("queries.py"), *app.glob("queries/*.py")]:
            for function in public(path):
                first = function.args.args[0].arg if function.args.args else ""
                if first != "actor" and f"{dotted(path)}.{function.name}" not in ACTORLESS_QUERIES:
                    wrong.append(f"{dotted(path)}.{function.name}")
    assert wrong == []


@pytest.fixture(scope="module")
def models() -> list[type]:
    django.setup()
    from django.apps import apps as registry

    return [m for m in registry.get_models() if m.__module__.startswith("kemai.")]


def test_the_exceptions_are_still_needed() -> None:
    known = {f"{dotted(p)}.{f.name}" for app in apps() for p in app.rglob("*.py") for f in public(p)}
    assert {*ACTORLESS_ACTIONS, *ACTORLESS_QUERIES} - known == set()


def test_every_model_registers_its_path_to_the_customer_or_is_listed_as_having_none(
    models: list[type],
) -> None:
    from kemai.foundation.access import scopes

    undecided = {m._meta.label for m in models if m not in scopes._paths}  # type: ignore[attr-defined]
    listed = NO_CUSTOMER_ROWS | set(OTHER_WAYS)
    assert undecided - listed == set(), (
        "register_path, or say in NO_CUSTOMER_ROWS that no row is a customer's"
    )
    assert listed - undecided == set(), "listed without need"
