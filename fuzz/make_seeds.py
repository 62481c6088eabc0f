#!/usr/bin/env python3
"""Writes the seeds of all fuzz targets: small inputs that lead to where it is worth starting.

usage: make_seeds.py FOLDER      makes FOLDER/<target>/<number>, anew

What an input means is written at the head of each target; it is read front to back by fuzz::Input.
"""

import shutil
import sys
import zlib
from pathlib import Path

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


# ---- The pieces that inputs are made of ----

def split(*codes):
    """fuzz::Splitter: 0 to 127 is a size, above it is 64 a step; no code is one piece."""
    return bytes([len(codes), *codes])


WHOLE = split()
SINGLE = split(1)
MIXED = split(3, 0, 7, 130)


def block(data):
    """Input::block()."""
    assert len(data) < 256
    return bytes([len(data)]) + data


def request(*fields, line=b"GET /chat HTTP/1.1"):
    return b"\r\n".join([line, b"Host: server.example.com", *fields, b"", b""])


def response(*fields, line=b"HTTP/1.1 101 Switching Protocols"):
    return b"\r\n".join([line, *fields, b"", b""])


UPGRADE = request(b"Upgrade: websocket", b"Connection: keep-alive, Upgrade",
                  b"Sec-WebSocket-Key: " + KEY, b"Sec-WebSocket-Version: 13",
                  b"Sec-WebSocket-Protocol: superchat, chat",
                  b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, x-a",
                  b"Origin: http://example.com")
AGREED = [b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Accept: " + ACCEPT]
TEXTS = ["", "hello", "\u00e4\u00f6\u00fc\u00df", "\u4e2d\u6587 \u0440\u0443\u0441",
         "\U0001f600\U0001f468\u200d\U0001f469",
         "\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff"]
BROKEN = [b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xb8", b"ab\xffcd",
          b"\xf0\x80\x80\x80", b"x" * 70 + b"\xc3\xa9" * 40 + b"\xf8", b"\xef\xbf\xbd" * 30
          + b"\x80"]


# ---- bytes ----

def utf8():
    for number, text in enumerate([text.encode() for text in TEXTS] + BROKEN):
        for division in (WHOLE, SINGLE, MIXED):
            yield bytes([number]) + division + text
    yield bytes([3]) + split(129, 130) + "".join(TEXTS).encode() * 12


def utf16():
    for text in TEXTS:
        yield text.encode("utf-16-be")
    for units in ([0xD800], [0xDC00], [0xD800, 0xD800, 0xDC00], [0x61, 0xDBFF, 0x62], [0xDC00,
                                                                                       0xD800]):
        yield b"".join(unit.to_bytes(2, "big") for unit in units)


def base64():
    yield from (b"", b"QQ==", b"QUI=", b"QUJD", KEY, ACCEPT, b"QR==", b"=QQQ", b"QQ=Q", b"Q Q=",
                b"QQ", b"AP8+/w==")


# ---- frame ----

def frame_header():
    frames = [b"\x81\x05hello", b"\x82\x7e\x01\x00", b"\x82\x7f" + bytes(4) + b"\x00\x01\x00\x00",
              b"\x89\x7d", b"\x88\x7e\x00\x80", b"\x09\x00", b"\x83\x00", b"\xc1\x00",
              b"\xc9\x00", b"\x81\x7e\x00\x05", b"\x81\x7f" + bytes(7) + b"\xff", b"\x81\x7f\x80"
              + bytes(7), b"\x00\x00", b"\x8a\x00"]
    for frame in frames:
        yield b"\x80" + frame
        yield b"\x84" + frame
        yield b"\x00" + frame[:1] + bytes([frame[1] | 0x80]) + frame[2:] + b"\x37\xfa\x21\x3d"


def mask():
    for number, text in enumerate([text.encode() for text in TEXTS] + BROKEN):
        for size in (1, 20):
            yield b"\x37\xfa\x21\x3d" + bytes([number, number * 5]) + MIXED + text * size
    yield b"\x00\x00\x00\x00\x00\x00" + split(131) + b"a" * 700
    yield b"\x01\x02\x03\x04\x03\x21" + split(5) + "\u00e9".encode() * 300


def close_payload():
    for code in (0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 1016, 2999, 3000, 4999,
                 5000, 65535):
        yield code.to_bytes(2, "big") + b"bye"
    yield from (b"", b"\x03", b"\x03\xe8", b"\x03\xe8" + BROKEN[0])
    yield b"\x03\xe8" + b"r" * 123
    yield b"\x03\xe8" + b"r" * 200
    for lead in range(4):
        yield b"\x03\xe8" + b"r" * lead + "\U0001f600".encode() * 31


# ---- http ----

def request_head():
    heads = [UPGRADE, b"\r\n" + request(), request(line=b"GET http://h/x?y HTTP/1.0"),
             request(b"Content-Length: 5") + b"hello", request(b"Transfer-Encoding: chunked"),
             request(b"Transfer-Encoding: gzip"),
             request(b"Content-Length: 1", b"Content-Length: 2"),
             request(b"Content-Length: 1", b"Transfer-Encoding: chunked"), request(b" folded"),
             request(b"Name : x"), request(b"\x01: x"), request(b": x"), request(b"none"),
             request(b"X: a\x00b"), request(b"X: a\rb"), request(b"X:\ta b\t"),
             request(b"Host: again"), b"GET / HTTP/1.1\r\n\r\n",
             b"GET / HTTP/1.1\nHost: h\r\n\r\n", b"GET  / HTTP/1.1\r\n",
             b"GET * HTTP/1.1\r\nHost: h\r\n\r\n", b"GET / HTTP/2.0\r\n",
             b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", b"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
             UPGRADE + b"\x81\x80\x00\x00\x00\x00"]
    for head in heads:
        yield b"\x00" + MIXED + head
    for limits in (b"\x83\xff\xff\xff", b"\x87\x50\xff\xff", b"\x87\xff\x14\xff",
                   b"\x87\xff\xff\x0a"):
        yield limits + SINGLE + UPGRADE


def response_head():
    heads = [response(*AGREED), response(line=b"HTTP/1.1 200"), response(line=b"HTTP/1.1 200 "),
             response(line=b"HTTP/1.0 404 Not Found"), response(line=b"HTTP/1.1 99 x"),
             response(line=b"HTTP/1.1 600 x"), response(line=b"HTTP/1.2 200 x"),
             response(line=b"HTTP/1.1 2000"), b"\r\n" + response(),
             response(b"Content-Length: 3", line=b"HTTP/1.1 403 No") + b"no!",
             response(b"Transfer-Encoding: gzip, chunked", line=b"HTTP/1.1 500 Oh"),
             response(b"Content-Length: 18446744073709551616"),
             response(b"Content-Length: +1"), response(b"Set-Cookie: a=b", b"Set-Cookie: c=d")]
    for head in heads:
        yield b"\x00" + MIXED + head
    yield b"\x82\xff\xff\xff" + SINGLE + response(*AGREED)


def token_list():
    for values in ([b"chat, superchat"], [b"a", b"b,a"], [b" , ,a,\t,b ,"], [b"not a token"],
                   [b""], [b"Upgrade", b"x"]):
        yield block(b"upgrade") + b"".join(block(value) for value in values)


def extension_list():
    lists = [b"permessage-deflate", b"permessage-deflate; client_max_window_bits",
             b"a; b=c; d=\"e\", f", b"a;b=\"\\c\\d\"", b"a; b=\"not a token\"", b"a;", b"a; b=",
             b",, a ,, b;c ,", b"a b", b"a; b=\"c", b"\"a\""]
    for first in lists:
        yield block(first) + b"x-webkit-deflate-frame; no_context_takeover"
    yield block(lists[2]) + lists[3]


def request_target():
    yield from (b"/", b"/a/b?c=d", b"/?", b"/a?b?c", b"http://h", b"WS://h:80?q",
                b"wss://[::1]:443/x?y", b"https://h/", b"ftp://h/", b"*", b"h:80", b"http://u@h/",
                b"http://", b"/a#b", b"/a b", b"http://h:99999/")


def chunked():
    bodies = [b"5\r\nhello\r\n0\r\n\r\n", b"0\r\n", b"a;x=y\r\n0123456789\r\n0\r\n",
              b"5 \r\nhello\r\n0;\r\n", b"5\r\nhelloX", b"5\r\nhello\rX", b"\r\n", b"g\r\n",
              b"5\n", b"000000000000005\r\nhello", b"0" * 16, b"fffffffffffffff\r\nx",
              b"5\r\nhel", b"1\r\na\r\n2\r\nbc\r\n0\r\n", b"5;\r\r"]
    for body in bodies:
        yield b"\x00\xff" + MIXED + body
        yield b"\x00\x03" + SINGLE + body


def challenges():
    digest = (b'Digest realm="a, \"b\"", nonce="n1", qop="auth, auth-int", algorithm=SHA-256, '
              b"opaque=x, charset=UTF-8")
    fields = [b'Basic realm="x"', digest, digest + b", stale=TRUE, userhash=true",
              b"Negotiate abc==", b"Basic, " + digest, b"Digest nonce=1, realm=r",
              b"Digest nonce=1, realm=r, algorithm=MD5-sess, qop=auth", b"Digest realm=r",
              b'a b=c, d="e', b",, a ,b c=d,", b"a b=c, B=d", b"a b=c, d==", b"a =b", b""]
    for field in fields:
        for choice in (0, 3, 4, 7):
            names = block(b"us:er") + block(b"pass") if choice & 1 else b""
            yield bytes([choice]) + names + (b"\x00" + block(field)) * 3
        yield b"\x04\x01" + block(field) + block(digest)
    stale = b"\x00" + block(digest + b", stale=true")
    yield b"\x05" + block("\u00fcser".encode()) + stale * 4


def set_cookie():
    yield from (b"a=b", b"a", b"=b", b"",
                b"a=b; Path=/; Domain=.x.example; Secure; HttpOnly; SameSite=Lax",
                b"a = b ;Max-Age=3600;max-age=-1; samesite=none",
                b"a=b; Expires=Sun, 06 Nov 1994 08:49:37 GMT", b'a="b;c"; path',
                b"a=b; domain=; path=x; SameSite=?", b"__Host-a=b", b"=__Secure-a; Secure",
                b"a=b\x01", b"a=\tb\t", b"a=b; Max-Age=99999999999999999999",
                b"a=" + b"x" * 4096, b"a=b; Path=/" + b"x" * 1030, b"a=b;;;= ;=x",
                b"a=b; expires=1 jan 99 1:2:3")


def cookie_date():
    yield from (b"Sun, 06 Nov 1994 08:49:37 GMT", b"Sunday, 06-Nov-94 08:49:37 GMT",
                b"Sun Nov  6 08:49:37 1994", b"1:2:3 4 feb 5678", b"31 Apr 2001 0:0:0",
                b"29 Feb 2000 23:59:59x", b"29 feb 1900 1:1:1", b"1 jan 1601 00:00:00",
                b"31 dec 1600 23:59:59", b"1 jan 69 0:0:60", b"24:00:00 1 may 70",
                b"10:10:10x 10 10 june 1010", b"1:2:3:4 5a jAnUaRy 2030b",
                b"001:02:03 1 jan 2000", b"")


def cookie_file():
    def line(domain, below=b"FALSE", secure=b"FALSE", expiry=b"1"):
        return b"\t".join([domain, below, b"/p", secure, expiry, b"name", b"value\n"])

    rows = [line(b"h.example", secure=b"TRUE", expiry=b"2000000000"),
            line(b".h.example", b"true", expiry=b"0"), line(b"#HttpOnly_h.example", expiry=b""),
            line(b"::1", expiry=b"-5"), line(b"[::1]"), line(b"..h", b"TRUE"),
            line(b"h", b"maybe"), line(b"h:80"), line(b"h", expiry=b"x"), line(b".h::1"),
            line(b"h", expiry=b"99999999999999999999"), line(b"[v1.x]")]
    yield b"# Netscape HTTP Cookie File\n\n" + b"".join(rows[:4])
    for row in rows:
        yield row
        yield row.replace(b"\n", b"\r\n") + rows[0]
    start = b"h\tFALSE\t/\tFALSE\t0\t"
    yield from (start + b"name\n", start + b"name\ta\tb\n", start.replace(b"/", b"x") + b"n\tv",
                start + b"__Host-a\tv", start + b"a;b\tv", b"\n\n", b"")


def hsts_policy():
    yield from (b"max-age=31536000", b'max-age="0"; includeSubDomains',
                b"includesubdomains;MAX-AGE=1", b"max-age=1; max-age=2", b"max-age", b"max-age=",
                b"max-age=-1", b"includeSubDomains", b"includeSubDomains=x; max-age=1",
                b'max-age=1;; preload ; x="a;b\\""', b"max-age=1 x",
                b"max-age=99999999999999999999", b'max-age="1', b"; ; max-age = 5\t",
                b"a b; max-age=1", b"")


def hsts_file():
    hosts = [b'h.example "20271231 23:59:59"', b'.h.example "unlimited"',
             b'H.Example. "20000229 00:00:00"', b'h "20270231 00:00:00"', b"h 20271231",
             b'1.2.3.4 "unlimited"', b'h:80 "unlimited"', b'..h\t"00010101 00:00:00"',
             b'h "99991231 23:59:59"', b"# comment", b"", b'h.. "unlimited"']
    for host in hosts:
        yield host + b"\n"
        yield hosts[0] + b"\r\n  " + host
    yield b"\n".join(hosts[:3])


# ---- url ----

URLS = ["ws://example.com/chat?x#y", "wss://user:secret@Example.COM:443/a/../b/./c?d=e",
        "http://[::1]:8080/", "x:opaque path ?q", "file:///C|/x/../y", "file://host/p",
        "http://0x7f.1/", "https://\u00e4\u00f6.example/\u00fc?\u00df#\u4e2d", "//h2/p", "../up",
        "?q", "#f", "\\\\h\\p", "http:relative", "https:///a", "ws://h:65536/", "ws://h:/",
        "non-special://h:9/p;x", "x:/.//p", "ws://xn--4ca0bs.example/", "blob:https://h/id",
        "ws://%41%2e/", "ws://h\u3002i/", " ws://h/\t\n ", "mailto:a@b",
        "ws://[1:2:3:4:5:6:1.2.3.4]/", "http://a b/", "http://@/", "data:x,y #z", "/", "",
        "ws://1.2.3/", "ws://4294967295/"]


def url():
    for text in URLS:
        yield block(b"ws://base.example/a/b?q") + text.encode()
        yield block(b"") + text.encode()
    for base in ("file:///C:/a/b", "x:opaque", "x:/a/b", "file://h/p", "http://u:p@h:8/"):
        for text in ("../x", "/y", "//z", "?q", "#f", "C|/w"):
            yield block(base.encode()) + text.encode()


def url_host():
    texts = ["example.com", "EXAMPLE.com.", "1.2.3.4", "0x7f000001", "010.1", "1.2.3.4.5", "[::]",
             "[1::8]", "::", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1::2:0:0:0:3", "fe80::1%25eth0",
             "xn--4ca0bs", "\u00e4\u00f6\u00fc", "fa\u00df.de", "\u05d0\u05d1.a1", "\u0660.\u05d0",
             "a\u200cb", "\u0915\u094d\u200d", "%41%42", "%", "a%00b", "egbpdaj6bu4bxfgehfvwxn",
             "Pro-xg3j", "-> $1.00 <-", "a..b", "xn--", "XN--A", "\uff21\u3002\uff11",
             "a\u0301\u0323"]
    for text in texts:
        yield text.encode()


# ---- deflate ----

def deflate_parameters():
    texts = ["permessage-deflate", "permessage-deflate; client_max_window_bits",
             "permessage-deflate; client_no_context_takeover",
             "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
             "permessage-deflate; server_max_window_bits=8; client_max_window_bits=9",
             "permessage-deflate; server_max_window_bits=\"15\"", "permessage-deflate; x",
             "permessage-deflate; server_max_window_bits=08", "permessage-deflate; a; a",
             "permessage-deflate; client_max_window_bits=16",
             "permessage-deflate; client_no_context_takeover; client_no_context_takeover"]
    for offer in texts:
        for answer in texts[:6]:
            yield b"\x03\x00\x06\x00\x06\x02" + block(offer.encode()) + answer.encode()


def deflated(message, bits=15, level=6, flush=zlib.Z_SYNC_FLUSH, strategy=zlib.Z_DEFAULT_STRATEGY):
    codec = zlib.compressobj(level, zlib.DEFLATED, -bits, 8, strategy)
    data = codec.compress(message) + codec.flush(flush)
    return data.removesuffix(b"\x00\x00\xff\xff")


def inflate():
    def message(data, long_frame=0):
        return (len(data) | long_frame).to_bytes(2, "big") + data

    text = b"the quick brown fox " * 40
    payloads = [deflated(b"Hello"), b"\xf2\x48\xcd\xc9\xc9\x07\x00", deflated(text),
                deflated(text, level=0), deflated(text, strategy=zlib.Z_FIXED),
                deflated(text, flush=zlib.Z_FINISH), deflated(bytes(90000)), deflated(b""), b"",
                b"\x00", b"\x07", b"\x03\x00", deflated(bytes(range(256)) * 4),
                b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", deflated(text) + b"\x00\x00\xff\xff",
                deflated(bytes(200000)), b"\x02\x13\x00\x00", b"\xff" * 40]
    for number, payload in enumerate(payloads):
        for long_frame in (0, 0x8000):
            yield (bytes([number % 8, 0]) + MIXED + message(payload, long_frame)
                   + message(deflated(text[:300]), long_frame))
            yield (bytes([0x80, 20]) + SINGLE + message(payload, long_frame) * 2)
    # Referring to the message before.
    codec = zlib.compressobj(9, zlib.DEFLATED, -15)
    for long_frame in (0, 0x8000):
        parts = [codec.compress(text) + codec.flush(zlib.Z_SYNC_FLUSH) for _ in range(3)]
        yield b"\x00\x05" + MIXED + b"".join(message(part[:-4], long_frame) for part in parts)


def deflate_messages():
    for streams in (b"\x00\x40", b"\x80\xc0", b"\x06\x46", b"\x07\x86", b"\x01\x00"):
        for room in (0, 255):
            yield (streams + bytes([room]) + MIXED + b"\x01" + payload(b"hello hello hello hello")
                   + b"\x00" + large(1, 0) + b"\x09" + large(2, 1) + b"\x03" + large(4, 2)
                   + b"\x05" + large(8, 1) + b"\x00" + payload(b"hello hello hello again"))
            yield (streams + bytes([room]) + split(140) + b"\x01" + large(11, 1) + b"\x09"
                   + large(8, 2))


# ---- handshake ----

def client_handshake():
    # What an answer of 101 may say beside what it must, and what it leaves out.
    agreed = [response(*AGREED, *more) for more in (
        [], [b"Sec-WebSocket-Protocol: chat"], [b"Sec-WebSocket-Protocol: no"],
        [b"Sec-WebSocket-Protocol:"], [b"Sec-WebSocket-Extensions: permessage-deflate"],
        [b"Sec-WebSocket-Extensions: x"], [b"Sec-WebSocket-Extensions: x-other, x-other"],
        [AGREED[2]])]
    lacking = [response(*AGREED[:2]), response(AGREED[0], AGREED[2]), response(*AGREED[1:]),
               response(*AGREED[:2], b"Sec-WebSocket-Accept: x"),
               response(*AGREED, line=b"HTTP/1.0 101 x")]
    early = response(line=b"HTTP/1.1 100 Continue") + response(line=b"HTTP/1.1 103 Hints")
    refused = [response(b"Content-Length: 5", line=b"HTTP/1.1 403 No") + b"sorry and more",
               response(b"Transfer-Encoding: chunked", line=b"HTTP/1.1 500 Oh")
               + b"5\r\nsorry\r\n0\r\n\r\n",
               response(line=b"HTTP/1.1 404 No") + b"until the end",
               response(b"Location: /x", line=b"HTTP/1.1 302 There"),
               response(line=b"HTTP/1.1 204 Nothing"), b"SSH-2.0-x\r\n", b"HTTP/1.1 1"]
    answers = agreed + [agreed[0] + b"\x81\x02hi", early + agreed[0]] + lacking + refused
    for answer in answers:
        for choice in (0, 3, 0x3F):
            yield bytes([choice]) + MIXED + answer
        yield b"\x01" + SINGLE + answer


def server_handshake():
    plain = request(line=b"GET /file HTTP/1.1")
    streams = [UPGRADE, UPGRADE + b"\x81\x80abcd", plain, plain * 3,
               plain + UPGRADE + b"\x89\x80abcd", request(b"Connection: close") + plain,
               request(line=b"HEAD / HTTP/1.1"), request(line=b"GET / HTTP/1.0"),
               request(b"Content-Length: 3", line=b"POST / HTTP/1.1") + b"abc" + plain,
               b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01", b"GET /half HTTP/1.1\r\nHost"]
    for before, after in ((b"13", b"8"), (b"GET", b"POST"), (KEY, b"short"),
                          (b"superchat", b"chat"), (b"HTTP/1.1", b"HTTP/1.0"),
                          (b"permessage", b"=;"), (b", Upgrade", b""),
                          (b"Upgrade: w", b"X: w"), (b"server.example.com", b""),
                          (b"Origin", b"Sec-WebSocket-Key")):
        streams.append(UPGRADE.replace(before, after))
    agree, refuse, choose = b"\x00\x00\x05\x00", b"\x01\x04\x02\x00", b"\x36\x01\x09\x01"
    for stream in streams:
        yield b"\x00" + agree + MIXED + stream
        yield b"\x02" + choose + agree + refuse + SINGLE + stream
        yield b"\x00" + refuse + split(20) + stream
    yield b"\x80\xff\x03" + agree + SINGLE + UPGRADE


def handshake_pair():
    yield b"\x00\x00\x00" + block(b"") + WHOLE
    for verdict in range(8):
        yield (b"\x7f" + block(b"h.example:99") + block(b"/a?b") + block(b"chat") + block(b"v2")
               + block(b"v3") + block(b"permessage-deflate; client_max_window_bits")
               + block(b"https://o.example") + b"\x02" + block(b"Cookie") + block(b"a=b; c=d")
               + block(b"User-Agent") + block(b"me") + bytes([0x38 + verdict])
               + block(b"permessage-deflate") + block(b"\x81\x02hi") + block(b"\x81\x80abcd")
               + b"\x7f" + block(b"sorry") + MIXED + b"\x05")
    yield b"\x03" + block(b"h") + block(b"no slash")
    yield b"\x10" + block(b"not; a=\"list")
    yield b"\x40\x01" + block(b"Host") + block(b"x")


def http_tunnel():
    def turn(answer, ends=0):
        return bytes([ends]) + len(answer).to_bytes(2, "big") + answer

    def asks(*fields, body=b""):
        length = b"Content-Length: %d" % len(body)
        return response(*fields, length, line=b"HTTP/1.1 407 Authenticate") + body

    challenge = b'Proxy-Authenticate: Digest realm="r", nonce="n", qop="auth"'
    basic = b'Proxy-Authenticate: Basic realm="r"'
    good = response(line=b"HTTP/1.1 200 Connection established")
    chunked_body = b"Transfer-Encoding: chunked"
    lengths = response(b"Content-Length: 1", b"Content-Length: 2", line=b"HTTP/1.1 200 OK")
    talks = [
        [turn(good + b"\x16\x03"), turn(b"more")],
        [turn(response(line=b"HTTP/1.1 502 Bad") + b"sorry", 1)],
        [turn(asks(basic, body=b"no!")), turn(good)],
        [turn(asks(challenge)), turn(asks(challenge + b", stale=true")), turn(good + b"x")],
        [turn(asks(basic, b"Connection: close"), 1), turn(good)],
        [turn(asks()), turn(good)],
        [turn(asks(basic)), turn(asks(basic))],
        [turn(b"SSH-2.0-x\r\n")],
        [turn(b"", 1)],
        [turn(asks(basic, body=b"no!")[:-1]), turn(b"!"), turn(good)],
        [turn(asks(basic)), turn(b"", 1), turn(good)],
        [turn(lengths + b"xy")],
        [turn(response(line=b"HTTP/1.1 100 Continue") * 2 + good)],
        [turn(response(basic, chunked_body, line=b"HTTP/1.1 407 x") + b"2\r\nno\r\n0\r\n\r\n"),
         turn(good)],
        [turn(response(basic, line=b"HTTP/1.0 407 x")), turn(good)],
        [turn(response(line=b"HTTP/1.1 101 x"))]]
    for talk in talks:
        for choice in (0, 0x0C, 0x3C):
            yield bytes([choice]) + MIXED + b"".join(talk)
        yield b"\x07" + block(b"::1") + b"\x01\xbb" + SINGLE + b"".join(talk)
    yield b"\x43" + block(b"h") + b"\x00\x50" + SINGLE + turn(good)
    for host in (b"", b"a b", b"h:1", b"[::1]", b"h\r\nX: y"):
        yield b"\x01" + block(host) + WHOLE + turn(good)


def socks5_tunnel():
    v4 = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"
    v6 = b"\x05\x00\x00\x04" + bytes(18)
    name = b"\x05\x00\x00\x03\x04host\x00\x50"
    open_, login = b"\x05\x00", b"\x05\x02"
    talks = [[open_, v4 + b"hello", b"more"], [open_, v6], [open_, name + b"x"],
             [login, b"\x01\x00", v4], [login, b"\x01\x01"], [login, b"\x02\x00"],
             [b"\x05\xff"], [b"\x05\x01"], [b"\x04\x00"], [b"HTTP/1.1 400"],
             [open_, b"\x05\x05\x00\x01"], [open_, b"\x05\x00\x00\x02"], [open_ + v4],
             [b"\x05", b"\x00", v4], [open_, v4[:5], v4[5:] + b"x"], [open_, b"\x04\x00"],
             [open_, b"\x05\x00\x00\x03\x00\x00\x50"]]
    for talk in talks:
        turns = b"".join(block(turn) for turn in talk)
        for choice in (0, 4):
            yield bytes([choice]) + MIXED + turns
        yield b"\x05" + block(b"1.2.3.4") + SINGLE + turns
    for host in (b"", b"::1", b"[::1]", b"1.2.3", b"a b", b"x" * 255):
        yield b"\x09" + block(host) + WHOLE + block(open_) + block(v4)


# ---- deflate ----

STREAMS = [b"\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff",
           b"\x00\x05\x00\xfa\xffHello\x00\x00\x00\xff\xff",
           b"\xf3\x48\xcd\xc9\xc9\x07\x00\xf3\x48\xcd\xc9\xc9\x07\x00", b"\xf2\x00\x11\x00\x00",
           b"\x02\x00", b"\x06\x00\x00", b"\x07", b"\x00\x05\x00\x00\x00Hello",
           b"\xec\xff\xff\xff\xff\xff\xff\xff", b"\xf2\x00\xdd\xff\x0f\x00", b"\xff" * 24,
           b"\x03\x00\x03\x00\x00"]


def compressed(text, level):
    compressor = zlib.compressobj(level, zlib.DEFLATED, -15)
    return compressor.compress(text) + compressor.flush(zlib.Z_SYNC_FLUSH)


def inflate_engines():
    texts = [b"hello " * 40, bytes(range(256)) * 4, "".join(TEXTS).encode() * 9, b"\0" * 70000]
    for stream in STREAMS + [compressed(text, level) for text in texts for level in (1, 6, 9)]:
        for bits in (0, 7):
            yield bytes([bits]) + block(b"") + MIXED + SINGLE + stream
            yield bytes([bits]) + block(b"hello history" * 9) + SINGLE + split(40) + stream


def deflate_engines():
    for choice in range(0, 28, 3):
        data = (payload(b"hello hello hello") + large(0, 0) + large(choice % 8, choice % 4)
                + payload() + large(2, 1))
        yield bytes([choice]) + MIXED + SINGLE + data
        yield bytes([choice + 1]) + SINGLE + split(130, 3) + data
        yield bytes([choice + 2]) + WHOLE + WHOLE + large(9, choice % 4) + large(8, 2)
        # A large one first, and small ones in turn with it: levels of an engine have tables each.
        yield (bytes([choice]) + WHOLE + WHOLE + large(3, 2) + large(0, choice % 4) + large(1, 2)
               + payload(b"hello hello hello") + large(4, 1) + large(0, 2))


# ---- protocol ----

SERVER, CLIENT = 0x00, 0x80
TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A
TEXT_PART, BINARY_PART, MIDDLE, LAST = 0x01, 0x02, 0x00, 0x80


def payload(data=b""):
    """fuzz::Payloads, taken as it is."""
    assert len(data) < 244
    return block(data)


def large(size, pattern):
    """fuzz::Payloads: sizes 0 to 11 are 255 to 65560 bytes; ASCII, UTF-8, any bytes, broken."""
    return bytes([244 + size, pattern])


def arrive(first, data=payload(), shape=0):
    return bytes([0, first, shape, 0x37]) + data


def held(first, data, sixteenth):
    """Only about that much of the frame arrives at once."""
    return arrive(first, data, 8 | sixteenth << 4)


def send_text(data=payload(b"hi"), moved=0):
    return bytes([5, moved]) + data


def send_binary(data=payload(b"\x00\xff"), moved=0):
    return bytes([7, moved]) + data


def close(code=None, reason=None):
    choice = (1 if code is not None else 0) | (4 if reason is not None else 0)
    return (bytes([10, choice]) + (code.to_bytes(2, "big") if code is not None else b"")
            + (block(reason) if reason is not None else b""))


def fail(cause):
    return bytes([11, cause])


def wait(which):
    """1 ms, 100 ms, 5 s, 10 s, 20 s, 40 s, an hour, a month."""
    return bytes([14, which])


def write(room=255, pieces=3):
    return bytes([18, room, pieces])


RAW = b"\x04"
SEND_PING = b"\x09"
END, LOST, EARLY, HANDLED, RETAIN = b"\x0c", b"\x0d", b"\x10\x01", b"\x10\x00", b"\x11"


def lives():
    status = (1000).to_bytes(2, "big")
    peer_close = arrive(CLOSE, payload(status + b"bye"))
    yield (arrive(TEXT, payload(b"hello")) + write() + send_text() + write() + peer_close + write()
           + END)
    yield (arrive(TEXT_PART, payload(b"\xe4")) + arrive(PING, payload(b"p"))
           + arrive(MIDDLE, payload(b"\xb8")) + arrive(LAST, payload(b"\xad")) + write())
    yield close(1000, b"done") + write() + arrive(TEXT, payload(b"late")) + peer_close + END
    yield close() + arrive(CLOSE) + write() + END
    yield close(None, b"only a reason") + write(1) + LOST
    yield close(1005, b"x") + write()
    for first, data in ((0x83, b""), (0xC1, b""), (0x09, b""), (LAST, b"x"), (CLOSE, b"x"),
                        (CLOSE, b"\x03\xec"), (CLOSE, status + b"\xff"), (TEXT, b"\xff")):
        yield arrive(first, payload(data)) + write() + arrive(TEXT, payload(b"behind")) + END
    yield arrive(TEXT_PART, payload(b"a")) + arrive(TEXT, payload(b"b")) + write()
    yield arrive(TEXT, payload(b"ab\xe4\xb8")) + write()
    yield arrive(TEXT_PART, payload(b"\xe4")) + arrive(LAST, payload(b"\xb8")) + write()
    yield (arrive(BINARY, large(1, 2)) + arrive(TEXT, large(2, 0)) + arrive(TEXT, large(9, 1))
           + write())
    yield arrive(TEXT, payload(b"a"), 4) + write()
    yield arrive(BINARY, payload(b"a"), 2) + write()
    yield arrive(BINARY, payload(b"a"), 3) + write()
    yield arrive(PING, large(0, 0)) + write()
    for size in range(12):
        for pattern in (size % 4, (size + 1) % 4):
            data = large(size, pattern)
            yield (held(TEXT, data, 7) + RAW + block(b"") + write() + send_text(data, size % 2)
                   + write(127) + write())
            yield (held(BINARY, data, 3) + close(1000) + RAW + block(b"")
                   + send_binary(data, pattern % 2) + write(200, 1) + write())
    yield (send_binary(large(9, 2)) + SEND_PING + block(b"between") + arrive(PING, payload(b"q"))
           + write(240 - 1, 1) + RETAIN + write())
    # Control frames that wait while a frame, or one of them, is partly written, and then a Close.
    yield send_text(payload(b"0123456789")) + write(3) + arrive(PING) + close(1000) + write(4)
    yield (send_text() + write(1) + SEND_PING + block(b"ping") + write(4) + arrive(PING)
           + peer_close + write())
    yield send_text() + write(1) + SEND_PING + block(b"ping") + write(8) + arrive(PING) + fail(0)
    yield send_text() + write(1) + send_text(large(4, 0)) * 20 + write(239) + write(130) + write()
    yield send_binary(large(8, 2)) + send_text() + write(3) + fail(2) + write()
    yield send_text() * 3 + write(1) + fail(2) + write() + END
    for cause in range(5):
        yield send_text() + fail(cause) + write() + END
    yield wait(4) + write() + arrive(PONG) + wait(4) + write() + wait(5) + write()
    yield wait(4) + wait(4) + EARLY + wait(6)
    yield SEND_PING + block(b"x") + write() + wait(7) + arrive(PONG, payload(b"x"))
    yield (arrive(PING, payload(b"1")) * 5 + write(2) + arrive(PING, payload(b"2")) * 3 + HANDLED
           + write())
    yield RAW + block(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58") + write()
    yield arrive(TEXT, large(7, 0)) + HANDLED + arrive(TEXT, large(7, 0)) + write(100) + LOST


def connection():
    # A month without keep-alive.
    for role in (SERVER, CLIENT):
        patient = bytes([role, 0x80, 1, 0, 1, 0])
        yield (WHOLE + patient + SEND_PING + block(b"x") + write() + wait(7)
               + arrive(PONG, payload(b"x")))
    for number, life in enumerate(lives()):
        role = (SERVER, CLIENT)[number % 2]
        # Plain, with reactions to events, and with other limits.
        yield SINGLE + bytes([role, 0]) + life
        yield split(131) + bytes([role ^ CLIENT | 2, 0x10, number % 6, number % 5 + 1]) + life
        limits = [0x80 | number % 64, number % 5, number % 4, (number + 2) % 5, (number + 1) % 4]
        yield MIXED + bytes([role ^ CLIENT, *limits]) + life


def connection_pair():
    def by(who, kind):
        return bytes([kind * 2 + who])

    def say(who, data, choice=1):
        return by(who, 0) + bytes([choice]) + data

    def hear(who, size=None):
        return by(who, 12) if size is None else by(who, 9) + bytes([size])

    def end(who, choice=0):
        return by(who, 4) + bytes([choice])

    def room(who, size):
        return by(who, 6) + size.to_bytes(2, "big")

    plain = b"\x00\x00\x00\x00"
    for compression in (1, 3, 5, 0x31, 0xC1, 0xC5, 0x91, 0x41, 0x61):
        for who in (0, 1):
            yield (MIXED + bytes([who, compression, 0, 0]) + say(who, large(1, 1))
                   + say(1 - who, large(2, 0)) + hear(0, 9) + hear(1) + hear(0)
                   + say(who, large(8, 1), 3) + say(who, large(3, 2), 0) + by(0, 5) + b"\x04"
                   + hear(1 - who, 200) + say(who, large(1, 1)) + end(1 - who, 7))
    for division in (SINGLE, MIXED, split(131)):
        for who in (0, 1):
            hello = say(who, payload(b"hello")) + say(1 - who, payload(b"\x00\x01"), 0)
            yield (division + plain + hello + hear(0) + hear(1) + end(who, 7) + hear(1 - who)
                   + hear(who))
            yield division + plain + hello + end(0) + end(1) + hear(0) + hear(1)
            yield (division + plain + room(who, 50) + say(who, large(7, 0)) + by(who, 3)
                   + bytes([3]) + b"abc" + hear(1 - who, 40) + end(who, 1))
            yield (division + plain + say(who, large(9, 1), 3) + hear(1 - who, 99) + by(who, 8)
                   + b"\xff")
            yield (division + b"\x01\x00\x21\x21" + say(who, large(11, 2), 0)
                   + say(1 - who, large(10, 2), 0) + hear(0, 9) + hear(1, 9))
            yield (division + plain + hello + by(0, 5) + b"\x04" + hear(0) + hear(1) + by(0, 5)
                   + b"\x04" + hear(0))
            yield (division + b"\x00\x00\x05\x0a" + say(0, large(6, 0)) + say(1, large(6, 0))
                   + hear(0) + hear(1))
            yield (division + b"\x01\x00" + b"\x80\x02\x01\x02\x01" * 2 + hello + by(0, 5) + b"\x03"
                   + hear(0) + hear(1) + by(1, 5) + b"\x05")


def wire_inspector():
    def sent(data):
        return bytes([len(data) * 2 + 1]) + data

    def received(data):
        return bytes([len(data) * 2]) + data

    masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
    frames = [b"\x81\x05hello", b"\x88\x05\x03\xe8bye", b"\x88\x01x", b"\x02\x03\x00\x01\x02",
              b"\x80\x00", b"\xf1\x01a", b"\x89\x00", b"\x83\x00", b"\x81\x03\x1b[m",
              b"\x81\x02\xc2\x9b", b"\x81\x7e\x00\xff" + b"t" * 100, b"\x81\x7f" + bytes(8)]
    opening = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"
    answers = [b"HTTP/1.1 101 x\r\n\r\n", b"HTTP/1.1 100 x\r\n\r\nHTTP/1.1 101 y\r\n\r\n",
               b"HTTP/1.1 404 x\r\n\r\n", b"\x00", b"\r\nHTTP/1.1 101\r\nA: b\r\n\r\n"]
    for frame in frames:
        yield b"\x03" + MIXED + sent(masked) + received(frame) + received(b"\x8a\x00")
        yield b"\x02" + SINGLE + received(masked) + sent(frame)
    for answer in answers:
        yield (b"\x01" + MIXED + sent(opening) + received(answer) + received(b"\x81\x02hi")
               + sent(masked))
        yield b"\x00" + SINGLE + received(opening) + sent(answer) + received(masked)
    yield (b"\x03" + split(40) + received(b"\x82\x7e\x03\xe8") + b"\xfe" + b"x" * 127 + b"\xfe"
           + b"y" * 127)


TARGETS = {
    "utf8": utf8, "utf16": utf16, "base64": base64,
    "frame_header": frame_header, "mask": mask, "close_payload": close_payload,
    "request_head": request_head, "response_head": response_head, "token_list": token_list,
    "extension_list": extension_list, "request_target": request_target, "chunked": chunked,
    "challenges": challenges, "set_cookie": set_cookie, "cookie_date": cookie_date,
    "cookie_file": cookie_file, "hsts_policy": hsts_policy, "hsts_file": hsts_file,
    "inflate_engines": inflate_engines, "deflate_engines": deflate_engines,
    "url": url, "url_host": url_host, "web_socket_url": url,
    "deflate_parameters": deflate_parameters, "deflate_messages": deflate_messages,
    "inflate": inflate,
    "client_handshake": client_handshake, "server_handshake": server_handshake,
    "handshake_pair": handshake_pair, "http_tunnel": http_tunnel, "socks5_tunnel": socks5_tunnel,
    "connection": connection, "connection_pair": connection_pair, "wire_inspector": wire_inspector,
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name, seeds in TARGETS.items():
        folder = Path(sys.argv[1]) / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for number, seed in enumerate(seeds()):
            (folder / f"{number:03}").write_bytes(seed)


if __name__ == "__main__":
    main()
