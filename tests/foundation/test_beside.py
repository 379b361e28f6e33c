"""Work on the database beside the caller keeps its order, and a failure on either side reaches the caller."""

from __future__ import annotations

import threading

import pytest
from django.db import transaction

from kemai.foundation.beside import Abandoned, beside, go_on

pytestmark = pytest.mark.django_db(transaction=True)


def test_pieces_are_done_in_their_order_beside_the_caller_before_the_block_ends() -> None:
    done: list[tuple[int, bool]] = []
    here = threading.get_ident()
    with beside("test") as later:
        for n in range(3):
            later(lambda n=n: done.append((n, threading.get_ident() == here)))  # type: ignore[misc]
    assert done == [(0, False), (1, False), (2, False)]


def test_in_an_open_transaction_the_caller_does_them_at_once() -> None:
    done: list[int] = []
    with transaction.atomic(), beside("test") as later:
        later(lambda: done.append(threading.get_ident()))
        assert done == [threading.get_ident()]


def test_a_piece_that_fails_fails_the_block_and_nothing_after_it_begins() -> None:
    begun: list[int] = []

    def two_pieces() -> None:
        with beside("test") as later:
            later(lambda: 1 // 0)  # type: ignore[arg-type,return-value]
            later(lambda: begun.append(1))

    with pytest.raises(ZeroDivisionError):
        two_pieces()
    assert begun == []


def test_a_caller_that_fails_ends_the_work_at_its_next_stop() -> None:
    begun, ended = threading.Event(), threading.Event()
    outcome: list[str] = []

    def piece() -> None:
        begun.set()
        ended.wait(5)
        try:
            go_on()
        except Abandoned:
            outcome.append("abandoned")
            raise

    def failing() -> None:
        with beside("test") as later:
            later(piece)
            begun.wait(5)
            threading.Timer(0.05, ended.set).start()
            raise KeyError

    with pytest.raises(KeyError):
        failing()
    assert outcome == ["abandoned"]
