"""A mail server for a test: takes everything, slowly if asked, and keeps a ledger."""

import socketserver
import threading
import time
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._say("354 go on")
                self.server.take(self._letter())
                self._say("250 taken")
            elif verb == b"QUIT":
                return self._say("221 bye")
            else:
                self._say("250 sink")

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, seconds_each: float) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.seconds_each, self.letters = seconds_each, []
        self.url = f"smtp://127.0.0.1:{self.server_address[1]}"

    def take(self, data: bytes) -> None:
        self.letters.append(message_from_bytes(data, _class=EmailMessage, policy=policy.default))
        time.sleep(self.seconds_each)

    def handle_error(self, request: object, client_address: object) -> None:
        """A sender that is killed leaves its connection behind."""

    @property
    def keys(self) -> list[str]:
        return [letter["Message-ID"] for letter in list(self.letters)]


@contextmanager
def sink(seconds_each: float = 0):
    server = Sink(seconds_each)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
