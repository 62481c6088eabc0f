#!/usr/bin/env python3
"""An echo server or client that follows RFC 6455 and RFC 7692, but for one fault of its own choice.

usage: mutant_peer.py server [FAULT]        prints "listening on URL", serves until it is killed
       mutant_peer.py client URL [FAULT]    runs the cases of `parley check --serve` at URL
       mutant_peer.py list                  the faults of servers and of clients

It is here to check the suite: each fault must be found, and without one nothing may fail. It has
nothing in common with the library or with the suite but the standard.
"""

import asyncio
import base64
import codecs
import hashlib
import os
import sys
import urllib.parse

from permessage_deflate import Deflate, answer_to, offer, terms_of_answer

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MOST = 128 << 20  # bytes of a message

# What is wrong, for the faults of both ends.
FAULTS = {
    "masking": "accepts frames that are masked the wrong way",
    "reserved-bits": "ignores the reserved bits",
    "reserved-opcodes": "skips frames of a reserved opcode",
    "no-utf8": "does not look at UTF-8",
    "utf8-per-fragment": "takes each fragment for a text of its own",
    "utf8-surrogates": "accepts surrogates",
    "long-control": "accepts control frames of more than 125 bytes and in fragments",
    "wrong-close-code": "fails the connection with 1000",
    "no-close-echo": "ends TCP without a Close frame in answer",
    "long-lengths": "accepts lengths that are not in their shortest form",
    "top-bit": "ignores the top bit of a length",
    "no-pong": "drops Pings",
    "late-pong": "answers Pings when the message is complete",
    "pong-payload": "answers Pings with an empty Pong",
    "lost-continuation": "skips a continuation of nothing",
    "nested-message": "forgets a message when another one starts inside it",
    "close-codes": "accepts every Close code",
    "close-byte": "accepts a Close frame with one byte",
    "close-reason": "does not look at the UTF-8 of a Close reason",
    "talks-on": "answers what comes after the Close frame",
    "length-65536": "takes 65536 bytes and more for 65535",
    "empty-fragment": "ends a message at an empty fragment",
}
SERVER_FAULTS = {
    "version": "accepts every Sec-WebSocket-Version",
    "key": "does not look at Sec-WebSocket-Key",
    "connection": "does not look at the Connection field",
    "accept": "answers a wrong Sec-WebSocket-Accept",
    "masks": "masks what it sends",
    "deflate-takeover": "compresses with the window of the message before, whatever was agreed",
    "deflate-window": "compresses with the largest window, whatever was agreed",
    "deflate-offer": "accepts offers with parameters that it does not know",
    "deflate-rsv1": "accepts RSV1 on continuation frames",
}
CLIENT_FAULTS = {
    "accept-unchecked": "does not look at Sec-WebSocket-Accept",
    "status-unchecked": "does not look at the status",
    "extension-unchecked": "does not look at the extensions of the answer",
    "protocol-unchecked": "does not look at the sub-protocol of the answer",
    "unmasked": "does not mask what it sends",
    "same-mask": "masks everything with the same key",
    "same-key": "sends the same Sec-WebSocket-Key each time",
    "forgets-glued": "forgets what came in one piece with the 101",
}


class Failed(Exception):
    """The connection is to be failed with this code."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def masked(data, key):
    if not data:
        return data
    repeated = (key * (len(data) // 4 + 1))[:len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(repeated, "big")).to_bytes(len(data), "big")


def may_be_received(code):
    return code in (1000, 1001, 1002, 1003) or 1007 <= code <= 1014 or 3000 <= code <= 4999


class Endpoint:
    """One open connection that sends every message back."""

    def __init__(self, reader, writer, is_client, fault, deflate, on_message=None):
        self.reader, self.writer = reader, writer
        self.is_client, self.fault, self.deflate = is_client, fault, deflate
        self.on_message = on_message or self.echo
        self.opcode = None  # of the message that is not complete
        self.parts = []
        self.is_compressed = False
        self.decoder = None
        self.late_pongs = []
        self.is_closed = False

    async def run(self):
        try:
            while await self.frame():
                pass
        except Failed as failed:
            code = 1000 if self.fault == "wrong-close-code" else failed.code
            self.send(CLOSE, code.to_bytes(2, "big"))
        except (asyncio.IncompleteReadError, OSError):
            pass
        await self.end()

    async def end(self):
        """The server ends TCP, the client waits for that (RFC 6455 section 7.1.1)."""
        try:
            await self.writer.drain()
            if not self.is_client:
                self.writer.write_eof()
            while await asyncio.wait_for(self.reader.read(65536), 1):
                pass
        except (OSError, asyncio.TimeoutError):
            pass
        self.writer.close()

    def send(self, opcode, payload, reserved=0):
        first = bytes([0x80 | reserved << 4 | opcode])
        masks = self.is_client != (self.fault in ("unmasked", "masks"))
        bit = 0x80 if masks else 0
        if len(payload) < 126:
            first += bytes([bit | len(payload)])
        elif len(payload) < 65536:
            first += bytes([bit | 126]) + len(payload).to_bytes(2, "big")
        else:
            first += bytes([bit | 127]) + len(payload).to_bytes(8, "big")
        if masks:
            key = b"same" if self.fault == "same-mask" else os.urandom(4)
            payload = key + masked(payload, key)
        self.writer.write(first + payload)

    async def echo(self, opcode, message):
        if self.deflate:
            self.send(opcode, self.deflate.compress(message), reserved=4)
        else:
            self.send(opcode, message)
        await self.writer.drain()

    async def header(self):
        """Opcode, FIN, RSV1 and payload of the next frame, if its header is as it should be."""
        first, second = await self.reader.readexactly(2)
        opcode, is_final, reserved = first & 15, bool(first & 0x80), first >> 4 & 7
        length, least = second & 0x7F, 0
        if length > 125:
            size, least = (2, 126) if length == 126 else (8, 65536)
            length = int.from_bytes(await self.reader.readexactly(size), "big")
        if length < least and self.fault != "long-lengths":
            raise Failed(1002)
        if length >> 63:
            if self.fault != "top-bit":
                raise Failed(1002)
            length &= (1 << 63) - 1
        is_masked = bool(second & 0x80)
        if is_masked == self.is_client and self.fault != "masking":
            raise Failed(1002)
        self.judge_bits(opcode, reserved)
        if opcode > 7 and (length > 125 or not is_final) and self.fault != "long-control":
            raise Failed(1002)
        self.judge_order(opcode)
        if length > MOST:
            raise Failed(1009)
        key = await self.reader.readexactly(4) if is_masked else bytes(4)
        if self.fault == "length-65536" and length > 65535:
            length = 65535
        payload = masked(await self.reader.readexactly(length), key)
        return opcode, is_final, bool(reserved & 4), payload

    def judge_bits(self, opcode, reserved):
        if self.fault == "reserved-bits":
            return
        allowed = 4 if self.deflate and opcode in (TEXT, BINARY) else 0
        if self.fault == "deflate-rsv1" and opcode == CONTINUATION:
            allowed = 4
        if reserved & ~allowed:
            raise Failed(1002)

    def judge_order(self, opcode):
        if opcode == CONTINUATION and self.opcode is None and self.fault != "lost-continuation":
            raise Failed(1002)
        if opcode in (TEXT, BINARY) and self.opcode is not None and self.fault != "nested-message":
            raise Failed(1002)
        known = opcode in (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG)
        if not known and self.fault != "reserved-opcodes":
            raise Failed(1002)

    async def frame(self):
        """Reads and answers one frame; False if it was the last one."""
        opcode, is_final, is_compressed, payload = await self.header()
        if opcode == CLOSE:
            return self.close_frame(payload)
        if opcode == PING:
            self.ping_frame(payload)
        elif opcode in (TEXT, BINARY):
            self.opcode, self.parts = opcode, []
            self.is_compressed = is_compressed and self.deflate is not None
            self.decoder = codecs.getincrementaldecoder("utf-8")(
                "surrogatepass" if self.fault == "utf8-surrogates" else "strict")
            await self.data_frame(payload, is_final)
        elif opcode == CONTINUATION and self.opcode is not None:
            await self.data_frame(payload, is_final)
        return True

    def ping_frame(self, payload):
        if self.fault == "no-pong":
            return
        if self.fault == "late-pong" and self.opcode is not None:
            self.late_pongs.append(payload)
            return
        self.send(PONG, b"" if self.fault == "pong-payload" else payload)

    def close_frame(self, body):
        if self.is_closed:
            return False
        if self.fault == "no-close-echo":
            return False
        if len(body) == 1 and self.fault != "close-byte":
            raise Failed(1002)
        code = int.from_bytes(body[:2], "big")
        if len(body) > 1 and not may_be_received(code) and self.fault != "close-codes":
            raise Failed(1002)
        if self.fault != "close-reason":
            self.check_text(body[2:], True, codecs.getincrementaldecoder("utf-8")())
        self.send(CLOSE, body[:2] if len(body) > 1 and may_be_received(code) else b"")
        self.is_closed = True
        return self.fault == "talks-on"

    def check_text(self, data, is_last, decoder):
        if self.fault == "no-utf8":
            return
        if self.fault == "utf8-per-fragment":
            decoder, is_last = codecs.getincrementaldecoder("utf-8")(), True
        try:
            decoder.decode(data, is_last)
        except UnicodeDecodeError as error:
            raise Failed(1007) from error

    async def data_frame(self, payload, is_final):
        if self.opcode == TEXT and not self.is_compressed:
            self.check_text(payload, is_final, self.decoder)
        self.parts.append(payload)
        if self.fault == "empty-fragment" and not payload:
            is_final = True
        if not is_final:
            return
        opcode, message = self.opcode, b"".join(self.parts)
        self.opcode, self.parts = None, []
        if self.is_compressed:
            message = self.deflate.decompress(message, MOST)
            if message is None:
                raise Failed(1007)
            if opcode == TEXT:
                self.check_text(message, True, self.decoder)
        await self.on_message(opcode, message)
        for ping in self.late_pongs:
            self.send(PONG, ping)
        self.late_pongs.clear()


# ---- The opening handshake ----------------------------------------------------------------------


def accept_for(key):
    return base64.b64encode(hashlib.sha1(key.encode() + GUID).digest()).decode()


async def read_head(reader):
    """The first line and the fields, names in lower case; several of a name are a list."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head[:-4].split("\r\n")
    fields = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or " " in name or "\0" in value:
            raise ValueError(line)
        fields.setdefault(name.lower(), []).append(value.strip(" \t"))
    return first, fields


def has_token(fields, name, token):
    return any(token == part.strip().lower() for value in fields.get(name, [])
               for part in value.split(","))


def status_for(first, fields, fault):
    """Nothing, or the status that refuses the request."""
    words = first.split(" ")
    if len(words) != 3 or words[0] != "GET" or words[2] != "HTTP/1.1":
        return "400 Bad Request"
    if len(fields.get("host", [])) != 1 or not has_token(fields, "upgrade", "websocket"):
        return "400 Bad Request"
    if not has_token(fields, "connection", "upgrade") and fault != "connection":
        return "400 Bad Request"
    if fields.get("sec-websocket-version") != ["13"] and fault != "version":
        return "426 Upgrade Required"
    if "content-length" in fields or "transfer-encoding" in fields:
        return "413 Content Too Large"
    keys = fields.get("sec-websocket-key", [])
    try:
        is_good = len(keys) == 1 and len(base64.b64decode(keys[0], validate=True)) == 16
    except ValueError:
        is_good = False
    return None if is_good or (fault == "key" and keys) else "400 Bad Request"


async def serve_one(reader, writer, fault):
    try:
        first, fields = await read_head(reader)
        status = status_for(first, fields, fault)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
        writer.close()
        return
    except ValueError:
        status = "400 Bad Request"
    if status:
        writer.write(f"HTTP/1.1 {status}\r\nSec-WebSocket-Version: 13\r\nConnection: close\r\n"
                     "Content-Length: 0\r\n\r\n".encode())
        writer.close()
        return
    terms = answer_to(fields.get("sec-websocket-extensions", []), fault == "deflate-offer")
    accept = accept_for("wrong" if fault == "accept" else fields["sec-websocket-key"][0])
    extension = f"Sec-WebSocket-Extensions: {terms.text()}\r\n" if terms else ""
    writer.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  f"Sec-WebSocket-Accept: {accept}\r\n{extension}\r\n").encode())
    deflate = Deflate(terms, is_client=False, fault=fault) if terms else None
    await Endpoint(reader, writer, False, fault, deflate).run()


async def serve(fault):
    server = await asyncio.start_server(lambda reader, writer: serve_one(reader, writer, fault),
                                        "127.0.0.1", 0)
    print(f"listening on ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/", flush=True)
    await server.serve_forever()


def is_open(first, fields, key, fault):
    """Does the answer open the connection (RFC 6455 section 4.1, the list at its end)?"""
    status = first.split(" ")[1:2]
    if status != ["101"] and fault != "status-unchecked":
        return False
    if [value.lower() for value in fields.get("upgrade", [])] != ["websocket"]:
        return False
    if not has_token(fields, "connection", "upgrade") or has_token(fields, "connection", "close"):
        return fault == "status-unchecked"
    if fields.get("sec-websocket-accept") != [accept_for(key)] and fault != "accept-unchecked":
        return False
    return "sec-websocket-protocol" not in fields or fault == "protocol-unchecked"


async def visit(url, path, fault, on_message=None):
    parts = urllib.parse.urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    key = base64.b64encode(bytes(16) if fault == "same-key" else os.urandom(16)).decode()
    writer.write((f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
                  f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                  f"Sec-WebSocket-Extensions: {offer()}\r\n\r\n").encode())
    try:
        first, fields = await read_head(reader)
        terms = terms_of_answer(fields.get("sec-websocket-extensions", []))
        if terms is False and fault == "extension-unchecked":
            terms = None
        opened = terms is not False and is_open(first, fields, key, fault)
    except (ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
        opened = False
    if not opened:
        writer.close()
        return
    if fault == "forgets-glued":
        # asyncio has no public way to look at what has been read already.
        reader._buffer.clear()
    deflate = Deflate(terms, is_client=True, fault=fault) if terms else None
    await Endpoint(reader, writer, True, fault, deflate, on_message).run()


async def run_cases(url, fault):
    count = 0

    async def keep(_, message):
        nonlocal count
        count = int(message)

    await visit(url, "/getCaseCount", None, keep)
    for number in range(1, count + 1):
        await visit(url, f"/runCase?case={number}&agent=mutant", fault)
    await visit(url, "/updateReports?agent=mutant", None)


def main():
    role, *rest = sys.argv[1:]
    if role == "list":
        for name, what in {**FAULTS, **SERVER_FAULTS, **CLIENT_FAULTS}.items():
            print(f"{name:20} {what}")
        return
    url = rest.pop(0) if role == "client" else None
    fault = rest[0] if rest else None
    known = {**FAULTS, **(CLIENT_FAULTS if url else SERVER_FAULTS)}
    if fault is not None and fault not in known:
        sys.exit(f"mutant_peer.py: no fault {fault}")
    asyncio.run(run_cases(url, fault) if url else serve(fault))


if __name__ == "__main__":
    main()
