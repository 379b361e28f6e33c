"""Groups of parameters: versions with author and reason, and a refusal that changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from kemai.business.valuation import parameter_groups as groups
from kemai.business.valuation.actions import save_parameters
from kemai.business.valuation.models import ParameterVersion
from kemai.foundation.access.actor import Refused
from kemai.value import SchemeError

pytestmark = pytest.mark.django_db


def checked(values: groups.Values) -> dict[str, Any]:
    if not 0 < int(values["years"]) <= 30:
        raise SchemeError("年数要在 1 到 30 之间。", code="bad_years")
    return {"years": int(values["years"]), "rate": str(values["rate"])}


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(
        groups._groups, "worth", groups.ParameterGroup("worth", {"years": 5, "rate": "0.1"}, checked)
    )
    return "worth"


def test_each_change_is_a_version_and_the_newest_counts(people: Any, group: str) -> None:
    assert groups.parameters_of(group) == {"years": 5, "rate": "0.1"}
    save_parameters(actor=people["d"], key=group, values={"years": 3}, reason="看三年就够")
    save_parameters(actor=people["d"], key=group, values={"rate": "0.08"}, reason="利率降了")
    assert groups.parameters_of(group) == {"years": 3, "rate": "0.08"}
    told = [(v.number, v.author, v.reason) for v in groups.parameter_versions(people["d"], group)]
    assert told == [(2, people["d"].name, "利率降了"), (1, people["d"].name, "看三年就够")]
    assert save_parameters(actor=people["d"], key=group, values={"years": 3}, reason="又存一次") is None


def test_a_refused_change_stores_nothing(people: Any, group: str) -> None:
    with pytest.raises(Refused, match="领导"):
        save_parameters(actor=people["e1"], key=group, values={"years": 3}, reason="想改")
    with pytest.raises(Refused, match="原因"):
        save_parameters(actor=people["d"], key=group, values={"years": 3}, reason=" ")
    with pytest.raises(SchemeError, match="30"):
        save_parameters(actor=people["d"], key=group, values={"years": 99}, reason="试试")
    with pytest.raises(LookupError):
        save_parameters(actor=people["d"], key=group, values={"months": 3}, reason="试试")
    assert not ParameterVersion.objects.exists()
    with pytest.raises(Refused):
        groups.parameter_versions(people["w1"], group)
