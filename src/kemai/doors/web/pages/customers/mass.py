"""More customers than one move takes at once: seen, confirmed, made in the background with progress, taken back.

What was seen travels signed (which question, how many): a question that was edited on the way is refused whole (A05).
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.actions.bulk import MOST
from kemai.business.archives.custom_fields import field_of
from kemai.business.archives.directory import filter_customers
from kemai.business.archives.models import CustomField, MassChange
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.pages.customers import editing
from kemai.doors.web.pages.customers.asking import asked
from kemai.doors.web.pages.customers.chips import told
from kemai.doors.web.pages.running import percent_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, customers_page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.jobs.models import Job

SALT, VALID_SECONDS = "customers.all", 86_400
WHATS = ("edit", "assign", "target")
Status, Kind = MassChange.Status, CustomField.Kind


def preview(request: ActorRequest, what: str) -> HttpResponse | None:
    """What would change for all that match; None where so few match that they are named one by one."""
    query = request.POST.get("query", "")
    count = filter_customers(request.actor, asked(QueryDict(query), request.actor).query).count()
    if count <= MOST:
        return None
    if what not in WHATS:
        said = _("符合的有 %(n)s 家，安排任务一次最多 %(most)s 家，请加一个条件。")
        raise actions.BulkRefused(said % {"n": f"{count:,}", "most": MOST}, count, 0)
    seen = {"what": what, "query": query, "count": count, "person": request.actor.person_id}
    return _page(request, seen)


@customers_page
def change_all(request: ActorRequest) -> HttpResponse:
    """The confirmed change is begun; without its value yet the form is shown once more."""
    actor, given = request.actor, request.POST
    seen = _seen(actor, given)
    if seen["what"] == "edit" and not given.get("confirm"):
        return _page(request, seen)
    now = asked(QueryDict(seen["query"]), actor)
    values = given.getlist("value")
    known: dict[str, dict[str, Any]] = {
        "edit": {"field": given.get("field", ""), "values": values, "mode": given.get("mode", "set")},
        "assign": {"person": number(given.get("person"), odd=0), "reason": given.get("reason", "")},
        "target": {"reason": given.get("reason", "")},
    }
    arguments = known[seen["what"]]
    try:
        change = actions.start_mass(
            actor=actor, what=seen["what"], query=now.query, expected=seen["count"], given=arguments, told=told(actor, now),
            address=seen["query"],
        )  # fmt: skip
    except actions.Invalid as invalid:
        raise Refused(" ".join(invalid.problems.values())) from invalid
    return HttpResponseRedirect(reverse("customers_change", args=[change.pk]))


@customers_page
def show(request: ActorRequest, pk: int) -> HttpResponse:
    """How far a change is, or how it ended."""
    change = queries.mass_change_by_id(request.actor, pk)
    job = Job.objects.filter(pk=change.job_id or 0).first()
    is_going = change.status == Status.PREPARING and (
        job is None or job.state not in (Job.State.FAILED, Job.State.CANCELLED)
    )
    context = {
        "title": title_of(change.what), "change": change, "going": is_going, "percent": percent_of(job) if job else None, "note": job.progress_note if job else "",
        "label": _label(change), "may_undo": change.status == Status.DONE and change.what == "edit", "left": _left(change),
        "broken": change.status == Status.PREPARING and not is_going, "back": f"{reverse('customers')}?{change.address}",
    }  # fmt: skip
    return render(request, "customers/change.html", context)


@customers_page
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    """Stops a change that is not in force."""
    actions.cancel_mass(actor=request.actor, change=queries.mass_change_by_id(request.actor, pk))
    messages.success(request, _("停了，一家都没改"))
    return HttpResponseRedirect(reverse("customers_change", args=[pk]))


@customers_page
def undo(request: ActorRequest, pk: int) -> HttpResponse:
    """Begins the way back."""
    back = actions.undo_mass(actor=request.actor, change=queries.mass_change_by_id(request.actor, pk))
    return HttpResponseRedirect(reverse("customers_change", args=[back.pk]))


def _seen(actor: Actor, given: QueryDict) -> dict[str, Any]:
    """What the person saw and confirms. Raises BulkRefused when it was edited on the way, or is somebody else's."""
    try:
        seen: dict[str, Any] = signing.loads(given.get("seen", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature as forged:
        raise actions.BulkRefused(_("条件在路上变了，一家都没改。请回到列表再选。"), 0, 0) from forged
    if seen["person"] != actor.person_id or given.get("query", seen["query"]) != seen["query"]:
        said = _("看的时候符合的是 %(n)s 家，条件后来变了，一家都没改。请回到列表再选。")
        raise actions.BulkRefused(said % {"n": f"{seen['count']:,}"}, seen["count"], 0)
    return seen


def _page(request: ActorRequest, seen: dict[str, Any]) -> HttpResponse:
    actor, given = request.actor, request.POST
    what, now = seen["what"], asked(QueryDict(seen["query"]), actor)
    rows = filter_customers(actor, now.query).select_related("owner").order_by("pk")[: editing.SHOWN]
    fields = dict(editing.editable_fields())
    key = given.get("field", "") if given.get("field") in fields else ""
    own = field_of(key)
    people = [("", _("选一个人")), *((p.pk, p.name) for p in queries.possible_owners(actor)[:300])]
    context = {
        "title": title_of(what), "what": what, "n": seen["count"], "chosen": [editing.line(c) for c in rows], "query": seen["query"],
        "seen": signing.dumps(seen, salt=SALT), "told": told(actor, now) or _("全部客户"), "people": people if what == "assign" else [],
        "fields": [("", _("选一项")), *fields.items()], "field": key, "label": fields.get(key, ""),
        "choices": editing.choices_of_field(actor, key, own) if key else None, "several": own is not None and own.kind == Kind.CHOICES,
        "type": "date" if own is not None and own.kind == Kind.DAY else "text", "back": f"{reverse('customers')}?{seen['query']}",
        "more": seen["count"] - len(rows),
    }  # fmt: skip
    return render(request, "customers/all.html", context)


def title_of(what: str) -> str:
    """What a change is called."""
    return {"edit": _("改一项"), "assign": _("换负责人"), "target": _("设为目标客户"), "undo": _("撤销修改")}[
        what
    ]


def _label(change: MassChange) -> str:
    """What is being changed, and to what."""
    if change.what not in ("edit", "undo"):
        return title_of(change.what)
    label = dict(editing.editable_fields()).get(str(change.given.get("field", "")), "")
    return str(label)


def _left(change: MassChange) -> int:
    """Customers that an undo left alone because somebody changed them since."""
    return change.expected - change.changed if change.undoes_id and change.status == Status.DONE else 0
