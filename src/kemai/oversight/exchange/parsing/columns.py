"""Guessing which column is which field, with how sure and why, for the person to confirm.

Headers come first, content second; two columns that could both be one field are a question, never a
silent choice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from kemai.oversight.exchange.parsing import content
from kemai.oversight.exchange.parsing.fields import Field, Kind
from kemai.oversight.exchange.parsing.headings import meant_by
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.mapping import Mapping, unique_names

Confidence = Literal["sure", "confirm", "ignored"]
_RANK = {"name": 0, "same": 1, "maybe": 2}

WHY: dict[str, Any] = {
    "name": _("表头同名"),
    "same": _("表头同义"),
    "maybe": _("表头像，请确认"),
    "remembered": _("上次也这样"),
    "rises": _("单号内从 1 递增"),
    "runs_on": _("全表连续编号，不是行号"),
    "looks_like_dates": _("看内容是日期"),
    "looks_like_amounts": _("看内容是金额"),
    "looks_like_names": _("看内容是名称"),
    "by_name_only": _("没有编号列；按名称认"),
    "rival": _("还有「%(other)s」列，按哪列？"),
    "unlike_dates": _("表头像日期，内容不像"),
    "unlike_amounts": _("表头像金额，内容不像"),
    "no_heading": _("没有表头"),
    "unknown": _("认不出，不导入"),
    "spare": _("备用"),
}


@dataclass(frozen=True)
class ColumnGuess:
    """One column: its field (None: not imported), how sure, why, and other fields it could be."""

    place: int
    name: str
    field: str | None
    confidence: Confidence
    why_code: str
    why_params: tuple[tuple[str, str], ...] = ()
    could_be: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The reason in a few words."""
        return str(WHY[self.why_code]) % dict(self.why_params)


@dataclass(frozen=True)
class Question:
    """Several columns claim one field; `chosen` is the proposal, one of `places`."""

    field: str
    places: tuple[int, ...]
    chosen: int


@dataclass(frozen=True)
class Guess:
    """All columns in file order, what to ask, and needed fields that no column fits."""

    kind: str
    header: tuple[str, ...]
    columns: tuple[ColumnGuess, ...]
    questions: tuple[Question, ...]
    missing: tuple[str, ...]

    @property
    def is_ambiguous(self) -> bool:
        """True if a needed field is claimed by several columns: nothing may be written unasked."""
        kind = KINDS[self.kind]
        needed = {one.key for one in kind.fields if one.needed} | {
            key for group in kind.one_of for key in group
        }
        return any(question.field in needed for question in self.questions)

    def mapping(self, **options: Any) -> Mapping:
        """The guess taken as it is."""
        fields = {one.field: one.place for one in self.columns if one.field}
        return Mapping(self.kind, fields, self.header, options)


def guess_mapping(
    header: Sequence[str],
    head: Sequence[Sequence[str | None]],
    kind: str,
    *,
    remembered: Mapping | None = None,
) -> Guess:
    """Guess the fields of a table from its header and first rows.

    `remembered` is a mapping that the person chose before for the same `header_signature`.
    """
    guesser = _Guesser(tuple(header), head, KINDS[kind])
    if remembered is not None:
        return guesser.remembered(remembered)
    return guesser.guess()


class _Guesser:
    def __init__(self, header: tuple[str, ...], head: Sequence[Sequence[str | None]], kind: Kind) -> None:
        self._header, self._kind = header, kind
        self._names = unique_names(header)
        self._cells = [[row[i] for row in head if i < len(row) and row[i]] for i in range(len(header))]
        self._head = head
        self._columns = [self._blank(place) for place in range(len(header))]
        self._questions: list[Question] = []

    def guess(self) -> Guess:
        """Headers, then rivals, then the line number, then content."""
        claims = self._claims()
        for key in [one.key for one in self._kind.fields]:
            self._settle(key, claims[key])
        self._judge_line_number()
        self._look_at_content()
        self._judge_customer()
        return self._result()

    def remembered(self, mapping: Mapping) -> Guess:
        """The person's own choice from last time, by name of column."""
        by_name = {
            mapping_name: key
            for key, place in mapping.fields.items()
            for mapping_name in [unique_names(mapping.header)[place]]
        }
        for place, name in enumerate(self._names):
            if name in by_name:
                self._set(place, by_name[name], "sure", "remembered")
        return self._result()

    def _blank(self, place: int) -> ColumnGuess:
        why = "unknown" if self._header[place] else "no_heading"
        return ColumnGuess(place, self._names[place], None, "ignored", why)

    def _set(self, place: int, key: str | None, confidence: Confidence, why: str, **params: str) -> None:
        self._columns[place] = replace(
            self._columns[place],
            field=key,
            confidence=confidence,
            why_code=why,
            why_params=tuple(params.items()),
        )

    def _claims(self) -> dict[str, list[tuple[int, int]]]:
        """Field key → [(rank of the match, place)]: each column claims the field it means best."""
        claims: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, name in enumerate(self._header):
            meant = meant_by(self._kind, name) if name else ()
            for key, how in meant:
                claims[key].append((_RANK[how], place))
            could_be = tuple(key for key, _how in meant)
            self._columns[place] = replace(self._columns[place], could_be=could_be)
        return claims

    def _settle(self, key: str, claims: list[tuple[int, int]]) -> None:
        """Give a field to the column that claims it best; equal or near claims are a question."""
        free = [(rank, place) for rank, place in sorted(claims) if self._columns[place].field is None]
        if not free:
            return
        rank, place = free[0]
        rivals = [other for other_rank, other in free[1:] if self._is_rival(key, rank, other_rank, other)]
        why = ("name", "same", "maybe")[rank]
        if rivals:
            self._questions.append(Question(key, (place, *rivals), place))
            self._set(place, key, "confirm", "rival", other=self._names[rivals[0]])
            for other in rivals:
                self._set(other, None, "confirm", "rival", other=self._names[place])
        elif not self._content_fits(self._kind.field(key), place):
            unlike = "unlike_dates" if self._kind.field(key).type == "date" else "unlike_amounts"
            self._set(place, key, "confirm", unlike)
        else:
            self._set(place, key, "confirm" if rank == 2 else "sure", why)

    def _is_rival(self, key: str, rank: int, other_rank: int, other: int) -> bool:
        """Money columns ask whenever there are two; others only when both match equally well."""
        one = self._kind.field(key)
        if not self._cells[other] or not self._content_fits(one, other):
            return False
        return other_rank == rank or (one.type == "money" and rank > 0)

    def _content_fits(self, one: Field, place: int) -> bool:
        cells = self._cells[place]
        if one.type == "date" and cells:
            return content.share_of_dates(cells, is_headed=True) >= 0.5
        if one.type == "money" and cells:
            return content.share_of_amounts(cells) >= 0.5
        return True

    def _judge_line_number(self) -> None:
        """序号 is a line number if it starts again with each order; if it runs on through the file it is not."""
        line, order = self._place_of("line_no"), self._place_of("order_no")
        if line is None or self._columns[line].confidence == "sure":
            return
        pairs = [(row[order] if order is not None else None, row[line]) for row in self._head]
        if order is not None and content.rises_within(pairs):
            self._set(line, "line_no", "sure", "rises")
        else:
            self._set(line, None, "ignored", "runs_on")

    def _look_at_content(self) -> None:
        """Needed fields without a header: the only column whose content fits is proposed."""
        wanted = [one for one in self._kind.fields if one.needed and self._place_of(one.key) is None]
        for one in wanted:
            test = {"date": content.share_of_dates, "money": content.share_of_amounts}.get(one.type)
            if test is None:
                continue
            why = "looks_like_dates" if one.type == "date" else "looks_like_amounts"
            self._propose(one.key, [p for p in self._free_places() if test(self._cells[p]) >= 0.9], why)
        if self._kind.one_of and all(self._place_of(key) is None for key in self._kind.one_of[0]):
            names = [p for p in self._free_places() if content.share_of_company_names(self._cells[p]) >= 0.5]
            self._propose("customer", names, "looks_like_names")

    def _propose(self, key: str, places: list[int], why: str) -> None:
        if not places:
            return
        self._set(places[0], key, "confirm", why)
        if len(places) > 1:
            self._questions.append(Question(key, tuple(places), places[0]))

    def _judge_customer(self) -> None:
        """A ledger that knows its customers by name only works, but the person should know."""
        if not self._kind.one_of or self._place_of("customer_code") is not None:
            return
        for key in ("customer", "customer_name"):
            place = self._place_of(key)
            if (
                place is not None
                and self._columns[place].confidence == "sure"
                and content.share_of_names(self._cells[place]) > 0.5
            ):
                self._set(place, key, "confirm", "by_name_only")

    def _free_places(self) -> list[int]:
        """Columns with content whose header means nothing to us."""
        return [
            one.place
            for one in self._columns
            if one.field is None and not one.could_be and self._cells[one.place]
        ]

    def _place_of(self, key: str) -> int | None:
        return next((one.place for one in self._columns if one.field == key), None)

    def _result(self) -> Guess:
        guess = Guess(self._kind.key, self._header, tuple(self._columns), tuple(self._questions), ())
        return replace(guess, missing=guess.mapping().missing())
