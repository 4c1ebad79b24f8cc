"""The live process: one process, one loop, no supervisor of granian's (it would weigh as much again)."""

import asyncio
import resource
import signal
import sys
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from guanxi.site.live import application
from guanxi.site.live.hub import CLIENTS_MAX


async def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, in this one process; open streams end with a hint to come back."""
    server: Any = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=1024,
        backpressure=CLIENTS_MAX + 100,
        log_level=LogLevels.error,
    )

    def end() -> None:
        application.hub.close()
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end)
    await server.serve()


def main() -> None:
    """`python -m guanxi.site.live HOST PORT`."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))


if __name__ == "__main__":
    main()
