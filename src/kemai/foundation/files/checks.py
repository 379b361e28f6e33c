"""What `kemai doctor` asks of the store: a record without bytes, bytes without a record, bytes that are not what they were."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from django.db.models import QuerySet

from kemai.foundation.files import store
from kemai.foundation.files.models import StoredFile

ARRIVING_SECONDS = 600.0  # the record may still be on its way
NAMED = 3


def problems() -> Iterator[str]:
    """Records whose bytes are gone, and bytes that nobody recorded; folder by folder, so that it stays small."""
    missing, nobodys = [], []
    for prefix in (f"{n:02x}" for n in range(256)):
        recorded = dict(_recorded(prefix).values_list("stored_name", "name"))
        lying = _lying(prefix)
        missing += [name for stored, name in recorded.items() if stored not in lying]
        nobodys += [path for stored, path in lying.items() if stored not in recorded and _is_old(path)]
    if missing:
        yield f"有 {len(missing)} 个客户文件的内容不在硬盘上（{_some(missing)}）：从备份里取回 {store.folder()}。"
    if nobodys:
        yield f"有 {len(nobodys)} 个没人要的文件，是存到一半断掉的，可以删：{_some([str(p) for p in nobodys])}"


def altered() -> Iterator[str]:
    """Files whose bytes do not have the digest that they came with; reads all of them."""
    for item in StoredFile.objects.order_by("pk").iterator(chunk_size=2_000):
        path = store.path_of(item.stored_name)
        if path.exists() and store.sha256_of(path) != item.sha256:
            yield f"客户文件「{item.name}」（{path}）的内容被改过，和存进来时不一样：从备份里取回。"


def _recorded(prefix: str) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(stored_name__gte=prefix, stored_name__lt=f"{prefix}g").order_by()


def _lying(prefix: str) -> dict[str, Path]:
    place = store.folder() / prefix
    return {path.name: path for path in place.iterdir()} if place.is_dir() else {}


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > ARRIVING_SECONDS


def _some(names: list[str]) -> str:
    return "、".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
