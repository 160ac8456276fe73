#!/bin/sh
# holidays 0.109 (PyPI): Vietnam lacks one of the two swaps of working days of 2026.
#
# The Government Office's letter 12729/VPCP-KGVX of 25/12/2025 swaps Friday 02/01/2026 (off) with Saturday 10/01/2026
# (worked) for state offices. The library has the other swap of that year (31/08 off, 22/08 worked, 9441/TB-BNV) and says
# that 02/01/2026 is a working day and 10/01/2026 is none. The portal therefore asks its own table first
# (deadlines/data/swaps.csv). Output seen:
#
#   2026-01-02 working: True
#   2026-01-10 working: False
#   2026-08-31 working: False
#   2026-08-22 working: True
#
# Exits 1 when the library says otherwise: then look whether the table is still needed for that year.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check holidays==0.109
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import sys

import holidays

vietnam = holidays.country_holidays("VN", years=2026)
seen = {}
for month, day in [(1, 2), (1, 10), (8, 31), (8, 22)]:
    date = datetime.date(2026, month, day)
    seen[date.isoformat()] = vietnam.is_working_day(date)
    print(date, "working:", seen[date.isoformat()])
sys.exit(list(seen.values()) != [True, False, False, True])
PYTHON
