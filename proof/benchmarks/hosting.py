"""The site as a public host serves it: compressed, with validators, over a link of a known speed."""

import gzip
import hashlib
import mimetypes
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache, cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

PREFIX = "/handbook/"
TYPES = {".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm", ".gz": "application/gzip"}
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".wasm", ".txt"}
CHUNK = 16 * 1024


@cache
def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 6)


class Link:
    """One line that all connections share."""

    def __init__(self, limits: tuple[float, float] | None):
        self.bits_per_second, self.latency = limits or (float("inf"), 0.0)
        self._lock, self._free = Lock(), 0.0

    def wait(self, size: int) -> None:
        """Return when `size` bytes have gone through."""
        with self._lock:
            self._free = max(self._free, time.monotonic()) + size * 8 / self.bits_per_second
            until = self._free
        time.sleep(max(0.0, until - time.monotonic()))


class Host:
    """Serves a folder, and some files besides, below PREFIX; counts the bytes of bodies that it sends."""

    def __init__(self, site: Path, extra: Mapping[str, bytes], limits: tuple[float, float] | None = None):
        self.site, self.extra, self.link, self.sent = site, extra, Link(limits), 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"host": self}))

    @cached_property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{PREFIX}"

    def __enter__(self) -> "Host":
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def find(self, path: str) -> tuple[str, bytes] | None:
        """The ending and the content of a file."""
        name = path.partition("?")[0].removeprefix(PREFIX)
        name += "index.html" if name.endswith("/") or not name else ""
        if name in self.extra:
            return Path(name).suffix, self.extra[name]
        file = self.site / name
        return (file.suffix, file.read_bytes()) if file.is_file() else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: Host

    def do_GET(self) -> None:
        time.sleep(self.host.link.latency)
        found = self.host.find(self.path)
        if not found:
            return self._send(404, "text/plain", b"")
        ending, content = found
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Cache-Control": "max-age=600"}
        if self.headers.get("If-None-Match") == tag:
            return self._send(304, "", b"", headers)
        if ready := self.host.find(f"{self.path.partition('?')[0]}.br"):
            content, headers["Content-Encoding"] = ready[1], "br"
        elif ending in COMPRESSED:
            content, headers["Content-Encoding"] = _packed(content), "gzip"
        return self._send(200, TYPES.get(ending) or mimetypes.types_map.get(ending, "application/octet-stream"), content, headers)

    def _send(self, status: int, kind: str, body: bytes, headers: Mapping[str, str] = {}) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for start in range(0, len(body), CHUNK):
            chunk = body[start : start + CHUNK]
            self.host.link.wait(len(chunk))
            self.wfile.write(chunk)
            self.host.sent += len(chunk)

    def handle(self) -> None:
        with suppress(ConnectionError):  # the page was closed
            super().handle()

    def log_message(self, *_: object) -> None:
        pass
