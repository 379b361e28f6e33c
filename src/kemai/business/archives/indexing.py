"""Writes the search words of customers: SQLite's index is fed by hand, PostgreSQL's is a generated column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection, transaction

from kemai.business.archives.models import Contact, Customer, CustomerSearch, Merge
from kemai.business.archives.words import tokens_of
from kemai.foundation.batches.models import Batch
from kemai.foundation.bulk import insert_rows

CHUNK = 2_000
_INDEX = "customer_search_index"
Words = tuple[int, str]


def index_customers(ids: Iterable[int]) -> int:
    """Writes the words of customers anew, in the caller's transaction or in small ones of its own."""
    done, source = 0, iter(ids)
    while some := list(islice(source, CHUNK)):
        words = words_of(some)
        with transaction.atomic():
            forget_customers(some)
            write_words(words)
        done += len(words)
    return done


def write_words(words: Sequence[Words]) -> None:
    """Writes (customer id, words) of customers that have none yet, in the caller's transaction."""
    insert_rows(CustomerSearch._meta.db_table, ("id", "tokens"), words)
    if connection.vendor == "sqlite":
        insert_rows(_INDEX, ("rowid", "tokens"), words)


def index_new(first: int, last: int) -> None:
    """Takes the stored words of the customers with these ids, none of which is there yet, into the index."""
    if connection.vendor == "sqlite":
        table = CustomerSearch._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {_INDEX} (rowid, tokens) SELECT id, tokens FROM {table} WHERE id BETWEEN %s AND %s",
                [first, last],
            )


def forget_customers(ids: Sequence[int]) -> None:
    """Removes the words of customers, in the caller's transaction."""
    rows = CustomerSearch.objects.filter(pk__in=ids)
    if connection.vendor == "sqlite":
        old = [("delete", *row) for row in rows.values_list("pk", "tokens")]
        if old:
            insert_rows(_INDEX, (_INDEX, "rowid", "tokens"), old)
    rows.delete()


def words_of(ids: Sequence[int]) -> list[Words]:
    """(id, words) of customers as they stand, with those of their contacts and of whom they absorbed; not of people
    who are still arriving."""
    people: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    arriving = Batch.objects.exclude(status=Batch.Status.LANDED).values("pk")
    known = Contact.objects.filter(customer_id__in=ids).exclude(batch_id__in=arriving)
    for customer_id, *person in known.values_list("customer_id", "name", "mobile", "phone"):
        people[customer_id].append(tuple(person))  # type: ignore[arg-type]
    before: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for survivor_id, *absorbed in Merge.objects.filter(survivor_id__in=ids, undone_at=None).values_list(
        "survivor_id", "name", "code"
    ):
        before[survivor_id].append(tuple(absorbed))  # type: ignore[arg-type]
    fields = ("id", "name", "short_name", "principal", "code", "uscc", "phone")
    return [
        (
            pk,
            tokens_of(
                [name, short, principal, *(p[0] for p in (*people.get(pk, ()), *before.get(pk, ())))],
                [code, uscc, *(b[1] for b in before.get(pk, ()))],
                [phone, *(n for p in people.get(pk, ()) for n in p[1:])],
            ),
        )
        for pk, name, short, principal, code, uscc, phone in Customer.objects.filter(pk__in=ids).values_list(
            *fields
        )
    ]
