"""./run backup FILE and ./run restore FILE."""

import json
import stat
import zipfile

import pytest
from django.core.management import CommandError

from wardportal import archive
from wardportal.management.commands import restore

GROUPS = "from django.contrib.auth.models import Group; "


@pytest.mark.slow
def test_a_restore_brings_back_rows_and_files_and_nothing_else(portal, tmp_path):
    backup, files = tmp_path / "ward.backup", portal.var / "files"
    (files / "a").mkdir(parents=True)
    (files / "a" / "kept.jpg").write_bytes(b"photo")
    call = "from django.core.management import call_command; "
    portal.shell(GROUPS + call + f"Group.objects.create(name='Tổ dân vận'); call_command('backup', {str(backup)!r})")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600

    (files / "a" / "kept.jpg").unlink()
    (files / "later.jpg").write_bytes(b"later")
    portal.shell(GROUPS + "Group.objects.all().delete(); Group.objects.create(name='later')")

    done = portal.command("restore", str(backup), "--yes")
    assert done.returncode == 0, done.stderr
    assert portal.shell(GROUPS + "print([group.name for group in Group.objects.all()])") == "['Tổ dân vận']"
    assert [path.name for path in sorted(files.rglob("*"))] == ["a", "kept.jpg"]
    assert portal.processes() == []


@pytest.mark.parametrize("answer", ["", "no", "y"])
def test_a_restore_asks_and_takes_only_yes(monkeypatch, answer):
    monkeypatch.setattr("builtins.input", lambda _question: answer)
    with pytest.raises(CommandError, match="Nothing was changed"):
        restore.Command()._confirm({"made_at": "2022-11-18"})


def test_a_backup_never_overwrites_a_file(tmp_path):
    (tmp_path / "there").write_text("older backup")
    with pytest.raises(archive.Refused, match="exists already"):
        archive.write(tmp_path / "there")


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ({"format": 1, "postgresql": "18.6", "migrations": ["accounts.9999_tomorrow"]}, "newer version"),
        ({"format": 2, "postgresql": "18.6", "migrations": []}, "newer version"),
        ({"format": 1}, "not a backup"),
        ([], "not a backup"),
    ],
)
def test_only_a_backup_of_this_or_an_older_portal_is_restored(tmp_path, manifest, sentence):
    _archive(tmp_path / "archive", manifest)
    with pytest.raises(archive.Refused, match=sentence):
        archive.read_manifest(tmp_path / "archive")


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "text").write_text("not a backup")
    with pytest.raises(archive.Refused, match="not a backup"):
        archive.read_manifest(tmp_path / "text")
    with pytest.raises(archive.Refused, match="cannot be read"):
        archive.read_manifest(tmp_path / "absent")


def _archive(path, manifest):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("manifest.json", json.dumps(manifest))
        file.writestr("database.dump", b"")
