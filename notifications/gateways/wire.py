"""Plain HTTP to other people's machines: connections are kept, redirects are not followed, answers are read in part."""

import http.client
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 10  # to connect, and of silence
MOST = 64 * 1024  # bytes of an answer


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def said(self) -> str:
        """The answer in a line of a log."""
        return f"{self.status} {self.body[:200].decode('utf-8', 'replace')}".strip()


class Wire:
    """Connections of one sender, one a host."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], http.client.HTTPConnection] = {}

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Raises OSError or HTTPException when there was no whole answer."""
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
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read(MOST))
        except BaseException:
            connection.close()
            raise
        if response.isclosed() and not response.will_close:
            self._open[place] = connection
        else:
            connection.close()
        return answer

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()
