"""The body of an archived HTTP message, decoded: transfer encoding first, content encodings then (RFC 9112, 9110)."""

import zlib
from collections.abc import Callable
from io import BytesIO

import brotli
from warcio.bufferedreaders import ChunkedDataReader

from harvester.archive.scan import Torn

_STEP = 1 << 16


def decoded(payload: bytes, transfer: str, content: str, most: int) -> bytes:
    """Return the body as a browser would see it.

    ``transfer``, ``content``: the headers ``Transfer-Encoding`` and ``Content-Encoding``. Many archives store the body
    decoded and leave the headers as they were, so a payload that is not what its header says is taken as it is.
    What a connection broke off is decoded as far as it goes. Raises `Torn` for more than ``most`` bytes, and for an
    encoding that nobody here can read.
    """
    if "chunked" in transfer.lower():
        payload = ChunkedDataReader(BytesIO(payload)).read()
    names = [name.strip() for name in content.lower().split(",")]
    for name in reversed([name for name in names if name not in ("", "identity", "utf-8", "none")]):
        if name not in _DECODERS:
            raise Torn(f"content encoding {name!r} cannot be read")
        payload = _DECODERS[name](payload, most)
    return payload


def _gzip(payload: bytes, most: int) -> bytes:
    return _inflate(payload, most, zlib.MAX_WBITS | 16) if payload.startswith(b"\x1f\x8b") else payload


def _deflate(payload: bytes, most: int) -> bytes:
    """Decode deflate, with zlib's frame as the standard says or without it as some servers do."""
    framed = payload[:1] == b"\x78" and int.from_bytes(payload[:2]) % 31 == 0
    return _inflate(payload, most, zlib.MAX_WBITS if framed else -zlib.MAX_WBITS)


def _inflate(payload: bytes, most: int, window: int) -> bytes:
    packer = zlib.decompressobj(window)

    def step(data: bytes) -> bytes:
        return b"" if packer.eof else packer.decompress(packer.unconsumed_tail + data, _STEP)

    return _in_steps(step, lambda: bool(packer.unconsumed_tail) and not packer.eof, payload, most, zlib.error)


def _brotli(payload: bytes, most: int) -> bytes:
    packer = brotli.Decompressor()

    def step(data: bytes) -> bytes:
        return b"" if packer.is_finished() else packer.process(data, output_buffer_limit=_STEP)

    return _in_steps(
        step, lambda: not packer.can_accept_more_data() and not packer.is_finished(), payload, most, brotli.error
    )


def _in_steps(
    step: Callable[[bytes], bytes], has_more: Callable[[], bool], payload: bytes, most: int, error: type[Exception]
) -> bytes:
    """Decode piece by piece, so that neither a bomb fills the memory nor damage at the end costs the beginning."""
    body = bytearray()
    try:
        for start in range(0, len(payload), _STEP):
            part = step(payload[start : start + _STEP])
            # Brotli says that it can take more while it still holds what it made of the last piece.
            while (part or has_more()) and len(body) <= most:
                body += part
                part = step(b"")
            if len(body) > most:
                raise Torn(f"more than {most} bytes when decoded")
    except error:
        return bytes(body) or payload
    return bytes(body)


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
}
