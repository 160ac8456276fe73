"""The other side of the gateways, a process of its own that survives what is done to the portal: a mail server that
writes a ledger. The control file `answers` says how it behaves."""

import asyncio
import json
import sys
import time
from pathlib import Path

from tests.faults import control


class Sink:
    def __init__(self, ledger: Path) -> None:
        self.ledger = ledger.open("a", buffering=1)
        self.seen: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            pass  # the sender was killed
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                answer = await self._take((await reader.readuntil(b"\r\n.\r\n")).decode("utf-8", "replace"))
                writer.write(answer)
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 sink\r\n")
            await writer.drain()

    async def _take(self, letter: str) -> bytes:
        key = next(line[12:].strip() for line in letter.splitlines() if line.lower().startswith("message-id: "))
        answers = control.read("answers") or {}
        is_new = key not in self.seen
        self.seen.add(key)
        odd = next((name for name, every in answers.items() if is_new and len(self.seen) % every == 0), "")
        if odd == "refuse":
            return b"550 no such box\r\n"
        if odd == "busy":
            return b"451 later\r\n"
        self.ledger.write(json.dumps([key, time.time()]) + "\n")
        if odd == "silent":
            await asyncio.sleep(3600)
        return b"250 taken\r\n"


async def main(ledger: Path) -> None:
    sink = Sink(ledger)
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, limit=2**20)
    control.write("sink", server.sockets[0].getsockname()[1])
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
