"""The live process: sealed events as server-sent events to every page that may hear them.

One small ASGI application without Django's request machinery: `GET /live?ticket=...` and `/healthz`, nothing else. It
imports settings and signing only and speaks to the database driver itself, since memory counts here.
`guanxi live` runs it; `granian --interface asgi guanxi.site.live:application` does too.

A message is `{seq, type, topics}`, with the topics of the client's ticket only; its id is `seq`. A client that comes
back with `Last-Event-ID` (or `after=SEQ`) gets what it missed; when that is more than is kept, one message
`live.missed` with all its topics.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanxi.site.settings")

from guanxi.site.live.application import application

__all__ = ["application"]
