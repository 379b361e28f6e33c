"""Addresses below /settings/."""

from django.urls import path
from django.views.generic import RedirectView

from kemai.doors.web.pages import me
from kemai.doors.web.pages.settings import (
    calendar,
    company,
    fields,
    measures,
    people,
    schemes,
    scorecards,
    units,
    valuation,
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="me"), name="settings"),
    path("me/", me.show, name="me"),
    path("people/", people.index, name="settings_people"),
    path("people/new/", people.add, name="settings_person_new"),
    path("people/<int:pk>/", people.person, name="settings_person"),
    path("people/<int:pk>/roles/", people.give_role, name="settings_person_role"),
    path("people/<int:pk>/roles/<int:assignment>/end/", people.take_role, name="settings_person_role_end"),
    path("people/<int:pk>/active/", people.switch, name="settings_person_active"),
    path("people/<int:pk>/password/", people.password, name="settings_person_password"),
    path("units/", units.index, name="settings_units"),
    path("units/<int:pk>/", units.unit, name="settings_unit"),
    path("units/<int:pk>/move/", units.move, name="settings_unit_move"),
    path("units/<int:pk>/remove/", units.remove, name="settings_unit_remove"),
    path("schemes/", schemes.index, name="settings_schemes"),
    path("schemes/<slug:key>/", schemes.scheme, name="settings_scheme"),
    path("valuation/", valuation.index, name="settings_valuation"),
    path("measures/", measures.index, name="settings_measures"),
    path("measures/check/", measures.check, name="settings_measure_check"),
    path("measures/<slug:key>/", measures.one, name="settings_measure"),
    path("measures/<slug:key>/active/", measures.turn, name="settings_measure_turn"),
    path("scorecards/", scorecards.index, name="settings_scorecards"),
    path("scorecards/new/", scorecards.new, name="settings_scorecard_new"),
    path("scorecards/<slug:key>/", scorecards.one, name="settings_scorecard"),
    path("scorecards/<slug:key>/active/", scorecards.turn, name="settings_scorecard_turn"),
    path("fields/", fields.index, name="settings_fields"),
    path("fields/together/", fields.together, name="settings_together"),
    path("fields/versions/", fields.versions, name="settings_field_versions"),
    path("fields/<int:pk>/", fields.field, name="settings_field"),
    path("fields/<int:pk>/active/", fields.turn, name="settings_field_active"),
    path("calendar/", calendar.index, name="settings_calendar"),
    path("company/", company.index, name="settings_company"),
    path("company/next-codes/", company.preview, name="settings_next_codes"),
]
