#!/bin/sh
# asgiref 3.13.0 under Playwright 1.65.2 (Python): what a thread keeps is another thing while a browser is driven, and a
# process forked meanwhile finds the old one.
#
# Playwright's synchronous API leaves an event loop running in the caller's thread for as long as it is started. From
# then on `asgiref.local.Local(thread_critical=True)`, in which Django keeps its database connections, is a context's
# and no longer the thread's: what was set before is gone. CPython calls a loop running only in the process that
# started it, so a forked child sees the thread's again: of Django the very connection that the parent opened before
# the browser and still holds, though the parent closed "its" connection just before the fork. Two processes then speak
# in one session of the database, and killing the child ends no transaction. The portal's tests start processes anew
# instead. Output seen:
#
#   before: opened first
#   while a browser may be driven: none
#   in a process forked then: opened first
#   afterwards: opened first
#
# Exits 1 when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check asgiref==3.13.0 playwright==1.65.2
"$folder/venv/bin/python" - <<'PYTHON'
import os
import sys

from asgiref.local import Local
from playwright.sync_api import sync_playwright

kept = Local(thread_critical=True)
seen = []


def look(when):
    seen.append(getattr(kept, "session", "none"))
    print(f"{when}: {seen[-1]}", flush=True)


kept.session = "opened first"
look("before")
with sync_playwright():
    look("while a browser may be driven")
    kept.session = "opened later"
    child = os.fork()
    if not child:
        look("in a process forked then")
        os._exit(seen[-1] == "opened first")
    forked = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
look("afterwards")
sys.exit(seen != ["opened first", "none", "opened first"] or forked != 1)
PYTHON
