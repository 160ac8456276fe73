"""The other side of the gateways, a process of its own that survives what is done to the portal: a mail server, an SMS
provider that keeps to docs/webhook.md and a push service. All write one ledger. The control file `answers` says how
they behave."""

import asyncio
import json
import re
import runpy
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from pathlib import Path

from tests.faults import control

SECRET = "between the portal and the sink alone"
RECEIVER = runpy.run_path(str(Path(__file__).resolve().parents[2] / "docs" / "webhook_receiver.py"))
Reader, Writer = asyncio.StreamReader, asyncio.StreamWriter


class Sink:
    def __init__(self, ledger: Path) -> None:
        self.ledger = ledger.open("a", buffering=1)
        self.seen: set[str] = set()
        self.receipts: dict[str, str] = {}

    def odd(self, key: str) -> str:
        """How this copy is answered out of the ordinary: only first ones are."""
        answers = control.read("answers") or {}
        is_new = key not in self.seen
        self.seen.add(key)
        return next((name for name, every in answers.items() if is_new and len(self.seen) % every == 0), "")

    def write(self, key: str, *, delivered: bool = True, about: Collection[str] = ()) -> None:
        line = {"key": key, "at": time.time(), "delivered": delivered, "about": list(about)}
        self.ledger.write(json.dumps(line) + "\n")

    # ---- mail ------------------------------------------------------------------------------------
    async def smtp(self, reader: Reader, writer: Writer) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                writer.write(await self._take_mail(await reader.readuntil(b"\r\n.\r\n")))
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 sink\r\n")
            await writer.drain()

    async def _take_mail(self, content: bytes) -> bytes:
        key = next(
            line[12:].strip() for line in content.splitlines() if line.lower().startswith(b"message-id: ")
        ).decode()
        odd = self.odd(key)
        if odd == "refuse":
            return b"550 no such box\r\n"
        if odd == "busy":
            return b"451 later\r\n"
        self.write(key, about=sorted({link.decode() for link in re.findall(rb"/tasks/\d+/", content)}))
        if odd == "silent":
            await asyncio.sleep(3600)
        return b"250 taken\r\n"

    # ---- HTTP ------------------------------------------------------------------------------------
    async def http(self, reader: Reader, writer: Writer) -> None:
        while line := await reader.readline():
            head = [row async for row in _until_blank(reader)]
            headers = {name.strip().lower(): value.strip() for name, _colon, value in (r.partition(":") for r in head)}
            body = await reader.readexactly(int(headers["content-length"]))
            take = self._take_push if line.split()[1].startswith(b"/push/") else self._take_text
            status, content = await take(headers, body)
            said = json.dumps(content).encode()
            writer.write(f"HTTP/1.1 {status} said\r\nContent-Length: {len(said)}\r\n\r\n".encode() + said)
            await writer.drain()

    async def _take_text(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """As the contract has it: a key that was taken before is answered with the first receipt."""
        signed = headers.get("x-portal-timestamp", ""), headers.get("x-portal-signature", "")
        try:
            RECEIVER["check"](body, *signed, SECRET.encode())
        except RECEIVER["Forbidden"] as error:
            return 401, {"error": str(error)}
        key = RECEIVER["read"](body)["key"]
        if key in self.receipts and not control.read("keyless"):
            self.write(key, delivered=False)
            return 409, {"id": self.receipts[key]}
        if status := await self._take(key):
            return status, {}
        self.receipts[key] = f"taken-{len(self.receipts)}"
        return 200, {"id": self.receipts[key]}

    async def _take_push(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        if headers["content-encoding"] != "aes128gcm" or not headers["authorization"].startswith("vapid "):
            return 400, {}
        return await self._take(headers["topic"]) or 201, {}

    async def _take(self, key: str) -> int:
        """0 when it was taken, else the status that says why not."""
        odd = self.odd(key)
        if status := {"refuse": 422, "busy": 429, "broken": 503}.get(odd):
            return status
        self.write(key)
        if odd == "silent":
            self.receipts[key] = f"silent-{len(self.receipts)}"
            await asyncio.sleep(3600)
        return 0


async def _until_blank(reader: Reader) -> AsyncIterator[str]:
    while (line := await reader.readline()).strip():
        yield line.decode("latin-1")


def _serving(talk: Callable[[Reader, Writer], Awaitable[None]]) -> Callable[[Reader, Writer], Awaitable[None]]:
    async def serve(reader: Reader, writer: Writer) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the sender was killed
        finally:
            writer.close()

    return serve


async def main(ledger: Path) -> None:
    sink = Sink(ledger)
    servers = {
        name: await asyncio.start_server(_serving(talk), "127.0.0.1", 0, limit=2**20)
        for name, talk in {"smtp": sink.smtp, "http": sink.http}.items()
    }
    control.write("sink", {name: server.sockets[0].getsockname()[1] for name, server in servers.items()})
    await asyncio.gather(*(server.serve_forever() for server in servers.values()))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
