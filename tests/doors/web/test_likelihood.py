"""A probability never reads as a certainty."""

from __future__ import annotations

import pytest

from kemai.doors.web.formats import likelihood


@pytest.mark.parametrize(
    ("share", "places", "said"),
    [
        (0.999, 0, "＞99%"),
        (0.9951, 0, "＞99%"),
        (0.994, 0, "99%"),
        (1.0, 0, "100%"),
        (0.9997, 1, "＞99.9%"),
        (0.9993, 1, "99.9%"),
        (0.004, 0, "＜1%"),
        (0.0, 0, "0%"),
        (0.635, 0, "64%"),
        (None, 0, ""),
    ],
)
def test_s4_51_a_likelihood_says_100_only_of_what_is_certain_and_0_only_of_what_cannot_be(
    share, places, said
):
    assert likelihood(share, places) == said
