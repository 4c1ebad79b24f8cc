"""Looking into a stack's database from a process of its own, with Guanxi's models."""

import subprocess
import sys

from tests.harness.processes import ROOT, Stack

BEGIN = "import django, os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'guanxi.site.settings'\ndjango.setup()\n"


def python(stack: Stack, code: str) -> str:
    """What `code` prints, run with the stack's environment. Raises `RuntimeError` with its error output."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code],
        cwd=ROOT, env=stack.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    return done.stdout
