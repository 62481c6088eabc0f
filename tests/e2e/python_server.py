"""Python's websockets as the server of our client. Prints its port, serves until it is killed."""

import asyncio

import websockets


async def serve(socket):
    if socket.path == "/close":
        await socket.close(4002, "from Python")
        return
    if socket.path == "/extensions":
        await socket.send(str(socket.response_headers.get("Sec-WebSocket-Extensions")))
        await socket.close()
        return
    if socket.path == "/invalid-text":
        # A text frame whose payload is not UTF-8: FIN, text, two bytes.
        socket.transport.write(b"\x81\x02\xc3\x28")
        await socket.wait_closed()
        return
    try:
        async for message in socket:
            await socket.send(message)
    except websockets.exceptions.ConnectionClosed:  # raised for every code but 1000 and 1001
        pass


async def main():
    async with websockets.serve(serve, "127.0.0.1", 0, max_size=None, subprotocols=["chat.v1"]) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Future()


asyncio.run(main())
