"""Python's websockets as a client of `parley check --serve`.

usage: websockets_client.py URL
"""

import asyncio
import sys

import websockets

AGENT = "websockets"


async def visit(url, on_message):
    """Opens `url`, hands over every message, ends when the connection is closed."""
    try:
        async with websockets.connect(url, max_size=2**27, ping_interval=None) as socket:
            async for message in socket:
                await on_message(socket, message)
    except Exception:  # pylint: disable=broad-except
        pass  # the suite knows how it ended; the library lets errors of zlib through, too


async def main():
    base = sys.argv[1].rstrip("/")
    count = 0

    async def keep(_, message):
        nonlocal count
        count = int(message)

    async def echo(socket, message):
        await socket.send(message)

    await visit(f"{base}/getCaseCount", keep)
    for number in range(1, count + 1):
        await visit(f"{base}/runCase?case={number}&agent={AGENT}", echo)
    await visit(f"{base}/updateReports?agent={AGENT}", echo)


asyncio.run(main())
