"""Two first starts of one folder at once: the second waits for the first, and one that was killed blocks nobody."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that needs no packages, whose every command says that it ran."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(settings.ROOT / "run", folder)
    (folder / "requirements.lock").touch()
    (folder / "manage.py").write_text("print('ran')")
    return folder


def begin(folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        ["./run", "check"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


@pytest.mark.slow
def test_two_first_starts_set_up_once(folder: Path) -> None:
    both = [begin(folder), begin(folder)]
    told = [process.communicate(timeout=180)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert all(words.endswith("ran\n") for words in told)
    assert sum("Setting up with" in words for words in told) == 1
    assert not (folder / ".venv.turn").exists()


@pytest.mark.slow
def test_a_start_that_was_killed_blocks_nobody(folder: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    (folder / ".venv" / ".installed").unlink(missing_ok=True)  # else it has nothing to wait for
    (folder / ".venv.turn").mkdir()
    (folder / ".venv.turn" / "pid").write_text(f"{gone.pid}\n")
    process = begin(folder)
    assert process.communicate(timeout=180)[0].endswith("ran\n")
    assert process.returncode == 0
    assert (folder / ".venv" / ".installed").exists()
    assert not (folder / ".venv.turn").exists()
