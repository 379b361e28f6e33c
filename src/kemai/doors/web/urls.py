"""Addresses of the pages."""

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from kemai.doors.web.pages import (
    customers,
    health,
    imports,
    kit,
    notifications,
    palette,
    ranking,
    today,
    valuation,
)
from kemai.doors.web.pages.customer import editing
from kemai.doors.web.pages.customers import board, builder, bulk, cell, export, groups, mass, printing, recent
from kemai.doors.web.pages.customers import editing as editing_many
from kemai.doors.web.sign_in import SignIn

urlpatterns = [
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/signup/", account.signup, name="account_signup"),  # closed; the library asks for the name
    path("account/password/", account.password_change, name="account_change_password"),
    path("", RedirectView.as_view(pattern_name="today"), name="home"),
    path("healthz", health.show, name="healthz"),
    path("sign-in/", SignIn.as_view(), name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("today/", today.show, name="today"),
    path("today/log/", today.save, name="today_log"),
    path("today/log/read/", today.read, name="today_log_read"),
    path("today/moves/", today.moved, name="today_moves"),
    path("today/tasks/new/", today.add, name="task_new"),
    path("today/tasks/<int:pk>/", today.task, name="task"),
    path("today/tasks/<int:pk>/done/", today.done, name="task_done"),
    path("today/tasks/<int:pk>/reopen/", today.reopen, name="task_reopen"),
    path("today/tasks/<int:pk>/move/", today.move, name="task_move"),
    path("today/tasks/<int:pk>/take-back/", today.take_back, name="task_take_back"),
    path("today/tasks/<int:pk>/hand-over/", today.hand_over, name="task_hand_over"),
    path("notifications/", notifications.index, name="notifications"),
    path("notifications/read/", notifications.read, name="notifications_read"),
    path("notifications/bell/", notifications.bell, name="notifications_bell"),
    path("notifications/<int:pk>/", notifications.open_one, name="notification"),
    path("palette/", palette.show, name="palette"),
    path("customers/", customers.show, name="customers"),
    path("customers/filter/", builder.show, name="customers_filter"),
    path("customers/views/", require_POST(customers.keep_view), name="customers_views"),
    path("customers/views/counts/", customers.counts, name="customers_view_counts"),
    path("customers/look/", require_POST(customers.density), name="customers_look"),
    path("customers/select/", require_POST(bulk.show), name="customers_select"),
    path("customers/all/", require_POST(mass.change_all), name="customers_all"),
    path("customers/changes/<int:pk>/", mass.show, name="customers_change"),
    path("customers/changes/<int:pk>/cancel/", require_POST(mass.cancel), name="customers_change_cancel"),
    path("customers/changes/<int:pk>/undo/", require_POST(mass.undo), name="customers_change_undo"),
    path("customers/board/move/", require_POST(board.move), name="customers_board_move"),
    path("customers/recent/", require_POST(recent.remember), name="customers_recent"),
    path("customers/print/", printing.register, name="customers_print"),
    path("customers/routes/", printing.addresses, name="customers_routes"),
    path("customers/groups/", groups.show, name="customers_groups"),
    path("customers/edits/<int:pk>/undo/", require_POST(editing_many.undo), name="customers_edit_undo"),
    path("customers/export/", export.show, name="customers_export"),
    path("customers/views/<int:pk>/", require_POST(customers.change_view), name="customers_view"),
    path("customers/columns/", require_POST(customers.columns), name="customers_columns"),
    path("customers/new/", editing.create, name="customer_new"),
    path("customers/new/similar/", editing.similar, name="customer_similar"),
    path("customers/<str:code>/cell/<str:key>/", cell.show, name="customer_cell"),
    path("customers/<str:code>/", include("kemai.doors.web.pages.customer.addresses")),
    path("ranking/", ranking.show, name="ranking"),
    path("ranking/try/", ranking.attempt, name="ranking_try"),
    path("ranking/save/", ranking.save, name="ranking_save"),
    path("ranking/export/", ranking.export, name="ranking_export"),
    path("ranking/composition/", ranking.composition, name="ranking_composition"),
    path("ranking/composition/export/", ranking.export_composition, name="ranking_composition_export"),
    path("imports/", imports.index, name="imports"),
    path("imports/template/<str:kind>/", imports.template, name="import_template"),
    path("imports/<int:pk>/", imports.show, name="import"),
    path("imports/<int:pk>/columns/", imports.settle, name="import_map"),
    path("imports/<int:pk>/columns/try/", imports.attempt, name="import_map_try"),
    path("imports/<int:pk>/kind/", imports.kind, name="import_kind"),
    path("imports/<int:pk>/back/", imports.back, name="import_back"),
    path("imports/<int:pk>/mend/", imports.mend, name="import_mend"),
    path("imports/<int:pk>/repair/", imports.repair, name="import_repair"),
    path("imports/<int:pk>/totals/", imports.totals, name="import_totals"),
    path("imports/<int:pk>/effects/", imports.effects, name="import_effects"),
    path("imports/<int:pk>/land/", imports.land, name="import_land"),
    path("imports/<int:pk>/retry/", imports.retry, name="import_retry"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<int:pk>/undo/", imports.undo, name="import_undo"),
    path("imports/<int:pk>/undo/conflicts/", imports.conflicts, name="import_conflicts"),
    path("imports/<int:pk>/valued/", imports.valued, name="import_valued"),
    path("imports/<int:pk>/errors/", imports.errors, name="import_errors"),
    path("valuation/", valuation.show, name="valuation"),
    path("valuation/progress/", valuation.progress, name="valuation_progress"),
    path("valuation/<int:pk>/", valuation.one, name="valuation_run"),
    path("valuation/jobs/<int:pk>/cancel/", valuation.cancel, name="valuation_cancel"),
    path("valuation/compare/", valuation.compare, name="valuation_compare"),
    path("settings/", include("kemai.doors.web.pages.settings.addresses")),
]
if settings.MODE == "test":
    urlpatterns.append(path("kit/", kit.show, name="kit"))
