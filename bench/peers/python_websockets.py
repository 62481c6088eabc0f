"""Python websockets under test, both ends; Debian's python3-websockets."""

import asyncio
import ssl
import sys

import websockets

PLAIN = {"compression": None, "max_size": None, "max_queue": 64, "ping_interval": None}


def pattern(size):
    return bytes(97 + i * 7 % 26 for i in range(size))


async def serve(mode, identity=None):
    sockets = set()

    async def handle(socket, *_):
        sockets.add(socket)
        try:
            async for message in socket:
                if mode == "broadcast":
                    websockets.broadcast(sockets, message)
                else:
                    await socket.send(message)
        finally:
            sockets.discard(socket)

    settings = dict(PLAIN, compression="deflate" if mode == "deflate" else None)
    if identity:
        settings["ssl"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        settings["ssl"].load_cert_chain(identity)
    async with websockets.serve(handle, "127.0.0.1", 0, backlog=4096, **settings) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


async def receive(socket):
    count = 0
    async for message in socket:
        if len(message) == 1:
            await socket.send(str(count))
        else:
            count += 1


async def send(socket, size, kind):
    payload = pattern(size).decode() if kind == "text" else pattern(size)
    while True:
        await socket.send(payload)


async def echo(socket):
    async for message in socket:
        await socket.send(message)


async def run(role, first, *others):
    if role == "serve":
        return await serve(first, *others)
    async with websockets.connect(f"ws://127.0.0.1:{first}/", **PLAIN) as socket:
        if role == "receive":
            await receive(socket)
        elif role == "send":
            await send(socket, int(others[0]), others[1])
        else:
            await echo(socket)


try:
    asyncio.run(run(*sys.argv[1:]))
except websockets.ConnectionClosed:
    pass
