#!/bin/sh
# python-dateutil 2.9.0.post0: a weekly rule that is asked for days up to the last day there is raises ValueError.
#
# `rrule.between(after, before)` of a weekly rule without an end, with `before` in the last days of the year 9999, does
# not stop there: it fails with "year 10000 is out of range". A daily rule with the same bounds ends quietly. `between`
# is eager, too: it returns a list, so a caller who wants the first few days of a rule has to bound the question.
# The portal asks for a bounded stretch of weeks. Output seen:
#
#   DAILY: ends, 31 days
#   WEEKLY: ValueError: year 10000 is out of range
#
# Exits 1 when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import sys

from dateutil.rrule import rrulestr

first, last = datetime.datetime(9999, 12, 1), datetime.datetime(9999, 12, 31)
seen = []
for rule in ("FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SA"):
    try:
        seen.append(f"ends, {len(rrulestr(rule, dtstart=first).between(first, last, inc=True))} days")
    except ValueError as error:
        seen.append(f"ValueError: {error}")
    print(f"{rule[5:].split(';')[0]}: {seen[-1]}")
sys.exit(seen != ["ends, 31 days", "ValueError: year 10000 is out of range"])
PYTHON
