"""The database backend of `settings.DATABASES` on PostgreSQL."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """With CONN_HEALTH_CHECKS Django asks `SELECT 1` at the head of every request: a fifth of an intake's time.

    A server that went away has closed the socket or written its farewell to it, so an idle socket with nothing to read
    is a live connection. Only when there is something to read, Django's question is asked.
    """

    def is_usable(self) -> bool:
        """Whether the connection of this thread can be used."""
        if self.connection is None or self.connection.closed:
            return False
        return not _readable(self.connection.fileno()) or bool(super().is_usable())


def _readable(socket: int) -> bool:
    poll = select.poll()
    poll.register(socket, select.POLLIN | select.POLLHUP | select.POLLERR)
    return bool(poll.poll(0))
