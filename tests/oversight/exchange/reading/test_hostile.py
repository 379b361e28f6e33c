"""Files that want to hurt: each ends in a sentence, within the limits, and the parent lives on."""

import os
import sys
import zipfile
from pathlib import Path

import pytest

from kemai.oversight.exchange.reading import ReadCancelled, ReadLimits, ReadRefused, read_file

from .conftest import HEADER, ROW
from .workbooks import HEADER_ROW, NAMESPACE, row, workbook

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FOREIGN = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


def child(tmp_path: Path, code: str) -> tuple[str, ...]:
    script = tmp_path / "child.py"
    script.write_text(f"import os, sys, time, json\nsys.stdin.readline()\n{code}\n", encoding="utf-8")
    return (str(script),)


@pytest.mark.parametrize("declaration", [ENTITIES, FOREIGN])
def test_b05_entities_in_a_sheet_are_refused(refused, tmp_path, declaration):
    assert refused(workbook(tmp_path / "x.xlsx", row(2, "A1"), before=declaration)).code == "entities"


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels"]
)
def test_b05_entities_in_any_other_part_are_refused(refused, tmp_path, part):
    path = workbook(tmp_path / "x.xlsx", row(2, "A1"), **{part: f"<?xml version='1.0'?>{ENTITIES}<x>&b;</x>"})
    assert refused(path).code == "entities"


def test_b05_a_zip_bomb_is_refused(refused, tmp_path):
    path = tmp_path / "bomb.xlsx"
    workbook(path, "", **{"xl/sharedStrings.xml": f"<sst {NAMESPACE}>" + " " * 200_000_000 + "</sst>"})
    assert path.stat().st_size < 1_000_000
    assert refused(path).code == "bomb"


def test_b05_a_bomb_in_one_cell_is_refused(refused, tmp_path):
    assert refused(workbook(tmp_path / "cell.xlsx", row(2, "x" * 30_000_000))).code == "cell_too_long"


def test_b05_deeply_nested_elements_are_refused_or_read_but_do_not_kill(refused, tmp_path):
    deep = f"<worksheet {NAMESPACE}>{'<a>' * 500_000}"
    assert refused(workbook(tmp_path / "deep.xlsx", "", whole=deep)).code in (
        "damaged_xml",
        "memory",
        "damaged",
    )


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
def test_b05_a_truncated_workbook_is_refused(refused, tmp_path, cut):
    whole = workbook(tmp_path / "whole.xlsx", row(2, "A1", "2026/3/1", "甲", "1")).read_bytes()
    assert refused(whole[: int(len(whole) * cut)], "cut.xlsx").code == "damaged_zip"


def test_b05_a_wrong_checksum_is_refused(refused, tmp_path):
    path = workbook(tmp_path / "crc.xlsx", row(2, "A1", "2026/3/1", "甲", "1"))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[place + 60] ^= 0xFF
    assert refused(bytes(content), "crc.xlsx").code in ("damaged_zip", "damaged_xml")


def test_b05_broken_xml_is_refused_with_the_part(refused, tmp_path):
    refusal = refused(
        workbook(tmp_path / "x.xlsx", "", whole=f"<worksheet {NAMESPACE}><sheetData>{HEADER_ROW}<row>")
    )
    assert refusal.code == "damaged_xml"
    assert "sheet1.xml" in refusal.problem


def test_b05_a_text_number_outside_the_shared_texts_is_refused(refused, tmp_path):
    rows = "<row r='2'><c r='A2' t='s'><v>999999</v></c></row>"
    assert refused(workbook(tmp_path / "x.xlsx", rows)).code == "damaged_zip"


def test_the_parent_survives_a_child_that_aborts(refused, tmp_path):
    refusal = refused(
        (HEADER + ROW).encode(),
        command=child(tmp_path, "print('Traceback secret', file=sys.stderr); os.abort()"),
    )
    assert refusal.code == "damaged"
    assert "secret" not in str(refusal)


def test_the_parent_survives_a_child_that_leaves_silently(refused, tmp_path):
    assert refused((HEADER + ROW).encode(), command=child(tmp_path, "sys.exit(0)")).code == "damaged"


def test_the_parent_survives_a_child_that_talks_nonsense(refused, tmp_path):
    assert (
        refused((HEADER + ROW).encode(), command=child(tmp_path, "print('not json'); sys.exit(3)")).code
        == "damaged"
    )


def test_a_child_that_stops_reading_is_stopped(refused, tmp_path):
    limits = ReadLimits(stall_seconds=0.5)
    assert (
        refused((HEADER + ROW).encode(), limits=limits, command=child(tmp_path, "time.sleep(60)")).code
        == "stalled"
    )


def test_a_child_that_spins_without_reading_is_stopped(refused, tmp_path):
    limits = ReadLimits(stall_seconds=0.5)
    assert (
        refused((HEADER + ROW).encode(), limits=limits, command=child(tmp_path, "while True: pass")).code
        == "stalled"
    )


def test_waiting_for_a_turn_on_a_busy_machine_is_not_held_against_a_file(monkeypatch, tmp_path):
    """Runnable but without a core: the child used no time of its own, however long it took."""
    from kemai.oversight.exchange.reading import reader

    watch = object.__new__(reader._Watch)
    watch._process, watch._used = type("Child", (), {"pid": 1})(), 3.0
    starved = type("Starved", (), {"cpu_times": lambda s: (2.0, 1.1), "status": lambda s: "running"})
    monkeypatch.setattr(reader.psutil, "Process", lambda pid: starved())
    assert watch._own_seconds(60.0) == pytest.approx(0.1)


def test_a_child_that_takes_too_long_is_stopped_though_it_moves(refused, tmp_path):
    moving = "n = 0\nwhile True:\n n += 1\n print(json.dumps({'progress': {'items': n, 'rows': n, 'fraction': None}}), flush=True)\n time.sleep(.05)"
    limits = ReadLimits(wall_seconds=0.7)
    assert refused((HEADER + ROW).encode(), limits=limits, command=child(tmp_path, moving)).code == "too_slow"


def test_a_child_that_takes_too_much_memory_is_stopped(refused, tmp_path):
    limits = ReadLimits(watched_bytes=120 * 2**20)
    greedy = "held = bytearray(os.urandom(1)) * (200 * 2**20)\ntime.sleep(60)"
    assert refused((HEADER + ROW).encode(), limits=limits, command=child(tmp_path, greedy)).code == "memory"


@pytest.mark.skipif(sys.platform == "win32", reason="no address space limit on Windows")
def test_memory_beyond_the_address_space_is_a_refusal(refused):
    limits = ReadLimits(address_bytes=60 * 2**20)
    assert refused((HEADER + ROW * 400_000).encode(), limits=limits).code in ("memory", "damaged")


def test_reading_can_be_cancelled_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "file.csv"
    path.write_text(HEADER + ROW)
    with pytest.raises(ReadCancelled):
        read_file(path, cancelled=lambda: True)
    assert os.listdir(tmp_path) == ["file.csv"]


def test_progress_is_reported_in_rows_and_share(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(HEADER + ROW * 400_000, encoding="utf-8")
    seen = []
    with read_file(path, kind="sales", progress=seen.append) as table:
        assert table.rows == 400_000
    fractions = [one.fraction for one in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 1


def test_the_child_sees_no_secret_of_the_parent(refused, tmp_path, monkeypatch):
    monkeypatch.setenv("KEMAI_SECRET_KEY", "canary")
    monkeypatch.setenv("KEMAI_DATABASE_URL", "canary")
    code = "print(json.dumps({'refused': {'code': 'missing' if 'canary' in os.environ.values() else 'empty', 'params': {}}}))"
    assert refused((HEADER + ROW).encode(), command=child(tmp_path, code)).code == "empty"


def test_leaving_the_table_deletes_the_copy(read, tmp_path):
    with read((HEADER + ROW).encode()) as table:
        assert table.path.exists()
    assert not table.path.parent.exists()


def test_missing_and_oversized_files_are_refused_before_reading(refused, tmp_path):
    assert refused(tmp_path / "none.csv").code == "missing"
    assert refused((HEADER + ROW).encode(), limits=ReadLimits(file_bytes=10)).code == "too_big"


def test_each_refusal_code_in_the_source_has_its_sentences():
    import re

    from kemai.oversight.exchange.reading import sentences

    folder = Path(sentences.__file__).parent
    used = {
        code
        for source in folder.rglob("*.py")
        for code in re.findall(
            r"(?:ReadRefused|SheetUnclear)\(\s*\"(\w+)\"", source.read_text(encoding="utf-8")
        )
    }
    assert used
    assert used <= sentences._SENTENCES.keys()
    assert str(ReadRefused("bomb")).count("。") == 2
