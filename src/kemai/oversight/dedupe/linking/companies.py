"""The model of firms. What the law says about names and credit codes is written here; how often two records of one firm
agree in telephone, address and people is learnt from the base at hand.

u is written for all: that two strangers share a number happens once in a hundred thousand pairs, which no sample sees.
How each number came to be: docs/formulas/duplicates.md.
"""

from __future__ import annotations

from kemai.oversight.dedupe.linking.model import Comparison, Key, Level, Model, Training

THRESHOLD = 0.9

_PLACES_FIT = (
    "(place_l IS NULL OR place_r IS NULL OR starts_with(place_l, place_r) OR starts_with(place_r, place_l))"
)
_SAME_PLACE = "place_l = place_r AND length(place_l) >= 4"
_ONE_IN_OTHER = "(starts_with(core_l, core_r) OR starts_with(core_r, core_l))"


def _weighed(key: str, sql: str, m: float, bits: float, frequency: str = "", least_u: float = 0.0) -> Level:
    """A level by its weight: u follows."""
    return Level(key, sql, m, m / 2**bits, frequency, least_u)


NAME = Comparison(
    "name", "core_l IS NULL OR core_r IS NULL",
    (
        _weighed("same", f"core_l = core_r AND {_SAME_PLACE} AND length(core_l) >= 4 AND trade_l <> ''", 0.5, 30),
        _weighed("same_word", f"core_l = core_r AND {_PLACES_FIT}", 0.8, 16, "core", 1e-9),
        _weighed("sound_here", f"sound_l = sound_r AND length(core_l) >= 4 AND {_SAME_PLACE}", 0.1, 23),
        _weighed("sound", f"sound_l = sound_r AND length(core_l) >= 4 AND {_PLACES_FIT}", 0.1, 16),
        _weighed("one_off", f"list_has_any(gaps_l, gaps_r) AND {_PLACES_FIT}", 0.1, 14),
        _weighed("short", f"word_l = word_r AND (trade_l = '' OR trade_r = '' OR {_ONE_IN_OTHER}) AND {_PLACES_FIT}", 0.1, 12),
        _weighed("other_trade", f"word_l = word_r AND {_PLACES_FIT}", 1e-14, -45),
        _weighed("elsewhere", "word_l = word_r", 1e-14, -45),
        _weighed("other", "", 1e-6, -18),
    ),
    columns=("core", "place"),
)  # fmt: skip
BRANCH = Comparison(
    "branch", "branch_l = '' AND branch_r = ''",
    (_weighed("same", "branch_l = branch_r", 0.95, 2), _weighed("other", "", 1e-31, -100)),
    columns=("branch",),
)  # fmt: skip
CODE = Comparison(
    "code", "code_l IS NULL OR code_r IS NULL",
    (
        _weighed("same", "code_l = code_r", 0.9, 40),
        _weighed("one_off", "(valid_l IS NULL OR valid_r IS NULL) AND damerau_levenshtein(code_l, code_r) <= 2", 0.08, 20),
        _weighed("other_written", "valid_l IS NULL OR valid_r IS NULL", 0.02, -6),
        _weighed("other", "", 1e-13, -40),
    ),
    columns=("code",),
)  # fmt: skip
PHONE = Comparison(
    "phone", "len(phones_l) = 0 OR len(phones_r) = 0",
    (
        Level("two", "len(list_intersect(phones_l, phones_r)) >= 2", 0.15, 1e-6),
        Level("one", "list_has_any(phones_l, phones_r)", 0.45, 2e-5),
        Level("none", "", 0.4, 1.0),
    ),
    learns=True, columns=("phones",),
)  # fmt: skip
ADDRESS = Comparison(
    "address", "address_l IS NULL OR address_r IS NULL",
    (
        Level("same", f"address_l = address_r AND {_PLACES_FIT}", 0.35, 5e-5),
        Level(
            "like", f"house_l = house_r AND jaro_winkler_similarity(address_l, address_r) >= 0.8 AND {_PLACES_FIT}", 0.25, 1e-4
        ),
        Level("other", "", 0.4, 1.0),
    ),
    learns=True, columns=("address",),
)  # fmt: skip
PRINCIPAL = Comparison(
    "principal", "principal_l IS NULL OR principal_r IS NULL",
    (Level("same", "principal_l = principal_r", 0.7, 2e-3, "principal", 2e-4), Level("other", "", 0.3, 0.998)),
    learns=True, columns=("principal",),
)  # fmt: skip
DOMAIN = Comparison(
    "domain", "domain_l IS NULL OR domain_r IS NULL",
    (Level("same", "domain_l = domain_r", 0.75, 2e-4, "domain", 2e-5), Level("other", "", 0.25, 0.9998)),
    learns=True, columns=("domain",),
)  # fmt: skip

_UNNEST = "SELECT id, {what} AS value FROM records"
KEYS = (
    Key("code", _UNNEST.format(what="code"), 20),
    Key("name", _UNNEST.format(what="core || '|' || coalesce(place, '')"), 60),
    Key("core", _UNNEST.format(what="core"), 40),
    Key("sound", _UNNEST.format(what="sound || '|' || coalesce(left(place, 4), '')"), 60),
    Key("word", _UNNEST.format(what="word || '|' || left(place, 4)"), 60),
    Key("gaps", "SELECT id, unnest(gaps) || '|' || coalesce(left(place, 4), '') AS value FROM records", 40),
    Key("phone", "SELECT id, unnest(phones) AS value FROM records", 20),
    Key("address", _UNNEST.format(what="address || '|' || coalesce(left(place, 4), '')"), 30),
    Key("domain", _UNNEST.format(what="domain"), 20),
    Key("principal", _UNNEST.format(what="principal || '|' || word"), 30),
)
# A number that many give, a bookkeeper's or a market hall's, is nobody's own.
_WORN = 6
OWN_NUMBERS = (
    f"CREATE TABLE worn AS SELECT number FROM (SELECT unnest(phones) AS number FROM records) GROUP BY number HAVING count(*) > {_WORN}",
    """
    UPDATE records SET phones = kept.phones FROM (
      SELECT id, coalesce(list(number ORDER BY number) FILTER (NOT is_worn), []) AS phones FROM (
        SELECT id, number, number IN (SELECT number FROM worn) AS is_worn FROM (SELECT id, unnest(phones) AS number FROM records)
      ) GROUP BY id HAVING bool_or(is_worn)
    ) kept WHERE kept.id = records.id
    """,
)
# A name that only the two of a pair bear is no coincidence, whatever the size of the base; one that ten bear is.
CORE_FREQUENCY = """
SELECT core, least(0.01, 0.002 * power(greatest(count(*) - 1, 1), 3) / greatest(any_value(n), 1000)) AS tf_core
FROM records, (SELECT count(*) AS n FROM records) WHERE core IS NOT NULL GROUP BY core
"""
_SHARE = "SELECT {column}, greatest(count(*) - 1, 1) / greatest(any_value(n), 1000) AS tf_{column} FROM records, (SELECT count(*) AS n FROM records) WHERE {column} IS NOT NULL GROUP BY {column}"
COMPANIES = Model(
    (NAME, BRANCH, CODE, PHONE, ADDRESS, PRINCIPAL, DOMAIN), KEYS,
    Training(("l.core = r.core AND l.place = r.place",)),
    frequencies={"core": CORE_FREQUENCY, **{name: _SHARE.format(column=name) for name in ("principal", "domain")}},
    prepared=OWN_NUMBERS,
)  # fmt: skip
