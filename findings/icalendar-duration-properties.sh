#!/bin/sh
# icalendar 7.3.0: how often a calendar should be asked for is written in two ways, and no reader can use either.
#
# `add("refresh-interval", timedelta)` writes REFRESH-INTERVAL without VALUE=DURATION, which RFC 7986, 5.7 asks for (the
# property has no default type). `add("x-published-ttl", timedelta)`, which older programs read, writes the duration as
# Python prints it, "1:00:00", while `duration` beside it is written as PT1H. Nothing warns, and the library reads both
# back. The portal names the type and writes the text itself. Output seen:
#
#   REFRESH-INTERVAL:PT1H
#   X-PUBLISHED-TTL:1:00:00
#   DURATION:PT1H
#
# Exits 1 when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 tzdata
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import sys

from icalendar import Calendar

made, hour = Calendar(), datetime.timedelta(hours=1)
names = ["refresh-interval", "x-published-ttl", "duration"]
for name in names:
    made.add(name, hour)
lines = made.to_ical().decode().splitlines()
seen = [line for name in names for line in lines if line.startswith(name.upper())]
print("\n".join(seen))
sys.exit(seen != ["REFRESH-INTERVAL:PT1H", "X-PUBLISHED-TTL:1:00:00", "DURATION:PT1H"])
PYTHON
