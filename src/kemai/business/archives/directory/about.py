"""About how many customers match, where counting them all would take too long: looked at in samples.

Forty stretches of a hundred ids, spread evenly over the archive, so that what was imported together weighs no more
than its share. Shown as 约, with two digits that mean something.
"""

from __future__ import annotations

from collections.abc import Sequence

from kemai.business.archives.directory.sql import C, Condition, Sql, joining, run

STRETCHES, WIDTH = 40, 100
FEWEST = 30  # hits below which the sample says too little


def about_how_many(conditions: Sequence[Condition]) -> int | None:
    """Rounded to two digits; None where the sample says too little."""
    # Each end by itself is one step down the key; asked for together, SQLite reads them all.
    [(first, last)] = run(Sql(f"SELECT (SELECT min(id) FROM {C}), (SELECT max(id) FROM {C})"))
    if first is None or last - first < STRETCHES * WIDTH:
        return None
    step = (last + 1 - first - WIDTH) / (STRETCHES - 1)
    hits = _hits(conditions, [int(first + at * step) for at in range(STRETCHES)])
    if hits < FEWEST:
        return None
    return rounded(hits * (last + 1 - first) // (STRETCHES * WIDTH))


def rounded(number: int) -> int:
    """To two digits: 234,567 is about 230,000."""
    unit = 10 ** max(len(str(number)) - 2, 0)
    return int((number + unit // 2) // unit * unit)


def _hits(conditions: Sequence[Condition], starts: Sequence[int]) -> int:
    holds = joining([c.holds for c in conditions], "AND") if conditions else Sql("1 = 1")
    one = f"SELECT count(*) AS n FROM {C} c WHERE c.id BETWEEN %s AND %s AND {holds.text}"
    parts = [Sql(one, (start, start + WIDTH - 1, *holds.params)) for start in starts]
    together = joining(parts, "UNION ALL")
    [(found,)] = run(Sql(f"SELECT sum(n) FROM ({together.text}) s", together.params))
    return int(found)
