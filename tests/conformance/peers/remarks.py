"""What docs/conformance-peers.md says besides the numbers."""

INTRODUCTION = """\
# Other libraries and the suite

What [`parley check`](conformance-tool.md) says of other implementations of the protocol, and of both
ends of Parley, all cases included. It is there to show that the suite judges by the RFCs and not by
Parley's habits, and where a peer that you talk to differs. Each of these libraries is in good use;
most of what fails matters only to a peer that is broken or hostile.

## Method

* One run of one machine, one peer after the other, each a small echo program in
  [tests/conformance/peers](../tests/conformance/peers) that uses the library as its own examples do.
* Compression is on where the library has it. Limits of message sizes are the library's own, or 128
  MiB where that is below what the suite needs; keep-alive pings of the library are off. All else is
  as it comes.
* `npm` packages are those of `tests/e2e/package-lock.json`; Python's `websockets`, Boost and
  libwebsockets are Debian 12's, which newer releases of theirs may have overtaken.
* libwebsockets gets a process for each connection, in both roles: in some cases it ends its own.
* A verdict that looked doubtful was checked against the text and by hand. Where the suite was wrong
  it was repaired: lengths that are not in their shortest form, for example, are now the sender's
  fault only, as section 5.2 of RFC 6455 has it.

To repeat it, and to write this page anew:

```sh
./dev peers            # all; ./dev peers ws beast: these only, printed and not written
```

The reports with every exchange that failed are then in `build/conformance`, for each peer and end as
JSON and as a web page. This page is made of them by `tests/conformance/peers/page.py`; the remarks
are in `remarks.py`.
"""

# What is common to several.
_BODY = "reads the body of a request as frames, which RFC 7230 section 6.7 does not let begin before its end"
_HOST = "opens a connection without Host, or with two"
_FINAL = "does not go on behind a block with BFINAL, which RFC 7692 section 7.2.3.4 lets a sender use"
_AFTER_FINAL = "delivers the message behind one that ended with BFINAL as an empty one"
_ANSWER = "takes an answer with parameters that are unknown, repeated or out of range, instead of failing"
_RSV1 = "takes RSV1 on control frames and on continuations"

# (peer, end): [(patterns of ids, words)], the first that matches counts.
REMARKS = {
    ("ws", "server"): [
        ("request.bad.http.*", "opens a connection for HTTP/1.0, and for a request line without a version"),
        ("request.bad.host.*", _HOST),
        ("request.version.13.0", "reads 13.0 as 13"),
        ("request.http.body.*", _BODY),
        ("deflate.*", "reads 08, 09 and 1e1 as window bits; RFC 7692 wants decimal digits without a leading zero"),
    ],
    ("ws", "client"): [
        ("deflate.answer.twice", "takes permessage-deflate twice in one answer"),
        ("deflate.answer.*", "reads 08, 09 and 1e1 as window bits"),
    ],
    ("undici", "client"): [
        ("answer.good.connection.*", "wants `Connection` to be exactly `Upgrade`, not a list that has it"),
        ("answer.good.space", "takes the blanks behind `Sec-WebSocket-Accept` for a part of its value"),
        ("answer.bad.connection.close", "neither opens the connection nor ends it"),
        ("utf8.valid.*", "drops a byte order mark at the beginning of a text message"),
        ("deflate.answer.*", _ANSWER),
        ("deflate.stream.after.final", _AFTER_FINAL),
        ("deflate.bits.*", _RSV1),
    ],
    ("websockets", "server"): [
        ("request.bad.host.*", _HOST),
        ("request.version.*", "refuses another version without saying which it knows"),
        ("request.http.body.*", _BODY),
        ("deflate.terms.s8.* deflate.window.8*",
         "agrees to a window of 8 bits and then has an internal error: zlib cannot write one"),
        ("deflate.stream.after.final", _AFTER_FINAL),
    ],
    ("websockets", "client"): [
        ("deflate.terms.*.c8* deflate.window.8*",
         "takes an answer that limits its window to 8 bits, and then has an internal error: zlib cannot write one"),
        ("deflate.stream.after.final", _AFTER_FINAL),
    ],
    ("beast", "server"): [
        ("request.bad.host.twice", "opens a connection with two Host fields"),
        ("request.bad.key.*", "takes keys that do not decode to 16 bytes, and more than one"),
        ("deflate.terms.s8.* deflate.window.8*", "answers a demand for a window of 8 bits with one of 9"),
        ("deflate.window.15", "ends the connection at a reference of nearly 32 KiB"),
        ("deflate.stream.*", _FINAL),
    ],
    ("beast", "client"): [
        ("answer.bad.extension deflate.answer.other*", "does not look whether an extension was offered"),
        ("answer.bad.protocol", "leaves it to the application whether the sub-protocol was offered"),
        ("masking.keys.fresh", "repeats the same 16 masking keys, from the 17th frame on"),
        ("deflate.answer.twice", "takes permessage-deflate twice in one answer"),
        ("deflate.answer.*", _ANSWER + ", or goes on without compression"),
        ("deflate.window.15", "ends the connection at a reference of nearly 32 KiB"),
        ("deflate.stream.*", _FINAL),
    ],
    ("lws", "server"): [
        ("request.bad.method.*", "opens a connection for other methods than GET"),
        ("request.bad.http.*", "opens a connection for other versions of HTTP, or none"),
        ("request.bad.host.*", "opens a connection with two Host fields"),
        ("request.bad.key.*", "takes keys that do not decode to 16 bytes, and more than one"),
        ("request.version.*", "takes any version for 13, also none"),
        ("request.http.body.*", _BODY),
        ("request.http.*", "gives no answer to this malformed request"),
        ("masking.unmasked.*", "takes frames that are not masked"),
        ("ping.* deflate.*.pings", "answers the first of several Pings and not the last"),
        # The program writes when it is called to write, and is not told that it is too late.
        ("rsv.second.* opcode.*.second fragment.misuse.after.* utf8.order.good.bad",
         "sends a message behind its Close frame"),
        ("close.body.one", "sends a Close frame of one byte back as it came"),
        ("close.utf8.*", "sends a reason that ends inside a character, or is Latin-1, back as it came"),
        ("close.then.bad", "judges a frame behind the Close frame, and then does not answer the Close"),
        ("deflate.terms.s8* deflate.terms.s9* deflate.terms.s12* deflate.window.* deflate.small.* deflate.fresh.small.* "
         "deflate.offer.*", "takes an offer that demands a smaller window, and does not promise it"),
        ("deflate.terms.* deflate.fallback.server.takeover.value deflate.fallback.client.takeover.value",
         "ends its process by an assertion in its compressor"),
        ("deflate.decline.* deflate.fallback.*", "takes offers with parameters that are unknown, repeated or out of "
         "range"),
        ("deflate.default.*.0 deflate.large.*.0", "ends the connection after an empty message"),
        ("deflate.stream.*", _FINAL),
        ("deflate.bits.*", _RSV1),
        ("deflate.utf8.*", "does not check compressed text as UTF-8"),
    ],
    ("lws", "client"): [
        ("answer.good.space", "takes the blanks behind `Sec-WebSocket-Accept` for a part of its value"),
        ("masking.masked.*", "takes frames that are masked"),
        ("ping.* deflate.*.pings", "answers the first of several Pings and not the last"),
        ("utf8.order.good.bad", "sends a message behind its Close frame"),
        ("close.body.one", "sends a Close frame of one byte back as it came"),
        ("close.utf8.*", "sends a reason that ends inside a character, or is Latin-1, back as it came"),
        ("close.then.bad", "judges a frame behind the Close frame, and then does not answer the Close"),
        ("deflate.answer.*", "takes an answer with parameters that are unknown, repeated or out of range, and then "
         "says nothing"),
        ("deflate.*.0", "ends the connection after an empty message"),
        ("deflate.*.mixed", "stops at an uncompressed message between compressed ones"),
        ("deflate.*.131072", "loses a connection with messages of 128 KiB and a small window"),
        ("deflate.stream.*", _FINAL),
        ("deflate.bits.*", "takes other reserved bits beside RSV1, and RSV1 on control frames and on continuations"),
    ],
}
