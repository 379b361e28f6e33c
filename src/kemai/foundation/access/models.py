"""People, their sessions, the tree of units, and which role a person holds on which unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.foundation.access.roles import ROLE_LABELS

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase


class OrgUnit(models.Model):
    """A unit of the company; `path` lists the ids from the root, so "unit and below" is one prefix."""

    name = models.CharField(_("名称"), max_length=80)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=255, default="", db_index=True, editable=False)

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="unit_name_once_per_parent")]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Finds people by login."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(login=username)


class Person(AbstractBaseUser):
    """Somebody who signs in. Rights come from assignments, never from flags here."""

    login = models.CharField(_("登录名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60)
    email = models.EmailField(_("电子邮件"), blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    theme = models.CharField(
        max_length=10, default="auto", choices=[("auto", "auto"), ("light", "light"), ("dark", "dark")]
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()
    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["login"]

    def __str__(self) -> str:
        return self.name or self.login

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Assignment(models.Model):
    """A role held by a person on a unit, perhaps for a time."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=30, choices=list(ROLE_LABELS.items()))
    unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, blank=True, related_name="assignments")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "unit"], name="role_once_per_person_and_unit")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}:{self.role}@{self.unit_id}"


class Session(AbstractBaseSession):
    """A signed-in browser. `person_id` lets one query read the session, the person and the roles together."""

    person_id = models.BigIntegerField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        db_table = "access_session"

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from kemai.foundation.access.sessions import SessionStore

        return SessionStore
