"""django-helpdesk's ticket creation beside ours: its REST API, its own environment, two granian workers.

Installed by pip into a temporary folder of its own and told the cheapest of its ways in: token authentication, no mail
sent, no attachments. It looks up no customer.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from bench.parts import load
from tests.harness.processes import free_port, wait_for_port

PACKAGES = ("django-helpdesk==2.6.1", "Django>=5.2,<5.3", "psycopg[binary]>=3.2", "granian>=2.8,<2.9")
TOKEN = "b" * 40
SETTINGS = """
import os, json
SECRET_KEY = "bench"
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None, **json.loads(os.environ["DB"])}}
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
    "django.contrib.messages", "django.contrib.admin", "django.contrib.humanize", "django.contrib.staticfiles",
    "rest_framework", "rest_framework.authtoken", "helpdesk",
]
SITE_ID = 1
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "desk"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                           "django.contrib.messages.context_processors.messages"]}}]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
HELPDESK_ACTIVATE_API_ENDPOINT = True
HELPDESK_TEAMS_MODE_ENABLED = False
STATIC_URL = "/static/"
USE_TZ = True
REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"]}
"""
URLS = """
from django.urls import include, path
urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
WSGI = """
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""
PREPARE = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from helpdesk.models import Queue
user = User.objects.create_superuser("bench", "bench@example.org", "bench")
Token.objects.create(user=user, key="{TOKEN}")
print(Queue.objects.create(title="Bench", slug="bench").id)
"""


def creates_per_s(url: str, clients: int, seconds: int) -> float:
    """Tickets created per second by `clients` over HTTP in the database at `url`. Needs the package index once."""
    with tempfile.TemporaryDirectory(prefix="gx-helpdesk-") as name:
        folder = Path(name)
        python = _environment(folder)
        (folder / "desk_settings.py").write_text(SETTINGS)
        (folder / "desk.py").write_text(URLS)
        (folder / "desk_wsgi.py").write_text(WSGI)
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "desk_settings",
            "DB": json.dumps(_database(url)),
        }
        environment["PYTHONPATH"] = name
        queue = _run([python, "-c", PREPARE], folder, environment).split()[-1]
        return _measured(python, folder, environment, int(queue), clients, seconds)


def _environment(folder: Path) -> str:
    """A fresh environment, or the one whose interpreter GUANXI_BENCH_HELPDESK_PYTHON names."""
    if given := os.environ.get("GUANXI_BENCH_HELPDESK_PYTHON"):
        return given
    _run([sys.executable, "-m", "venv", str(folder / "venv")], folder, dict(os.environ))
    python = str(folder / "venv" / "bin" / "python")
    _run([python, "-m", "pip", "install", "-q", *PACKAGES], folder, dict(os.environ))
    return python


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[:4]}: {done.stderr[-3000:]}")
    return done.stdout


def _database(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return {
        "NAME": parts.path[1:],
        "USER": parts.username or "",
        "HOST": dict(parse_qsl(parts.query)).get("host", ""),
    }


def _measured(
    python: str, folder: Path, environment: dict[str, str], queue: int, clients: int, seconds: int
) -> float:
    port = free_port()
    words = [python, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(
        [*words, "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "desk_wsgi:application"],
        cwd=folder,
        env=environment,
    )
    try:
        if not wait_for_port(port, server):
            raise RuntimeError("django-helpdesk did not start")
        plan = load.Plan(port, [_ticket(port, queue, n) for n in range(seconds * 400)], clients, seconds)
        result = load.run_apart(plan)
    finally:
        server.terminate()
        server.wait(20)
    if result.failures:
        raise RuntimeError(f"django-helpdesk answered {result.failures}")
    return len(result.latencies_ms) / result.seconds


def _ticket(port: int, queue: int, number: int) -> bytes:
    body = json.dumps(
        {
            "queue": queue,
            "title": f"Parcel {number} is missing",
            "description": "The parcel is marked as delivered, but nothing has arrived. " * 2,
            "submitter_email": f"kh{number}@example.org",
            "priority": 3,
        }
    ).encode()
    head = (
        "POST /api/tickets/ HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Authorization: Token {TOKEN}",
        "Content-Type: application/json", f"Content-Length: {len(body)}", "", "",
    )  # fmt: skip
    return "\r\n".join(head).encode() + body
