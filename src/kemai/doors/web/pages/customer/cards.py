"""Business cards of a customer's people as files: taken away, and brought in through a preview with a choice for each."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.models import Contact, Customer
from kemai.doors.web.pages.customer.head import head_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.cards.reading import (
    MOST_BYTES,
    MOST_CARDS,
    BadCard,
    Card,
    CardsRefused,
    card_of,
    read_cards,
)
from kemai.oversight.exchange.cards.taking import NEW, SKIP, Coming, Taken, held_against, take_cards
from kemai.oversight.exchange.cards.writing import MEDIA_TYPE, card_file, cards_of_customer


@page
def one(request: ActorRequest, code: str, pk: int) -> HttpResponse:
    """One person's card."""
    customer = queries.customer_by_code(request.actor, code)
    contact = queries.contact_by_id(request.actor, customer, pk)
    return as_file(card_file(actor=request.actor, contact=contact), contact.name)


@page
def everybody(request: ActorRequest, code: str) -> HttpResponse:
    """The cards of everybody who works there."""
    customer = queries.customer_by_code(request.actor, code)
    return as_file(cards_of_customer(actor=request.actor, customer=customer), customer.name)


def as_file(made: bytes, name: str) -> HttpResponse:
    """Cards to be saved under a name."""
    answer = HttpResponse(made, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = (
        f"attachment; filename=\"cards.vcf\"; filename*=UTF-8''{quote(f'{name}.vcf')}"
    )
    answer["Cache-Control"] = "no-store"
    return answer


@page
def bring(request: ActorRequest, code: str) -> HttpResponse:
    """Asks for the file, shows what each card would do, and does what was chosen."""
    customer = queries.customer_by_code(request.actor, code)
    _may(request.actor, customer)
    if request.method != "POST":
        return _asked(request, customer)
    if "cards" in request.POST:
        return _taken(request, customer)
    upload = request.FILES.get("file")
    if upload is None:
        return _asked(request, customer, _("请选一个 .vcf 文件。"))
    try:
        if (upload.size or 0) > MOST_BYTES:
            raise CardsRefused(_("文件太大，最多 %(n)s MB。") % {"n": MOST_BYTES // 1024**2})
        found = read_cards(upload.read())
    except CardsRefused as refused:
        return _asked(request, customer, str(refused))
    return _previewed(request, customer, found)


def _may(actor: Actor, customer: Customer) -> None:
    actor.require("contact.edit", _("你的岗位不能加联系人。"))
    if not actor.sees("contacts", customer.owner_id):
        raise LookupError(customer.code)


def _asked(request: ActorRequest, customer: Customer, error: str = "") -> HttpResponse:
    context = {"coming": None, "error": error, "most": MOST_CARDS, "megabytes": MOST_BYTES // 1024**2}
    return _tab(request, customer, context, 422 if error else 200)


def _previewed(
    request: ActorRequest,
    customer: Customer,
    found: list[Card | BadCard],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    good = [card for card in found if isinstance(card, Card)]
    coming = held_against(request.actor, customer, good)
    context = {
        "coming": [_row(each, request.POST) for each in coming], "bad": [_bad(b) for b in found if isinstance(b, BadCard)],
        "cards": json.dumps([card.plain() for card in good], ensure_ascii=False), "error": error,
    }  # fmt: skip
    return _tab(request, customer, context, status)


def _tab(request: ActorRequest, customer: Customer, context: dict[str, Any], status: int) -> HttpResponse:
    made = head_of(request, customer, "contacts")
    return render(request, "customer/cards.html", made | context, status=status)


def _row(each: Coming, posted: Any) -> dict[str, Any]:
    card = each.card
    name = f"choice-{card.number}"
    updates = [(choice, _update_label(person, changes)) for choice, person, changes in each.people]
    return {
        "name": name, "number": card.number, "card": card, "value": posted.get(name, each.proposed),
        "choices": [(NEW, _("新加一个人")), *updates, (SKIP, _("不导入"))],
        "changes": [
            {"person": person.name, "label": _label(key), "now": _said(now), "then": _said(then)}
            for _choice, person, changes in each.people for key, (now, then) in changes.items()
        ],
        "same": any(not changes for _choice, _person, changes in each.people),
    }  # fmt: skip


def _update_label(person: Contact, changes: dict[str, Any]) -> str:
    words = {"name": person.name, "title": person.title or _("没写职务")}
    return (_("更新 %(name)s（%(title)s）") if changes else _("就是 %(name)s（%(title)s），一样")) % words


def _label(key: str) -> str:
    field: Any = Contact._meta.get_field(key)
    return str(field.verbose_name)


def _said(value: Any) -> str:
    return (
        ""
        if value in (None, "")
        else (_("是") if value is True else _("否") if value is False else str(value))
    )


def _bad(card: BadCard) -> dict[str, Any]:
    return {
        "number": card.number,
        "name": card.name,
        "field": _label(card.field) if card.field else "",
        "mend": card.mend,
    }


def _taken(request: ActorRequest, customer: Customer) -> HttpResponse:
    cards = _again(request.POST.get("cards", ""))
    chosen = {card.number: request.POST.get(f"choice-{card.number}", SKIP) for card in cards}
    try:
        done = take_cards(actor=request.actor, customer=customer, cards=cards, chosen=chosen)
    except (actions.ContactConflict, actions.Invalid, CardsRefused, LookupError) as refused:
        why = _("有联系人已经不在这家了") if isinstance(refused, LookupError) else str(refused)
        error = _("什么都没有导入：%(why)s") % {"why": why}
        status = getattr(refused, "status", 409)
        return _previewed(request, customer, list(cards), error=error, status=status)
    messages.success(request, _told(done))
    return HttpResponseRedirect(reverse("customer_contacts", args=[customer.code]))


def _told(done: Taken) -> str:
    return _("加了 %(added)s 人，更新了 %(changed)s 人，%(left)s 张没动") % {
        "added": done.added, "changed": done.changed, "left": done.left
    }  # fmt: skip


def _again(text: str) -> list[Card]:
    """The cards that the preview showed, asked again as if they were new."""
    try:
        given = json.loads(text)
        numbered = [(int(one["number"]), one) for one in given[:MOST_CARDS]]
    except (ValueError, KeyError, TypeError, RecursionError) as odd:
        raise CardsRefused(_("这张预览不全了，请重新选文件。")) from odd
    found = [card_of(number, one) for number, one in numbered]
    bad = next((card for card in found if isinstance(card, BadCard)), None)
    if bad is not None:
        raise CardsRefused(_("第 %(n)s 张：%(mend)s") % {"n": bad.number, "mend": bad.mend})
    return [card for card in found if isinstance(card, Card)]
