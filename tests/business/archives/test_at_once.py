"""The same customer entered by many at once is one customer, and numbers are never given twice (F08, F10)."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from tests.cast import customer_of

from kemai.business.archives import actions
from kemai.business.archives.models import Customer
from kemai.foundation import numbering

USCC = "91440300708461136T"


def at_once(count, act):
    """Runs act(n) in so many threads that start together; gives what each returned or raised."""
    ready, told = threading.Barrier(count), {}

    def run(n):
        try:
            ready.wait(20)
            told[n] = act(n)
        except Exception as error:
            told[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [told[n] for n in range(count)]


@pytest.mark.django_db(transaction=True)
def test_f08_a_credit_code_entered_by_many_at_once_makes_one_customer_and_the_others_are_told(people):
    told = at_once(12, lambda n: actions.create_customer(actor=people["c"], name=f"甲店{n}", uscc=USCC))
    made = [each for each in told if isinstance(each, Customer)]
    assert (len(made), Customer.objects.filter(uscc=USCC).count(), Customer.objects.count()) == (1, 1, 1)
    assert all(
        isinstance(each, actions.Invalid) and "uscc" in each.problems for each in told if each not in made
    )


@pytest.mark.django_db(transaction=True)
def test_f10_codes_given_at_once_are_all_different_and_a_refused_entry_takes_no_other_ones(people):
    customer_of(people, "e1", "占着信用代码", uscc=USCC)
    names = [f"店{n}" for n in range(12)]
    told = at_once(12, lambda n: actions.create_customer(actor=people["c"], name=names[n], **({"uscc": USCC} if n % 4 == 0 else {})))  # fmt: skip
    made = [each for each in told if isinstance(each, Customer)]
    codes = list(Customer.objects.values_list("code", flat=True))
    assert (len(made), len(codes), len(set(codes))) == (9, 10, 10)


@pytest.mark.django_db(transaction=True)
def test_f10_a_series_counts_every_number_once_whoever_asks_at_once():
    numbers = at_once(12, lambda n: numbering.next_number("合同"))
    assert sorted(numbers) == list(range(min(numbers), min(numbers) + 12))
