"""All settings, in one file, driven by environment variables (see docs/operations.md). Nothing here needs hand-editing.

GUANXI_HOME holds what is not code: database, secret, anchor, files. GUANXI_DATABASE_URL is `sqlite:///PATH` or
`postgresql://USER:PASSWORD@HOST:PORT/NAME` (a socket directory as `?host=/path`).
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parents[1]
GUANXI_HOME = Path(os.environ.get("GUANXI_HOME", "var")).resolve()


def _secret() -> str:
    """From the environment, else made once and kept beside the database, readable by its owner only."""
    given = os.environ.get("GUANXI_SECRET_KEY")
    if given:
        return given
    path = GUANXI_HOME / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text().strip()


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) or str(GUANXI_HOME / "guanxi.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
                "PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"GUANXI_DATABASE_URL: unknown scheme {parts.scheme!r}")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "guanxi.core.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Prepared statements are off by default in Django and their absence costs a third (architecture.md).
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 1, "connect_timeout": 5, **query},
    }


SECRET_KEY = _secret()
DEBUG = _flag("GUANXI_DEBUG")
BASE_URL = os.environ.get("GUANXI_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
LIVE_URL = os.environ.get("GUANXI_LIVE_URL", "http://127.0.0.1:8001/live")
_hosts = os.environ.get("GUANXI_ALLOWED_HOSTS", "")
ALLOWED_HOSTS = [
    *filter(None, _hosts.split(",")),
    urlsplit(BASE_URL).hostname or "",
    "127.0.0.1",
    "localhost",
]
SECURE = BASE_URL.startswith("https://")
BEHIND_PROXY = _flag("GUANXI_BEHIND_PROXY")
# Requests a minute of one API token at one web process; 0 is no limit.
API_PER_MINUTE = int(os.environ.get("GUANXI_API_PER_MINUTE", "6000"))
# host:port of one's own network that webhooks may reach, also by http; everything else must be public and https.
WEBHOOK_ALLOW = frozenset(
    filter(None, os.environ.get("GUANXI_WEBHOOK_ALLOW", "").replace(" ", "").split(","))
)
DEMO = _flag("GUANXI_DEMO")
# How money leaves the house: "manual" (colleagues pay at the bank and say so) or "book" (a demo: it has always arrived).
PAYOUTS = os.environ.get("GUANXI_PAYOUTS", "book" if DEMO else "manual")
TILL = os.environ.get("GUANXI_TILL", "book" if DEMO else "")
HOUSE_NAME = {
    "zh-hans": os.environ.get("GUANXI_NAME_ZH", "Guanxi 关系"),
    "en": os.environ.get("GUANXI_NAME_EN", "Guanxi"),
}
PACK = os.environ.get("GUANXI_PACK", "club")

DATABASES = {"default": _database(os.environ.get("GUANXI_DATABASE_URL", "sqlite:///"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_prometheus",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "guanxi.core",
    "guanxi.people",
    "guanxi.work",
    "guanxi.channels",
    "guanxi.trade",
    "guanxi.cases",
    "guanxi.trust",
    "guanxi.relations",
    "guanxi.insight",
    "guanxi.site",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "guanxi.site.middleware.Errors",
    "guanxi.site.api_frame.Fork",  # the API goes from here to Join, by API_MIDDLEWARE
    "csp.middleware.CSPMiddleware",
    "guanxi.site.stage.seats.Seats",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "guanxi.site.middleware.Language",
    "guanxi.site.middleware.Readable",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "guanxi.site.middleware.Actors",
    "guanxi.site.run.Runs",
    "axes.middleware.AxesMiddleware",
    "guanxi.site.api_frame.Join",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
# The API has no session, form, cookie or page: of what stands above it needs only these.
API_MIDDLEWARE = [
    "guanxi.site.api_frame.Frame",
    "guanxi.site.middleware.Language",
    "guanxi.site.middleware.Readable",
    "guanxi.site.middleware.Actors",
    "guanxi.site.api_frame.Limits",
]

ROOT_URLCONF = "guanxi.site.urls"
WSGI_APPLICATION = "guanxi.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [
            PACKAGE / room / "templates"
            for room in (
                "site",
                "insight",
                "relations",
                "trust",
                "cases",
                "trade",
                "channels",
                "work",
                "people",
            )
        ],
        "OPTIONS": {
            "environment": "guanxi.site.templating.environment",
            "auto_reload": DEBUG,
            "context_processors": ["guanxi.site.shell.context"],
        },
    },
    {  # allauth's own pages stay Django templates, styled and translated like ours
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "site" / "templates_django"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "guanxi.site.shell.context",
            ]
        },
    },
]

# Staff sign-in: password, then TOTP where set up. Nobody signs themselves up as staff.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "guanxi.core.sessions.Backend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/today/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "guanxi.site.sign_in.StaffAdapter"
# axes counts failures of every way in; these bound whoever tries passwords on a page left open.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reauthenticate": "8/15m/user",
    "change_password": "8/15m/user",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {"authenticate": "guanxi.site.sign_in.CodeForm"}
MFA_TOTP_ISSUER = "Guanxi"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "guanxi.site.sign_in.locked_out"
AXES_VERBOSE = False
# Neither list is needed to count failures, and the access log would keep addresses of everybody who signs in.
AXES_DISABLE_ACCESS_LOG = True

# Not cached_db: a cache of each process would keep a session alive that another process has ended.
SESSION_ENGINE = "guanxi.core.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "gx_session"
CSRF_COOKIE_NAME = "gx_csrf"
CSRF_FAILURE_VIEW = "guanxi.site.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 260  # 200 chosen rows and what goes with them

_live = urlsplit(LIVE_URL)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF, f"{_live.scheme}://{_live.netloc}"],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = os.environ.get("GUANXI_LANG", "zh-hans")
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "gx_lang"
TIME_ZONE = os.environ.get("GUANXI_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "site" / "static"]
STATIC_ROOT = None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# The files ship inside the package: served from there, nothing to collect before the first start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
# Where the erasure register lies, if not under GUANXI_HOME/erasures: another disk than the database's is the better place.
ERASURE_REGISTER = os.environ.get("GUANXI_ERASURE_REGISTER", "")
MEDIA_ROOT = GUANXI_HOME / "files"
FILE_BYTES_MAX = int(os.environ.get("GUANXI_FILE_BYTES_MAX", str(10 * 2**20)))
FILE_UPLOAD_HANDLERS = [
    "guanxi.core.files.upload.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# The virus scanner: a command that gets the path at its end, or clamd (`/path/to/socket` or `HOST:PORT`).
SCAN_COMMAND = os.environ.get("GUANXI_SCAN_COMMAND", "")
CLAMD = os.environ.get("GUANXI_CLAMD", "")

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TASKS = {
    "default": {
        "BACKEND": "guanxi.core.jobs.LeaseBackend",
        "QUEUES": ["default", "mail", "import", "webhook"],
    }
}

# Outgoing mail: smtp://USER:PASSWORD@HOST:PORT?tls=1. Without it nothing leaves the house; the demo shows it on a page.
_smtp = urlsplit(os.environ.get("GUANXI_SMTP_URL", ""))
_smtp_options = dict(parse_qsl(_smtp.query))
MAIL_LEAVES = bool(_smtp.hostname)
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if MAIL_LEAVES
    else "django.core.mail.backends.dummy.EmailBackend"
)
EMAIL_HOST = _smtp.hostname or ""
EMAIL_PORT = _smtp.port or 25
EMAIL_HOST_USER = unquote(_smtp.username or "")
EMAIL_HOST_PASSWORD = unquote(_smtp.password or "")
EMAIL_USE_TLS = _smtp_options.get("tls") == "1"
EMAIL_USE_SSL = _smtp_options.get("ssl") == "1"
EMAIL_TIMEOUT = 10  # seconds: no peer may hold a worker longer (promise 14)
# Seconds an answer waits before it is mailed, so that whoever wrote it can take it back; a setting changes it while all runs.
UNDO_SEND_S = int(os.environ.get("GUANXI_UNDO_SEND_S", "10"))
DEFAULT_FROM_EMAIL = os.environ.get("GUANXI_MAIL_FROM", "Guanxi <service@guanxi.example>")

PROMETHEUS_METRIC_NAMESPACE = "guanxi"
PROMETHEUS_EXPORT_MIGRATIONS = False

SILENCED_SYSTEM_CHECKS = [
    "axes.W002",  # AxesMiddleware stands after Actors: it only formats lock-out answers
]

LOGGING_CONFIG = None


def configure_logs() -> None:
    """Structured logs to standard error, one JSON object a line, without personal data (`site.logs`)."""
    from guanxi.site.logs import configure

    configure(level=os.environ.get("GUANXI_LOG_LEVEL", "INFO"), plain=_flag("GUANXI_PLAIN_LOGS"))


configure_logs()
log = structlog.get_logger("guanxi")
