"""Python's websockets as an echo server. Prints its address and serves until it is killed."""

import asyncio
import logging

import websockets


async def echo(socket):
    try:
        async for message in socket:
            await socket.send(message)
    except websockets.exceptions.ConnectionClosed:  # raised for every code but 1000 and 1001
        pass


async def main():
    logging.disable(logging.CRITICAL)  # the faults of the other end are what the suite makes
    async with websockets.serve(echo, "127.0.0.1", 0, max_size=2**27, ping_interval=None) as server:
        port = server.sockets[0].getsockname()[1]
        print(f"listening on ws://127.0.0.1:{port}/", flush=True)
        await asyncio.Future()


asyncio.run(main())
