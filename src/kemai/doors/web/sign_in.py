"""Sign-in by allauth, closed to strangers, with axes' lock in our words."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kemai.doors.web.rendering import refusal_page


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator, never by the visitor."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("登录名或密码不对。"),
        "too_many_login_attempts": gettext_lazy("试得太多了，过一会儿再登录。"),
        "account_inactive": gettext_lazy("这个账号停用了，请找管理员。"),
        "rate_limited": gettext_lazy("太快了，过一会儿再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """What the page says by itself needs no note: who has just signed in sees it."""
        if "account/messages/logged_in.txt" not in (*args, kwargs.get("message_template")):
            super().add_message(request, level, *args, **kwargs)


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page; in demo mode it offers the people of the demo company by one click."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        from kemai.oversight.demo.accounts import PASSWORD, demo_accounts

        context = super().get_context_data(**kwargs)
        shown = settings.MODE == "demo"
        return {
            **context,
            "demo_people": demo_accounts() if shown else [],
            "demo_password": PASSWORD if shown else "",
        }


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Too many wrong passwords."""
    return refusal_page(
        request, _("密码错得太多，这个账号锁了 15 分钟。稍后再试，或请管理员重设密码。"), status=429
    )
