"""Addresses of the pages."""

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from kemai.doors.web.pages import health, kit, me, today

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="today"), name="home"),
    path("healthz", health.show, name="healthz"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
    path("account/", include("allauth.account.urls")),
    path("today/", today.show, name="today"),
    path("customers/", today.show, name="customers"),
    path("ranking/", today.show, name="ranking"),
    path("imports/", today.show, name="imports"),
    path("valuation/", today.show, name="valuation"),
    path("settings/", today.show, name="settings"),
    path("settings/me/", me.show, name="me"),
]
if settings.MODE == "test":
    urlpatterns.append(path("kit/", kit.show, name="kit"))
