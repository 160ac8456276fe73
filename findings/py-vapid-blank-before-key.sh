#!/bin/sh
# py-vapid 1.9.6 (PyPI): a header as RFC 8292 writes it is refused, if there is a blank after the comma.
#
# RFC 8292 gives "Authorization: vapid t=eyJ…, k=BA1H…", and HTTP allows a blank after each comma of a list of parameters.
# `Vapid02.verify` splits the header at its last blank, takes all before it for the scheme, and fails with an
# AssertionError; the same header without the blank, as the library itself writes it, is accepted. Who tests a sender
# with it has to take the blank out first. Output seen:
#
#   without the blank: True
#   with the blank: AssertionError: Incorrect schema specified
#
# Exits 1 when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check py-vapid==1.9.6
"$folder/venv/bin/python" - <<'PYTHON'
import sys

from py_vapid import Vapid02

vapid = Vapid02()
vapid.generate_keys()
claims = {"aud": "https://push.example.net", "sub": "mailto:office@example.net"}
header = vapid.sign(claims)["Authorization"]
seen = []
for name, sent in (("without", header), ("with", header.replace(",k=", ", k="))):
    try:
        seen.append(str(Vapid02.verify(sent)))
    except AssertionError as error:
        seen.append(f"AssertionError: {error}")
    print(f"{name} the blank: {seen[-1]}")
sys.exit(seen != ["True", "AssertionError: Incorrect schema specified"])
PYTHON
