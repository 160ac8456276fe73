"""Keys, addresses, ownership and services, without starting a server."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from wardportal import embedded, services


@pytest.fixture
def no_servers(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere")


def test_of_several_first_starts_one_key_wins(tmp_path):
    var = tmp_path / "var"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: embedded.secret_key(var), range(32)))
    assert len(keys) == 1
    assert stat.S_IMODE((var / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in var.iterdir()] == ["secret_key"]


def test_addresses_create_nothing(tmp_path):
    embedded.postgres_url(tmp_path / "var")
    embedded.valkey_url(tmp_path / "var")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [10, 100, 300])
def test_a_socket_address_fits_however_deep_the_checkout_lies(length):
    path = embedded.valkey_url(Path("/srv") / ("x" * length) / "var").removeprefix("unix://")
    assert len(path) < 107


@pytest.mark.usefixtures("no_servers")
def test_the_servers_have_one_owner(tmp_path):
    with embedded.owned(tmp_path, by="up http://127.0.0.1:8000/"):
        with pytest.raises(embedded.InUse, match="up http"), embedded.owned(tmp_path, by="restore"):
            pass
        with embedded.shared(tmp_path, by="shell") as started:
            assert not started
    assert embedded.owner(tmp_path) == ""


@pytest.mark.usefixtures("no_servers")
def test_the_owner_waits_for_its_guests(tmp_path):
    guest_is_in, guest_may_go, owner_is_done = threading.Event(), threading.Event(), threading.Event()

    def guest():
        with embedded.shared(tmp_path, by="guest"):
            guest_is_in.set()
            guest_may_go.wait(10)

    def owner():
        with embedded.shared(tmp_path, by="owner"):
            threading.Thread(target=guest).start()
            guest_is_in.wait(10)
        owner_is_done.set()

    thread = threading.Thread(target=owner)
    thread.start()
    assert guest_is_in.wait(10)
    assert not owner_is_done.wait(0.2)
    guest_may_go.set()
    assert owner_is_done.wait(10)
    thread.join()


def test_a_service_that_ends_is_named_with_the_end_of_its_log(tmp_path):
    service = services.Service("worker", ["no_such_module"], tmp_path / "worker.log")
    service.start(tmp_path)
    service.process.wait(10)
    with pytest.raises(services.Died, match=r"(?s)worker ended \(code 1\).*No module named no_such_module"):
        service.check()
