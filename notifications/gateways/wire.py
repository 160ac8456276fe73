"""Plain HTTP to other people's machines: connections are kept, redirects are not followed, answers are read in part."""

import datetime
import email.utils
import http.client
import ipaddress
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 10  # to connect, and to answer
MOST = 64 * 1024  # bytes of an answer
LONGEST = datetime.timedelta(days=1)  # that anybody may tell the portal to wait


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def said(self) -> str:
        """The answer in a line of a log."""
        return f"{self.status} {self.body[:200].decode('utf-8', 'replace')}".strip()

    @property
    def retry_after(self) -> datetime.timedelta | None:
        """How long the other side asks to be left alone, in seconds or until a moment; None when it says nothing that
        can be understood."""
        asked = (self.headers.get("Retry-After") or "").strip()
        if asked.isascii() and asked.isdigit():
            return min(datetime.timedelta(seconds=int(asked[:9])), LONGEST)
        try:
            until = email.utils.parsedate_to_datetime(asked)
        except ValueError:
            return None
        if until.tzinfo is None:
            until = until.replace(tzinfo=datetime.UTC)
        wait = until - datetime.datetime.now(datetime.UTC)
        return min(wait, LONGEST) if wait > datetime.timedelta() else None


class NotPublic(Exception):
    """The name leads into a network that is not the Internet."""


class NotReached(OSError):
    """Nobody answered at all, so nothing was taken."""


class Wire:
    """Connections of one sender, one a host. public_only: for addresses that somebody else has chosen."""

    def __init__(self, *, public_only: bool = False) -> None:
        self._open: dict[tuple[str, str], http.client.HTTPConnection] = {}
        self._public_only = public_only

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Raises OSError or HTTPException when there was no whole answer, NotPublic before anything was said."""
        parts = urlsplit(url)
        place, path = (parts.scheme, parts.netloc), f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        if kept := self._open.pop(place, None):
            # The other side may have closed it meanwhile, so a failure here says nothing; whoever is posted to twice
            # knows the second copy by its key.
            with suppress(ConnectionError):
                return self._exchange(kept, place, path, body, headers)
            kept.close()
        make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        return self._exchange(make(parts.netloc, timeout=SECONDS), place, path, body, headers)

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        place: tuple[str, str],
        path: str,
        body: bytes,
        headers: dict[str, str],
    ) -> Answer:
        is_over = threading.Event()
        clock = threading.Timer(SECONDS, _cut, [connection, is_over])
        try:
            if connection.sock is None:
                _connect(connection)
            clock.start()
            if self._public_only and not _is_public(connection.sock.getpeername()[0]):
                raise NotPublic(place[1])
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read(MOST))
        except BaseException as error:
            connection.close()
            if is_over.is_set():
                raise TimeoutError("no whole answer in time") from error
            raise
        finally:
            clock.cancel()
        if response.isclosed() and not response.will_close:
            self._open[place] = connection
        else:
            connection.close()
        return answer

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()


def _connect(connection: http.client.HTTPConnection) -> None:
    try:
        connection.connect()
    except OSError as error:
        raise NotReached(f"{type(error).__name__}: {error}") from error


def _cut(connection: http.client.HTTPConnection, is_over: threading.Event) -> None:
    """Whoever sends a byte now and then is never silent, and would hold the sender for ever."""
    is_over.set()
    with suppress(OSError):
        socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    return (getattr(ip, "ipv4_mapped", None) or ip).is_global
