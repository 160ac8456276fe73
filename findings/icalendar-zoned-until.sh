#!/bin/sh
# icalendar 7.3.0: the UNTIL of a rule that is given in a time zone is written as local time without its zone.
#
# A start in a zone wants UNTIL in UTC (RFC 5545, 3.3.10). `vRecur` takes an aware datetime for UNTIL without a word and
# writes its local digits: neither "Z" nor a TZID, so that a reader takes a floating time. With 07:00 in Hanoi as the last
# moment, a reader in UTC keeps occurrences for seven hours more; strict ones refuse the rule: dateutil, which stands
# behind several readers, raises ValueError for it. The portal hands over UTC. Output seen:
#
#   given in Asia/Ho_Chi_Minh: UNTIL=20261226T070000
#   given in UTC: UNTIL=20261226T000000Z
#   dateutil reads the first: ValueError
#
# Exits 1 when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check icalendar==7.3.0 python-dateutil==2.9.0.post0 tzdata
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import sys
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import vRecur

zone = ZoneInfo("Asia/Ho_Chi_Minh")
first, last = (datetime.datetime(2026, 12, day, 7, tzinfo=zone) for day in (5, 26))
seen = []
for until in (last, last.astimezone(datetime.UTC)):
    rule = vRecur(freq="weekly", until=until).to_ical().decode()
    seen.append(rule.partition("UNTIL=")[2].partition(";")[0])
print(f"given in Asia/Ho_Chi_Minh: UNTIL={seen[0]}")
print(f"given in UTC: UNTIL={seen[1]}")
try:
    list(rrulestr(f"FREQ=WEEKLY;UNTIL={seen[0]}", dtstart=first))
    seen.append("read")
except ValueError:
    seen.append("ValueError")
print(f"dateutil reads the first: {seen[2]}")
sys.exit(seen != ["20261226T070000", "20261226T000000Z", "ValueError"])
PYTHON
