"""Python's websockets as a client of our server: python_client.py PORT. Prints "ok" or dies."""

import asyncio
import sys

import websockets

PORT = int(sys.argv[1])


def url(path):
    return f"ws://127.0.0.1:{PORT}{path}"


async def echoes_every_length_class():
    async with websockets.connect(url("/echo"), max_size=None, compression=None) as socket:
        for size in (0, 1, 125, 126, 65535, 65536, 1 << 20):
            for message in ("t" * size, bytes(i % 251 for i in range(size))):
                await socket.send(message)
                assert await socket.recv() == message, size


async def compresses_every_length_class():
    noise = bytes((i * i // 7) % 256 for i in range(5000))
    for path in ("/deflate", "/deflate/alone", "/deflate/small"):
        # By default it offers windows of 12 bits both ways.
        async with websockets.connect(url(path), max_size=None, compression="deflate") as socket:
            assert [extension.name for extension in socket.extensions] == ["permessage-deflate"], path
            for size in (0, 1, 127, 128, 1000, 65536, 1 << 20):
                for message in ("text " * (size // 5), bytes(i % 251 for i in range(size)), noise[:size]):
                    await socket.send(message)
                    assert await socket.recv() == message, (path, size)


async def offers_compression_in_vain():
    async with websockets.connect(url("/echo"), compression="deflate") as socket:
        await socket.send("plain")
        assert await socket.recv() == "plain"


async def sends_fragments():
    async with websockets.connect(url("/echo"), compression=None) as socket:
        await socket.send(["one ", "two ", "three"])
        assert await socket.recv() == "one two three"


async def measures_latency_by_ping():
    async with websockets.connect(url("/echo"), compression=None) as socket:
        await (await socket.ping(b"abc"))


async def sees_the_servers_close():
    async with websockets.connect(url("/close/4001/over"), compression=None) as socket:
        await socket.wait_closed()
        assert (socket.close_code, socket.close_reason) == (4001, "over")


async def selects_a_sub_protocol():
    async with websockets.connect(url("/echo"), subprotocols=["chat.v1", "chat.v2"], compression=None) as socket:
        assert socket.subprotocol == "chat.v2"


async def is_refused():
    try:
        async with websockets.connect(url("/refused")):
            raise AssertionError("it was let in")
    except websockets.exceptions.InvalidStatusCode as error:
        assert error.status_code == 403, error


async def main():
    for case in (echoes_every_length_class, compresses_every_length_class, offers_compression_in_vain, sends_fragments, measures_latency_by_ping,
                 sees_the_servers_close, selects_a_sub_protocol, is_refused):
        await asyncio.wait_for(case(), 30)
        print("ok", case.__name__)


asyncio.run(main())
