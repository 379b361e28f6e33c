"""All addresses. Pages are pinned; each room of the web door lists its own."""

from django.urls import include, path

handler400 = "kemai.doors.web.errors.bad_request"
handler403 = "kemai.doors.web.errors.forbidden"
handler404 = "kemai.doors.web.errors.not_found"
handler500 = "kemai.doors.web.errors.server_error"

urlpatterns = [path("", include("kemai.doors.web.urls"))]
