"""Child processes that end with their parent, and PostgreSQL's refusal to run as root (Linux)."""

import ctypes
import functools
import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 38, 47, 2
_CLONE_NEWUSER = 0x10000000
_CAP_DAC_READ_SEARCH = 2
_CAPABILITY_VERSION_3 = 0x20080522
SERVICE_USER = "wardportal"


class CannotLeaveRoot(Exception):
    """Root may neither make a user namespace nor become another user."""


def die_with_parent(sig: signal.Signals) -> None:
    """Have the kernel send `sig` when the parent ends, so that not even its kill -9 leaves this process behind.

    The kernel looks at the parent's thread, not its process: start children from the main thread only.
    """
    _libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)


def tied(sig: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """For Popen(preexec_fn=…): the child dies with this process."""
    parent = os.getpid()

    def prepare() -> None:
        die_with_parent(sig)
        if os.getppid() != parent:  # it ended before the kernel was told
            os._exit(1)

    return prepare


def tied_and_not_root(sig: signal.Signals, *needed: Path) -> Callable[[], None]:
    """As `tied`, and root is left behind: for PostgreSQL, which refuses to run as root. `needed`: what it has to reach.

    It has no capability of root's and gets none back, with one exception: where namespaces are forbidden and root keeps
    `needed` in a folder of its own, it may read.
    """
    tie = tied(sig)
    if os.getuid() != 0:
        return tie
    if namespaces_allowed():
        leave: Callable[[], None] = _enter_namespace  # its program then starts without capabilities
    else:
        leave = functools.partial(_become, service_account(), may_read=not all(map(_is_open, needed)))

    def prepare() -> None:
        leave()
        _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        tie()  # after the change of user, which clears it

    return prepare


def _is_open(path: Path) -> bool:
    """Every account may walk there."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)


def server_uid() -> int:
    """Who must own PostgreSQL's files."""
    return os.getuid() if os.getuid() != 0 or namespaces_allowed() else service_account().pw_uid


@functools.cache
def namespaces_allowed() -> bool:
    try:
        subprocess.run(["/bin/true"], preexec_fn=_enter_namespace, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _enter_namespace() -> None:
    """Root under another number, in a user namespace: no account is made, no folder opened, all files stay root's."""
    inside = next(user for user in pwd.getpwall() if user.pw_uid != 0)  # initdb wants the number to have a name
    if _libc.unshare(_CLONE_NEWUSER) != 0:  # os.unshare needs Python 3.12
        raise OSError(ctypes.get_errno(), "no user namespace")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside.pw_uid} 0 1")
    Path("/proc/self/gid_map").write_text(f"{inside.pw_gid} 0 1")


@functools.cache
def service_account() -> pwd.struct_passwd:
    """The account for PostgreSQL where namespaces are forbidden, as in many containers."""
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group", SERVICE_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, preexec_fn=tied())
        return pwd.getpwnam(SERVICE_USER)
    except (OSError, subprocess.SubprocessError, KeyError) as error:
        raise CannotLeaveRoot(str(error)) from error


def _become(user: pwd.struct_passwd, *, may_read: bool) -> None:
    """Become `user`, keeping nothing of root's; with `may_read` the right to read, and only that."""
    _libc.prctl(_PR_SET_KEEPCAPS, int(may_read), 0, 0, 0)
    os.setgroups([])
    os.setresgid(user.pw_gid, user.pw_gid, user.pw_gid)
    os.setresuid(user.pw_uid, user.pw_uid, user.pw_uid)
    if not may_read:
        return  # the kernel took all of them
    mask = 1 << _CAP_DAC_READ_SEARCH
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(
        mask, mask, mask, 0, 0, 0
    )  # effective, permitted, inheritable; then their upper halves
    if _libc.capset(header, sets) or _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_READ_SEARCH, 0, 0):
        raise OSError(ctypes.get_errno(), "may not keep the right to read")
