"""Company names as keys: width, traditional characters, brackets, case and legal forms make no difference."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

from kemai.foundation.chinese import simplified_characters

if TYPE_CHECKING:
    from kemai.foundation.access.actor import Actor

LEGAL_FORMS = (
    "股份有限公司", "有限责任公司", "有限公司", "集团公司", "集团", "总公司", "分公司", "公司", "个体工商户", "经营部", "商行",
    "coltd", "limited", "ltd", "inc", "gmbh", "llc", "plc",
)  # fmt: skip
REGION = re.compile(
    r"^(中国)?([一-鿿]{2,8}?(?:省|自治区))?([一-鿿]{2,7}?(?:市|地区|自治州|盟))?([一-鿿]{1,6}?(?:区|县|旗))?"
)
CITY_AND_NAME = 6
_MARKS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """One form of writing: NFKC, simplified characters, lower case, no invisible characters."""
    if text.isascii():
        return text.lower().strip()
    plain = unicodedata.normalize("NFKC", text)
    if not _rewritten().isdisjoint(plain):
        plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").translate(
            simplified_characters()
        )
    return plain.lower().strip()


def name_key(name: str) -> str:
    """The key by which two writings of one company's name are equal; regions stay, since they tell firms apart."""
    key = _MARKS.sub("", folded(name))
    if not key.endswith(LEGAL_FORMS):
        return key
    bare = key[: -max(len(form) for form in LEGAL_FORMS if key.endswith(form))]
    return bare if len(bare) >= 2 else key


def core_name(name: str) -> str:
    """The looser form without a leading region, for hints only: 镇江市华瑞商贸有限公司 and 华瑞商贸 agree."""
    key = name_key(name)
    bare = REGION.sub("", key)
    return bare if len(bare) >= 2 else key


def similar(actor: Actor, name: str, limit: int = 3) -> list[Any]:
    """Visible customers written like this name: the same core, or a key that contains the other."""
    from django.db.models import Q

    from kemai.business.archives.models import Customer
    from kemai.foundation.access.scopes import restrict

    core = core_name(name)
    if len(core) < 2:
        return []
    near = Q(name_key=core) | Q(name_key__startswith=core)
    found = list(restrict(Customer.objects.filter(near), actor).order_by("id")[:limit])
    if len(found) < limit:
        from kemai.business.archives.search import find_ids

        # figures alone would find telephones: KH-99999 is like nobody's name
        ids = [] if core.isdigit() else find_ids(actor, core, limit=limit)
        is_of_city = len(core) >= CITY_AND_NAME and not core[:2].isascii()
        if not ids and is_of_city:  # 镇江华瑞商贸 and 镇江市华瑞商贸: the same without the city
            ids = find_ids(actor, core[2:], limit=limit)
        known = {c.pk for c in found}
        found += [
            c
            for c in restrict(Customer.objects.filter(pk__in=ids), actor).order_by("id")
            if c.pk not in known
        ]
    return found[:limit]


@cache
def _rewritten() -> frozenset[str]:
    """Invisible and traditional characters: most names have none of them and are left as they are."""
    invisible = {c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Cf"}
    return frozenset({*invisible, *map(chr, simplified_characters())})
