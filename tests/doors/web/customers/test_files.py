"""The files tab: whom a file's address answers, how its bytes are sent, what is said when it can't be kept (A16, B07, C03, C04, G04)."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from markupsafe import escape
from tests.cast import customer_of
from tests.foundation.files.samples import PDF, PNG

from kemai.foundation.files.actions import add_file, retire_file
from kemai.foundation.files.models import StoredFile

pytestmark = pytest.mark.django_db
VISITOR = ""


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> Any:
    settings.DATA_DIR = tmp_path
    return tmp_path / "files"


@pytest.fixture
def customer(people: Any) -> Any:
    return customer_of(people, "e1", "镇江华瑞商贸有限公司")


@pytest.fixture
def at(people: Any, customer: Any, signed_in: Any) -> Any:
    """Asks a page below the customer as somebody; the visitor is nobody."""

    def asked(login: str, place: str = "", data: dict[str, Any] | None = None, **headers: str) -> Any:
        client = signed_in(login) if login else Client()
        client.raise_request_exception = False
        address = f"/customers/{customer.code}/files/{place}"
        if data is None:
            return client.get(address, headers=headers)
        return client.post(address, data, headers=headers)

    return asked


@pytest.fixture
def put(people: Any, customer: Any) -> Any:
    def done(name: str, content: bytes = PDF, group: str = "basics", **more: Any) -> StoredFile:
        return add_file(
            actor=people.system, customer_id=customer.pk, declared_name=name, chunks=[content], group=group, **more
        )  # fmt: skip

    return done


def upload(name: str, content: bytes = PDF) -> SimpleUploadedFile:
    """A file as a browser sends it, with whatever type it claims."""
    return SimpleUploadedFile(name, content, content_type="text/html")


def body(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("headers", [{}, {"range": "bytes=0-3"}, {"hx-request": "true"}])
def test_a16_a_file_answers_404_to_a_visitor_and_to_whom_it_is_not_for(
    at: Any, put: Any, headers: dict[str, str]
) -> None:
    plain, secret = put("执照.pdf"), put("授信.png", PNG, "credit")
    shut = {
        plain: (VISITOR, "e2", "w1", "mw", "a", "stranger"),
        secret: (VISITOR, "e1", "e2", "c", "s", "w1", "a"),
    }
    for file, logins in shut.items():
        for login in logins:
            answer = at(login, f"{file.pk}/content/", **headers)
            assert (login, answer.status_code) == (login, 404)
            assert "Content-Disposition" not in answer.headers
    for file, login, content in (
        (plain, "e1", PDF),
        (plain, "s", PDF),
        (secret, "f1", PNG),
        (secret, "me", PNG),
    ):
        answer = at(login, f"{file.pk}/content/", **headers)
        assert (login, answer.status_code) == (login, 200)
        assert b"".join(answer.streaming_content) == content, "whole, also where a part was asked for"


def test_a16_neither_the_store_nor_a_page_about_the_file_is_another_way_in(at: Any, put: Any) -> None:
    secret = put("授信.png", PNG, "credit")
    for login in ("e1", "c", "w1"):
        assert at(login, f"{secret.pk}/").status_code == 404
        assert at(login, f"{secret.pk}/active/", {"reason": "x"}).status_code == 404
    for path in (
        f"/files/{secret.stored_name}", f"/static/files/{secret.stored_name[:2]}/{secret.stored_name}", f"/static/../files/{secret.stored_name}",
        f"/media/{secret.stored_name}",
    ):  # fmt: skip
        assert Client().get(path).status_code == 404
    secret.refresh_from_db()
    assert secret.is_active


def test_c03_whatever_a_file_is_it_is_saved_and_runs_nothing(at: Any, put: Any) -> None:
    for name, content, media_type in (
        ("带脚本.pdf", PDF, "application/pdf"),
        ("说明.txt", b"harmless <script>alert(1)</script>", "text/plain"),
        ("图.png", PNG + b"<svg onload=alert(1)>", "image/png"),
    ):
        answer = at("e1", f"{put(name, content).pk}/content/")
        assert answer["Content-Type"] == media_type
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert {"sandbox", "default-src 'none'"} <= set(answer["Content-Security-Policy"].split("; "))
        assert "script-src" not in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "private, no-store"
        assert int(answer["Content-Length"]) == len(content)


def test_c03_pages_pictures_with_scripts_and_programs_are_not_kept(at: Any) -> None:
    for name, content in (
        ("a.svg", b"<svg onload='alert(1)'/>"), ("a.svg.png", b"<svg onload='alert(1)'/>"), ("a.html", b"<html>"), ("a.xml", b"<?xml?><x/>"),
        ("a.pHp", b"<?php phpinfo();"), ("a.pdf", b"MZ\x90\0" + bytes(99)),
    ):  # fmt: skip
        answer = at("e1", "new/", {"files": upload(name, content), "kind": "other"})
        assert answer.status_code == 422
        assert "data-drop-error" in body(answer)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        'a"\r\nSet-Cookie: x=1.pdf',
        "../../x.pdf",
        "C:\\x.pdf",
        "\u202egpj.pdf",
        "汉" * 300 + ".pdf",
        "a';<b>.pdf",
    ],
)
def test_c04_b07_a_hostile_name_splits_no_header_and_is_shown_escaped(at: Any, put: Any, name: str) -> None:
    made = put(name)
    answer = at("e1", f"{made.pk}/content/")
    assert "Set-Cookie" not in answer.headers
    assert answer["Content-Disposition"].isascii()
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    text = body(at("e1"))
    assert "\u202e" not in text
    assert f"<bdi>{escape(made.name)}</bdi>" in text


def test_a_form_without_script_puts_in_several_files_and_the_list_shows_them(at: Any) -> None:
    answer = at(
        "e1",
        "new/",
        {"files": [upload("执照.pdf"), upload("门头.png", PNG)], "kind": "photo", "note": "十一月拍的"},
    )
    assert (answer.status_code, answer["Location"][-7:]) == (302, "/files/")
    text = body(at("e1"))
    for part in ("执照.pdf", "门头.png", "照片", "十一月拍的", "E1", "1 KB"):
        assert part in text
    assert {f.kind for f in StoredFile.objects.all()} == {"photo"}


def test_one_bad_file_among_several_is_named_and_keeps_no_other_out(
    at: Any, signed_in: Any, customer: Any
) -> None:
    client = signed_in("e1")
    address = f"/customers/{customer.code}/files/new/"
    files = [upload("执照.pdf"), upload("坏.exe", b"MZ\0\0")]
    answer = client.post(address, {"files": files, "kind": "licence"}, headers={"hx-request": "true"})
    assert answer["HX-Redirect"].endswith("/files/")
    text = body(client.get(answer["HX-Redirect"]))
    assert "坏.exe：" in text
    assert "放进了 1 个文件" in text
    assert [f.name for f in StoredFile.objects.all()] == ["执照.pdf"]


def test_nothing_chosen_too_many_or_an_unknown_kind_is_said_and_keeps_what_was_written(at: Any) -> None:
    answer = at("e1", "new/", {"kind": "contract", "note": "三年期"})
    assert answer.status_code == 422
    assert "请选一个文件" in body(answer)
    assert 'value="三年期"' in body(answer)
    assert (
        at("e1", "new/", {"files": [upload(f"{n}.pdf") for n in range(21)], "kind": "other"}).status_code
        == 422
    )
    assert at("e1", "new/", {"files": upload("a.pdf"), "kind": "nonsense"}).status_code == 422
    assert not StoredFile.objects.exists()


def test_who_may_not_put_files_in_sees_no_form_and_gets_403(at: Any) -> None:
    for login in ("d", "s"):
        assert "files/new/" not in body(at(login))
        assert at(login, "new/", {"files": upload("a.pdf"), "kind": "other"}).status_code == 403
    for login in ("e2", "w1"):
        assert at(login, "new/", {"files": upload("a.pdf"), "kind": "other"}).status_code == 404
    assert at("e1", "new/", {"files": upload("a.pdf"), "kind": "other", "group": "credit"}).status_code == 403
    assert not StoredFile.objects.exists()
    assert at("f1", "new/", {"files": upload("a.pdf"), "kind": "other"}).status_code == 302
    assert StoredFile.objects.get().group == "credit"


def test_out_of_use_with_a_reason_and_back_and_the_tab_counts_what_is_in_use(
    at: Any, put: Any, customer: Any, signed_in: Any
) -> None:
    made = put("执照.pdf")
    tab = f'href="/customers/{customer.code}/files/" aria-current="true">文件 <span class="tn">'
    assert f"{tab}1<" in body(at("e1"))
    assert at("e1", f"{made.pk}/active/", {"active": "0", "reason": " "}).status_code == 422
    assert at("d", f"{made.pk}/active/", {"active": "0", "reason": "过期"}).status_code == 403
    assert at("e1", f"{made.pk}/active/", {"active": "0", "reason": "过期了"}).status_code == 302
    text = body(at("e1"))
    assert f"{tab}0<" in text
    assert "停用" in text
    assert "原因 过期了" in text
    assert at("e1", f"{made.pk}/content/").status_code == 200
    assert "过期了" in body(at("e1", f"{made.pk}/"))
    assert at("e1", f"{made.pk}/active/", {"active": "1"}).status_code == 302
    assert f"{tab}1<" in body(at("e1"))
    told = body(signed_in("e1").get(f"/customers/{customer.code}/changes/"))
    for part in ("放进文件", "停用了文件", "重新启用了文件", "原因 过期了", "内容指纹", "1 KB"):
        assert part in told


def test_more_than_a_few_can_be_narrowed_to_a_kind_and_paged(at: Any, put: Any) -> None:
    for n in range(52):
        put(f"对账单-{n:03d}.pdf", PDF + str(n).encode(), kind="statement")
    put("合同.pdf", kind="contract")
    text = body(at("e1"))
    assert "?kind=contract" in text
    assert "?kind=photo" not in text
    assert "合同.pdf" in text
    assert "对账单-003.pdf" in text
    assert "对账单-002.pdf" not in text
    older = text.partition("files/?before=")[2].partition('"')[0]
    assert "对账单-002.pdf" in body(at("e1", f"?before={older}"))
    narrowed = body(at("e1", "?kind=contract"))
    assert "合同.pdf" in narrowed
    assert "对账单-051.pdf" not in narrowed
    assert "没有这样的文件" in body(at("e1", "?kind=photo"))


def test_no_file_at_all_says_what_to_do(at: Any) -> None:
    assert "还没有文件" in body(at("e1"))


def test_a_file_whose_bytes_are_gone_says_so(at: Any, put: Any, store: Any) -> None:
    made = put("执照.pdf")
    (store / made.stored_name[:2] / made.stored_name).unlink()
    answer = at("e1", f"{made.pk}/content/")
    assert answer.status_code == 410
    assert "kemai doctor" in body(answer)


def test_g04_a_full_disk_while_the_file_arrives_is_507_with_a_sentence_and_over_when_there_is_room(
    at: Any, store: Any, settings: Any, monkeypatch: Any
) -> None:
    from django.core.files import uploadhandler

    from kemai.foundation.files import store as disk

    def full(*_args: Any, **_kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    for place, name in ((uploadhandler.TemporaryFileUploadHandler, "receive_data_chunk"), (disk.os, "fsync")):
        with monkeypatch.context() as no_room:
            no_room.setattr(place, name, full)
            answer = at("e1", "new/", {"files": upload("执照.pdf"), "kind": "licence"})
        assert answer.status_code == 507
        assert "空间" in body(answer)
        assert not StoredFile.objects.exists()
        assert [p for p in store.rglob("*") if p.is_file()] == []
    assert at("e1", "new/", {"files": upload("执照.pdf"), "kind": "licence"}).status_code == 302
    assert StoredFile.objects.get().name == "执照.pdf"


def test_a_retired_file_of_the_same_content_is_named_in_the_refusal(at: Any, put: Any, people: Any) -> None:
    retire_file(actor=people.system, file=put("旧执照.pdf"), reason="过期")
    answer = at("e1", "new/", {"files": upload("新执照.pdf"), "kind": "licence"})
    assert answer.status_code == 422
    assert "旧执照.pdf" in body(answer)


def test_what_is_said_about_a_file_is_changed_on_its_page_and_not_over_somebody_elses(
    at: Any, put: Any, customer: Any, signed_in: Any
) -> None:
    made = put("合同.pdf")
    page = body(at("me", f"{made.pk}/"))
    assert 'name="version" value="1"' in page
    assert "看得到信用资料的人" in page
    assert 'name="group"' not in body(at("e1", f"{made.pk}/"))
    wanted = {"version": "1", "kind": "contract", "group": "credit", "note": "含价格"}
    assert at("d", f"{made.pk}/", wanted).status_code == 403
    assert at("me", f"{made.pk}/", {**wanted, "kind": "x"}).status_code == 422
    assert at("me", f"{made.pk}/", wanted).status_code == 302
    late = at("f1", f"{made.pk}/", {**wanted, "note": "晚了一步"})
    assert late.status_code == 409
    assert "别人刚改过" in body(late)
    assert 'value="晚了一步"' in body(late)
    assert 'value="2"' in body(late)
    made.refresh_from_db()
    assert (made.kind, made.group, made.note) == ("contract", "credit", "含价格")
    told = body(signed_in("f1").get(f"/customers/{customer.code}/changes/"))
    for part in ("改了信用文件说明", "看得到这家客户的人", "看得到信用资料的人", "含价格"):
        assert part in told
