"""permessage-deflate (RFC 7692) for mutant_peer.py."""

import zlib

TAIL = b"\0\0\xff\xff"
NAME = "permessage-deflate"


class Terms:
    """The parameters of an offer or an answer."""

    def __init__(self):
        self.server_fresh = self.client_fresh = False
        self.server_bits = self.client_bits = 15
        self.offers_client_bits = False

    def text(self):
        parts = [NAME]
        if self.server_fresh:
            parts.append("server_no_context_takeover")
        if self.client_fresh:
            parts.append("client_no_context_takeover")
        if self.server_bits < 15:
            parts.append(f"server_max_window_bits={self.server_bits}")
        if self.client_bits < 15:
            parts.append(f"client_max_window_bits={self.client_bits}")
        return "; ".join(parts)


def parse(element):
    """The terms of one list element; None if it may not be accepted."""
    name, *parameters = [part.strip(" \t") for part in element.split(";")]
    if name != NAME:
        return None
    terms, seen = Terms(), set()
    for parameter in parameters:
        key, equals, value = (part.strip(" \t") for part in parameter.partition("="))
        value = value.strip('"') if equals else None
        if key in seen:
            return None
        seen.add(key)
        is_bits = value is not None and value in [str(bits) for bits in range(8, 16)]
        if key == "server_no_context_takeover" and value is None:
            terms.server_fresh = True
        elif key == "client_no_context_takeover" and value is None:
            terms.client_fresh = True
        elif key == "server_max_window_bits" and is_bits:
            terms.server_bits = int(value)
        elif key == "client_max_window_bits" and (value is None or is_bits):
            terms.client_bits = int(value or 15)
            terms.offers_client_bits = True
        else:
            return None
    return terms


def answer_to(values, accepts_all):
    """What a server answers to the offers; None to decline."""
    for value in values:
        for element in value.split(","):
            terms = parse(element)
            if terms is None and accepts_all and element.strip().startswith(NAME):
                return Terms()
            # zlib can't compress with a window of 8 bits.
            if terms and terms.server_bits > 8:
                return terms
    return None


def offer():
    return f"{NAME}; client_max_window_bits"


def terms_of_answer(values):
    """What a client reads in an answer to offer(); None: no compression; False: not allowed."""
    elements = [element.strip() for value in values for element in value.split(",")]
    if not elements:
        return None
    terms = parse(elements[0]) if len(elements) == 1 else None
    if terms is None or elements[0].endswith("client_max_window_bits"):
        return False
    return terms


class Deflate:
    """Both directions of one connection."""

    def __init__(self, terms, is_client, fault):
        own = (terms.client_bits, terms.client_fresh), (terms.server_bits, terms.server_fresh)
        (self.bits, self.is_fresh), (self.peer_bits, self.is_peer_fresh) = own if is_client else own[::-1]
        if fault == "deflate-window":
            self.bits = 15
        if fault == "deflate-takeover":
            self.is_fresh = False
        self.compressor = self.decompressor = None

    def compress(self, message):
        if self.compressor is None or self.is_fresh:
            # A window of 8: run lengths need none.
            strategy = zlib.Z_RLE if self.bits == 8 else zlib.Z_DEFAULT_STRATEGY
            self.compressor = zlib.compressobj(wbits=-max(self.bits, 9), strategy=strategy)
        data = self.compressor.compress(message) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
        return data[:-4] or b"\0"

    def decompress(self, data, most):
        """None: not DEFLATE data, or more than `most` bytes."""
        if self.decompressor is None or self.is_peer_fresh:
            self.decompressor = zlib.decompressobj(wbits=-self.peer_bits)
        data += TAIL
        message = b""
        try:
            while data:
                message += self.decompressor.decompress(data, most - len(message) + 1)
                if len(message) > most:
                    return None
                data = self.decompressor.unconsumed_tail or self.decompressor.unused_data
                if self.decompressor.eof:
                    self.decompressor = zlib.decompressobj(wbits=-self.peer_bits)
        except zlib.error:
            return None
        return message
