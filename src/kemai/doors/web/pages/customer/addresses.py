"""Addresses below /customers/<code>/."""

from django.urls import path
from django.views.decorators.http import require_POST as post

from kemai.doors.web.pages.customer import (
    agenda,
    bank,
    basics,
    changes,
    contacts,
    editing,
    ledger,
    moves,
    overview,
    potential,
    sales,
    team,
    timeline,
    why,
)

urlpatterns = [
    path("", overview.overview, name="customer"),
    path("basics/", basics.basics, name="customer_basics"),
    path("bank/", post(bank.change), name="customer_bank"),
    path("bank/show/", post(bank.reveal), name="customer_bank_show"),
    path("sales/", sales.sales, name="customer_sales"),
    path("sales/new/", post(ledger.post), name="customer_sale_new"),
    path("sales/month/", post(ledger.month), name="customer_sale_month"),
    path("sales/<int:line>/<str:what>/", post(ledger.follow), name="customer_sale"),
    path("contacts/", contacts.contacts, name="customer_contacts"),
    path("contacts/<int:pk>/", contacts.change, name="customer_contact"),
    path("contacts/<int:pk>/active/", post(contacts.turn), name="customer_contact_active"),
    path("timeline/", timeline.timeline, name="customer_timeline"),
    path("changes/", changes.changes, name="customer_changes"),
    path("edit/", editing.edit, name="customer_edit"),
    path("potential/", potential.potential, name="customer_potential"),
    path("log/", post(agenda.log), name="customer_log"),
    path("arrange/", post(agenda.arrange), name="customer_arrange"),
    path("tasks/<int:pk>/<str:what>/", post(agenda.task), name="customer_task"),
    path("assign/", post(moves.assign), name="customer_assign"),
    path("state/", post(moves.state), name="customer_state"),
    path("state/<int:pk>/", post(moves.decide), name="customer_state_decide"),
    path("team/", post(team.add), name="customer_team"),
    path("team/<int:pk>/end/", post(team.end), name="customer_team_end"),
    path("why/<str:measure>/", why.why, name="customer_why"),
]
