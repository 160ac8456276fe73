"""The other side may answer as slowly as it likes: it holds a sender for some seconds and no longer."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from notifications.gateways import wire
from notifications.gateways.wire import NotReached, Wire


@pytest.fixture
def dripping() -> Iterator[str]:
    """A server that says a letter now and then, for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError), server.accept()[0] as connection:
                connection.recv(4096)
                while True:
                    connection.sendall(b"H")
                    time.sleep(0.05)

        talking = threading.Thread(target=answer, daemon=True)
        talking.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
    talking.join(5)
    assert not talking.is_alive(), "the connection was not closed"


def test_an_answer_that_never_ends_is_cut_off(dripping: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SECONDS", 0.4)
    with pytest.raises(TimeoutError, match="in time"):
        Wire().post(dripping, b"{}", {})


def test_where_nobody_answers_nothing_was_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NotReached):
        Wire().post(f"http://127.0.0.1:{port}/", b"{}", {})
