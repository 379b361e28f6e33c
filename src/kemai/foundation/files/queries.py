"""Files as far as the actor may see them: first the customer, then the field group; another's file is not there."""

from __future__ import annotations

from typing import BinaryIO

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import visible_customers
from kemai.foundation.files import store
from kemai.foundation.files.models import StoredFile
from kemai.foundation.files.refusals import FileGone
from kemai.foundation.files.rights import groups_seen
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.prepared import prepared_number


def files_of(actor: Actor, customer_id: int) -> QuerySet[StoredFile]:
    """The customer's files, newest first. Raises LookupError for a customer out of sight."""
    seen = groups_seen(actor, owner_of(actor, customer_id))
    return StoredFile.objects.filter(customer_id=customer_id, group__in=seen)


def file_by_id(actor: Actor, customer_id: int, pk: int) -> StoredFile:
    """One file. Raises LookupError when it does not exist for the actor."""
    found = files_of(actor, customer_id).filter(pk=pk).first()
    if found is None:
        raise LookupError(f"file {pk}")
    return found


def counts_by_kind(actor: Actor, customer_id: int) -> dict[str, int]:
    """How many files of each kind there are, those out of use included."""
    rows = files_of(actor, customer_id).order_by().values_list("kind").annotate(n=Count("pk"))
    return dict(rows)


def number_of_files(actor: Actor, customer_id: int, owner_id: int | None) -> int:
    """How many are in use; for a page that has the customer at hand and knows that the actor sees it."""
    return int(_number_of_files(actor, tuple(groups_seen(actor, owner_id)), customer_id=customer_id))


@prepared_number
def _number_of_files(actor: Actor, groups: tuple[str, ...], *, customer_id: int) -> int:
    return StoredFile.objects.filter(customer_id=customer_id, group__in=groups, is_active=True).count()


def content_of(actor: Actor, customer_id: int, pk: int) -> tuple[StoredFile, BinaryIO]:
    """The file and its bytes, opened. Raises LookupError as `file_by_id`, FileGone where the bytes are missing."""
    found = file_by_id(actor, customer_id, pk)
    try:
        return found, store.path_of(found.stored_name).open("rb")
    except FileNotFoundError as gone:
        raise FileGone(
            _("「%(name)s」的内容不在硬盘上了，请管理员运行 kemai doctor。") % {"name": found}
        ) from gone


@kept_for_a_moment
def owner_of(actor: Actor, customer_id: int) -> int | None:
    """Whose the customer is. Raises LookupError for one out of sight."""
    found = visible_customers(actor).filter(pk=customer_id).values_list("owner_id").first()
    if found is None:
        raise LookupError(f"customer {customer_id}")
    return found[0]  # type: ignore[no-any-return]
