"""A sample receiver of the portal's messages for an SMS or Zalo provider; the contract is webhook.md.

    WEBHOOK_SECRET=… python3 webhook_receiver.py --port 9100 --ledger messages.sqlite3

Needs nothing but Python. Stands behind a web server that speaks HTTPS, unless it is on the portal's own machine.
"""

import argparse
import hashlib
import hmac
import json
import os
import re
import sqlite3
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OLDEST = 5 * 60  # seconds
LONGEST = 16 * 1024  # bytes
FIELDS = {"key", "to", "text", "language", "link"}


class Forbidden(Exception):
    """Not from the portal, or not of now."""


class Never(Exception):
    """This message can not be sent, whenever it is tried."""


def deliver(message: dict[str, str]) -> str:
    """Replace this by the call of the provider: return its receipt, raise Never for a number that it refuses."""
    print(f"{message['to']}: {message['text']} {message['link']}", flush=True)
    return uuid.uuid4().hex


def check(body: bytes, timestamp: str, signature: str, secret: bytes) -> None:
    expected = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={expected}".encode(), signature.encode()):
        raise Forbidden("wrong signature")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > OLDEST:
        raise Forbidden("not of the last five minutes")


def read(body: bytes) -> dict[str, str]:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise Never("not JSON") from error
    if not isinstance(message, dict) or not all(isinstance(message.get(name), str) for name in FIELDS):
        raise Never(f"needs the texts {', '.join(sorted(FIELDS))}")
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", message["to"]):
        raise Never("no such number")
    return message


class Ledger:
    """Which keys were taken, with their receipts. One at a time, so that two copies can not pass each other."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._rows = sqlite3.connect(path, check_same_thread=False)
        with self._rows:
            self._rows.execute("CREATE TABLE IF NOT EXISTS taken (key TEXT PRIMARY KEY, id TEXT NOT NULL, at REAL)")

    def take(self, message: dict[str, str]) -> tuple[int, str]:
        """200 and the receipt, or 409 and the first receipt. A crash between delivery and commit is the one gap
        left, unless the provider takes the key too: give it along."""
        with self._lock, self._rows:
            if row := self._rows.execute("SELECT id FROM taken WHERE key = ?", [message["key"]]).fetchone():
                return 409, row[0]
            receipt = deliver(message)
            self._rows.execute("INSERT INTO taken VALUES (?, ?, ?)", [message["key"], receipt, time.time()])
        return 200, receipt


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # the portal keeps its connection
    timeout = 60

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LONGEST:
            self.close_connection = True
            return self.answer(413, error="too long")
        body = self.rfile.read(int(length))
        headers = (self.headers.get("X-Portal-Timestamp", ""), self.headers.get("X-Portal-Signature", ""))
        try:
            check(body, *headers, self.server.secret)
            status, receipt = self.server.ledger.take(read(body))
        except Forbidden as error:
            return self.answer(401, error=str(error))
        except Never as error:
            return self.answer(422, error=str(error))
        self.answer(status, id=receipt)

    def answer(self, status: int, **content: str) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """No log of its own: it would hold phone numbers."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--ledger", default="messages.sqlite3")
    arguments = parser.parse_args()
    secret = os.environ.get("WEBHOOK_SECRET", "")
    if len(secret) < 32:
        sys.exit("WEBHOOK_SECRET: the same at least 32 characters as the portal's PORTAL_WEBHOOK_SECRET.")
    server = ThreadingHTTPServer((arguments.host, arguments.port), Handler)
    server.daemon_threads = True
    server.secret, server.ledger = secret.encode(), Ledger(arguments.ledger)
    print(f"http://{arguments.host}:{server.server_port}/messages", file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
