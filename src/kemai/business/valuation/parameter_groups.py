"""Groups of parameters that the company decides beside its schemes: their defaults, their sense, their versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation.models import ParameterVersion
from kemai.foundation.access.actor import Actor

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """A key, the factory values (plain JSON: amounts and rates as text), and `check`, which gives the values in their
    stored form or raises `SchemeError` with a sentence that names what makes no sense."""

    key: str
    defaults: Values
    check: Callable[[Values], dict[str, Any]]


_groups: dict[str, ParameterGroup] = {}


def register_parameters(group: ParameterGroup) -> None:
    """Called once at start by whoever computes with them."""
    _groups[group.key] = group


def parameter_group(key: str) -> ParameterGroup:
    """Raises LookupError for an unknown key."""
    return _groups[key]


def parameters_of(key: str) -> dict[str, Any]:
    """The values in force: what the company has decided over what came from the factory."""
    latest = ParameterVersion.objects.filter(group=key).first()
    return {**parameter_group(key).defaults, **(latest.values if latest else {})}


def parameter_versions(actor: Actor, key: str, limit: int = 50) -> list[ParameterVersion]:
    """What was decided, newest first. Needs the duty scheme.edit."""
    actor.require("scheme.edit", _("估值口径由领导来定。"))
    parameter_group(key)
    return list(ParameterVersion.objects.filter(group=key)[:limit])
