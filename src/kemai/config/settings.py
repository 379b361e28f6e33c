"""Settings from the environment, safe by default.

Everything a deployment may change is a KEMAI_ variable; a production start with a weak secret, a
wildcard host or fault points is refused with a sentence (see `kemai.config.safety`).
"""

import os
from pathlib import Path
from typing import Any

from kemai.config import environment, safety
from kemai.config.databases import database_settings

ENV = os.environ
DATA_DIR = Path(ENV.get("KEMAI_DATA_DIR", "var")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

MODE = ENV.get("KEMAI_MODE", "production")  # production, demo or test
DEBUG = False
SECRET_KEY = environment.own_key(DATA_DIR, "secret_key")  # sessions and forms: may be changed at any time
SEAL_KEY = environment.own_key(DATA_DIR, "seal_key")  # sealed fields: without it they can't be read again
ALLOWED_HOSTS = environment.words("KEMAI_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
BASE_URL = ENV.get("KEMAI_BASE_URL", "")
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []
ENGINE_URL = ENV.get("KEMAI_ENGINE_URL", "duckdb://")
CURRENCY = ENV.get("KEMAI_CURRENCY", "CNY")
FAULTS = environment.words("KEMAI_FAULTS", "")
BUSINESS_TODAY = ENV.get("KEMAI_TODAY", "")
safety.refuse_unsafe_start(
    mode=MODE,
    keys={"SECRET_KEY": SECRET_KEY, "SEAL_KEY": SEAL_KEY},
    hosts=ALLOWED_HOSTS,
    faults=FAULTS,
    today=BUSINESS_TODAY,
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "axes",
    "django_htmx",
    "django_tasks",
    "kemai.foundation.access.apps.AccessConfig",
    "kemai.foundation.trail.apps.TrailConfig",
    "kemai.foundation.batches.apps.BatchesConfig",
    "kemai.foundation.numbering.apps.NumberingConfig",
    "kemai.foundation.search.apps.SearchConfig",
    "kemai.foundation.notifications.apps.NotificationsConfig",
    "kemai.foundation.workdays.apps.WorkdaysConfig",
    "kemai.foundation.jobs.apps.JobsConfig",
    "kemai.foundation.outbox.apps.OutboxConfig",
    "kemai.foundation.preferences.apps.PreferencesConfig",
    "kemai.foundation.files.apps.FilesConfig",
    "kemai.business.archives.apps.ArchivesConfig",
    "kemai.business.agenda.apps.AgendaConfig",
    "kemai.business.prospects.apps.ProspectsConfig",
    "kemai.business.trade.apps.TradeConfig",
    "kemai.business.valuation.apps.ValuationConfig",
    "kemai.oversight.exchange.apps.ExchangeConfig",
    "kemai.oversight.dedupe.apps.DedupeConfig",
    "kemai.doors.web.apps.WebConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "kemai.doors.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kemai.doors.web.middleware.ActorOnRequest",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kemai.config.urls"
WSGI_APPLICATION = "kemai.config.wsgi.application"
APPEND_SLASH = True

PACKAGE = Path(__file__).resolve().parent.parent
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "kemai.config.jinja.Pages",
        "NAME": "jinja2",
        "DIRS": [PACKAGE / "doors/web/jinja2"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "kemai.config.jinja.options"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "DIRS": [PACKAGE / "doors/web/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASES: dict[str, Any] = {"default": database_settings(ENV.get("KEMAI_DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

AUTH_USER_MODEL = "access.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = environment.password_hashers(MODE)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/today/"
LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "kemai.doors.web.sign_in.ClosedSignUp"
ACCOUNT_LOGIN_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "10/15m/key,100/h/ip"}
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
SILENCED_SYSTEM_CHECKS = ["axes.W006"]  # the account is locked whatever the address: addresses rotate
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "kemai.doors.web.sign_in.locked_out"
CSRF_FAILURE_VIEW = "kemai.doors.web.errors.csrf_failure"

SESSION_ENGINE = "kemai.foundation.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_BEHIND_TLS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = SECURE_BEHIND_TLS
SECURE_HSTS_SECONDS = 31536000 if SECURE_BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_BEHIND_TLS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_LIMIT_BYTES = 512 * 1024 * 1024
FILE_LIMIT_BYTES = int(ENV.get("KEMAI_FILE_LIMIT_MIB", "50")) * 1024 * 1024  # one file of a customer

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
TIME_ZONE = ENV.get("KEMAI_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
FORMAT_MODULE_PATH: list[str] = []

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "doors/web/assets"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 300  # names carry no hash, so an upgrade must not mix old and new scripts for long

LOGGING = environment.logging_settings(DATA_DIR, MODE)

# Names of the classes and lease times that operators may want to change.
JOB_LEASE_SECONDS = int(ENV.get("KEMAI_JOB_LEASE_SECONDS", "30"))
JOB_POLL_SECONDS = float(ENV.get("KEMAI_JOB_POLL_SECONDS", "0.5"))
TASKS = {"default": {"BACKEND": "kemai.foundation.jobs.backend.LeaseBackend"}}
