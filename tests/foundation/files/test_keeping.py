"""Put in, taken out of use and put back: by whom, what is left when it fails, what the trail says (A16, B07, G04)."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from tests.foundation.files.samples import PDF, PNG

from kemai.foundation import trail
from kemai.foundation.access.actor import Refused
from kemai.foundation.files import store as disk
from kemai.foundation.files.actions import add_file, change_file, restore_file, retire_file
from kemai.foundation.files.models import StoredFile
from kemai.foundation.files.queries import content_of, counts_by_kind, file_by_id, files_of, number_of_files
from kemai.foundation.files.refusals import FileConflict, FileGone, FileRefused, StoreFull
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db


def lying(store: Any) -> list[Any]:
    """Every file below the store."""
    return [path for path in store.rglob("*") if path.is_file()]


def test_b07_a_file_lies_under_a_random_name_that_only_we_can_read(put: Any, store: Any) -> None:
    made = put(name="..\\..\\执照.PDF")
    [path] = lying(store)
    assert path == store / made.stored_name[:2] / made.stored_name
    assert len(made.stored_name) == 32
    assert not path.suffix
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert (made.name, made.size, made.sha256) == ("执照.PDF", len(PDF), hashlib.sha256(PDF).hexdigest())
    assert (made.media_type, made.person_name) == ("application/pdf", "E1")


def test_b07_what_is_no_document_is_refused_and_nothing_of_it_stays(put: Any, store: Any) -> None:
    for name, content in (("x.pHp", PDF), ("x.svg", b"<svg/>"), ("a.svg.png", b"<svg/>"), ("x.txt", b"")):
        with pytest.raises(FileRefused):
            put(name=name, content=content)
    assert lying(store) == []
    assert not StoredFile.objects.exists()
    assert not Entry.objects.filter(verb__startswith="files.").exists()


def test_the_same_content_twice_is_refused_by_the_name_of_the_first(
    put: Any, people: Any, store: Any
) -> None:
    first = put(name="执照.pdf")
    with pytest.raises(FileRefused, match=r"「扫描件.pdf」.*「执照.pdf」"):
        put(name="扫描件.pdf")
    retire_file(actor=people["e1"], file=first, reason="过期了")
    with pytest.raises(FileRefused, match=r"停用的「执照.pdf」"):
        put(name="扫描件.pdf")
    assert len(lying(store)) == StoredFile.objects.count() == 1


def test_a_credit_paper_is_not_given_away_by_the_same_content_under_basics(put: Any) -> None:
    put("f1", name="授信.pdf", group="credit")
    assert put("e1", name="合同.pdf").name == "合同.pdf"
    with pytest.raises(FileRefused, match=r"授信.pdf|合同.pdf"):
        put("me", name="又一份.pdf")


def test_two_who_put_the_same_in_at_once_leave_one_file(put: Any, store: Any, monkeypatch: Any) -> None:
    from kemai.foundation.files.actions import adding

    put(name="执照.pdf")
    real, asked = adding.refuse_twice, []

    def late(item: StoredFile, seen: tuple[str, ...]) -> None:
        asked.append(seen)
        if len(asked) > 1:
            real(item, seen)

    monkeypatch.setattr(adding, "refuse_twice", late)
    from django.db import transaction

    with pytest.raises(FileRefused, match=r"执照.pdf"), transaction.atomic():
        put(name="扫描件.pdf")
    assert len(lying(store)) == StoredFile.objects.count() == 1


def test_who_may_put_files_where_and_a_refusal_keeps_nothing(put: Any, store: Any) -> None:
    allowed = {("e1", "basics"), ("me", "basics"), ("me", "credit"), ("c", "basics"), ("f1", "credit")}
    for n, login in enumerate(("e1", "me", "c", "f1", "d", "s")):
        for group in ("basics", "credit", "bank"):
            content = PDF + f"{n}{group}".encode()
            if (login, group) in allowed:
                put(login, content=content, group=group)
            else:
                with pytest.raises(Refused):
                    put(login, content=content, group=group)
    for login in ("e2", "w1", "mw", "stranger"):
        with pytest.raises(LookupError):
            put(login, content=PDF + login.encode())
    assert len(lying(store)) == StoredFile.objects.count() == len(allowed)


def test_a16_only_who_sees_the_customer_and_the_field_group_finds_a_file(
    put: Any, people: Any, customer: Any
) -> None:
    plain, secret = put("e1"), put("f1", content=PNG, name="授信.png", group="credit")
    for login in ("e1", "me", "c", "f1", "d", "s"):
        assert file_by_id(people[login], customer.pk, plain.pk) == plain
    for login in ("me", "f1", "d"):
        assert content_of(people[login], customer.pk, secret.pk)[1].read() == PNG
        assert number_of_files(people[login], customer.pk, customer.owner_id) == 2
    for login in ("e1", "c", "s"):
        with pytest.raises(LookupError):
            content_of(people[login], customer.pk, secret.pk)
        assert list(files_of(people[login], customer.pk)) == [plain]
        assert counts_by_kind(people[login], customer.pk) == {"other": 1}
        assert number_of_files(people[login], customer.pk, customer.owner_id) == 1
    for login in ("e2", "w1", "mw", "a", "stranger"):
        with pytest.raises(LookupError):
            file_by_id(people[login], customer.pk, plain.pk)


def test_a_file_is_found_under_its_own_customer_only(put: Any, people: Any) -> None:
    from tests.cast import customer_of

    made, other = put(), customer_of(people, "e1", "丹徒家乐超市")
    with pytest.raises(LookupError):
        file_by_id(people["e1"], other.pk, made.pk)


def test_out_of_use_needs_a_reason_and_back_is_as_before(put: Any, people: Any, store: Any) -> None:
    made = put()
    with pytest.raises(FileRefused, match="为什么"):
        retire_file(actor=people["e1"], file=made, reason="  ")
    for login in ("d", "s"):
        with pytest.raises(Refused):
            retire_file(actor=people[login], file=made, reason="x")
    made.refresh_from_db()
    assert made.is_active
    retire_file(actor=people["c"], file=made, reason="年检后换了新的")
    made.refresh_from_db()
    assert (made.is_active, made.retired_reason) == (False, "年检后换了新的")
    assert len(lying(store)) == 1
    retire_file(actor=people["e1"], file=made, reason="再来一次")
    restore_file(actor=people["e1"], file=made)
    made.refresh_from_db()
    assert (made.is_active, made.retired_reason) == (True, "")
    verbs = Entry.objects.filter(subject_type="file").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["files.file.added", "files.file.retired", "files.file.restored"]
    assert trail.verify() == []


def test_the_trail_does_not_mention_a_credit_paper_to_who_may_not_see_it(
    put: Any, people: Any, customer: Any
) -> None:
    secret = put("f1", name="授信批复.pdf", group="credit")
    retire_file(actor=people["f1"], file=secret, reason="旧的")
    told = {
        login: [
            e.verb for e in trail.entries_of_customer(people[login], customer.pk) if "credit_file" in e.verb
        ]
        for login in ("f1", "me", "e1", "c")
    }
    assert told["f1"] == told["me"] == ["files.credit_file.retired", "files.credit_file.added"]
    assert told["e1"] == told["c"] == []


def test_a_file_above_the_limit_is_broken_off_and_leaves_nothing(put: Any, store: Any, settings: Any) -> None:
    settings.FILE_LIMIT_BYTES = 1024 * 1024
    with pytest.raises(FileRefused, match="1 MiB"):
        put(content=PDF + bytes(1024 * 1024))
    assert lying(store) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("place", ["chunk", "sync", "move"])
def test_g04_a_full_disk_is_a_sentence_leaves_nothing_and_is_over_when_there_is_room(
    code: int, place: str, put: Any, people: Any, customer: Any, store: Any, monkeypatch: Any
) -> None:
    def full(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError(code, os.strerror(code))

    def pieces() -> Iterator[bytes]:
        yield PDF
        if place == "chunk":
            full()

    with monkeypatch.context() as no_room:
        if place != "chunk":
            no_room.setattr(disk.os, {"sync": "fsync", "move": "replace"}[place], full)
        with pytest.raises(StoreFull, match="硬盘满了"):
            add_file(actor=people["e1"], customer_id=customer.pk, declared_name="a.pdf", chunks=pieces())
    assert [p for p in store.rglob("*") if p.is_file() or p.name.startswith("arriving-")] == []
    assert not StoredFile.objects.exists()
    assert not Entry.objects.filter(verb__startswith="files.").exists()
    assert put(name="a.pdf").name == "a.pdf"


def test_g04_a_database_without_room_leaves_no_bytes(put: Any, store: Any, monkeypatch: Any) -> None:
    def full(**_kwargs: Any) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as no_room:
        no_room.setattr(trail, "record", full)
        with pytest.raises(StoreFull, match="硬盘满了"):
            put()
    assert lying(store) == []
    assert not StoredFile.objects.exists()
    put()


def test_bytes_that_are_gone_are_said_to_be_gone(put: Any, people: Any, customer: Any) -> None:
    made = put()
    disk.path_of(made.stored_name).unlink()
    with pytest.raises(FileGone, match=r"执照.pdf.*kemai doctor"):
        content_of(people["e1"], customer.pk, made.pk)


def test_what_is_said_about_a_file_changes_over_the_version_that_was_seen(put: Any, people: Any) -> None:
    made = put("me", note="旧版")
    said = {"kind": "contract", "group": "basics", "note": "三年\u202e期\0 ok"}
    changed = change_file(actor=people["e1"], file=made, version=1, **said)
    assert (changed.kind, changed.note, changed.version) == ("contract", "三年期 ok", 2)
    with pytest.raises(FileConflict, match="别人刚改过"):
        change_file(actor=people["me"], file=made, version=1, kind="photo", group="basics", note="")
    for wrong in ({"kind": "nonsense"}, {"note": "长" * 121}):
        with pytest.raises(FileRefused):
            change_file(actor=people["me"], file=made, version=2, **{**said, **wrong})
    for login, group in (("e1", "credit"), ("me", "bank"), ("d", "basics"), ("s", "basics")):
        with pytest.raises(Refused):
            change_file(actor=people[login], file=made, version=2, kind="photo", group=group, note="")
    with pytest.raises(LookupError):
        change_file(actor=people["w1"], file=made, version=2, **said)
    made.refresh_from_db()
    assert (made.kind, made.group, made.note) == ("contract", "basics", "三年期 ok")
    last = Entry.objects.get(verb="files.file.changed").values_row.changes
    assert last == {
        "file_name": [None, "执照.pdf"],
        "file_kind": ["other", "contract"],
        "file_note": ["旧版", "三年期 ok"],
    }


def test_a_paper_moved_into_the_credit_layer_is_gone_for_the_others_and_so_is_the_move(
    put: Any, people: Any, customer: Any
) -> None:
    made = put("me", name="合同.pdf")
    change_file(actor=people["me"], file=made, version=1, kind="contract", group="credit", note="")
    with pytest.raises(LookupError):
        file_by_id(people["e1"], customer.pk, made.pk)
    assert file_by_id(people["f1"], customer.pk, made.pk).group == "credit"
    seen = {
        login: [
            e.verb
            for e in trail.entries_of_customer(people[login], customer.pk)
            if e.verb.endswith(".changed")
        ]
        for login in ("e1", "f1")
    }
    assert seen == {"e1": [], "f1": ["files.credit_file.changed"]}


def test_a_move_onto_the_same_content_is_refused_by_its_name(put: Any, people: Any, customer: Any) -> None:
    secret = put("f1", name="授信.pdf", group="credit")
    made = put("e1", name="合同.pdf")
    with pytest.raises(FileRefused, match=r"授信\.pdf"):
        change_file(actor=people["me"], file=made, version=1, kind="other", group="credit", note="")
    made.refresh_from_db()
    assert (made.group, secret.group) == ("basics", "credit")
