#!/bin/sh
# num2words 0.5.14, Vietnamese: what it reads out is another number than the one it was given.
#
#   12.05 -> "mười hai phẩy năm"        which a listener writes down as 12,5
#   12.5  -> "mười hai phẩy năm mươi"   and this as 12,50: the two decimals are read as a whole number
#   -5    -> "mười lăm"                 which is 15: the sign becomes ten
#   0.004 -> "không"
#   2022  -> "hai nghìn lẻ hai mươi hai", where "không trăm" is said; 1015 -> "một nghìn lẻ mười lăm"
#
# lang_VI formats the number with "%.2f" and reads what stands behind the point as an integer; a negative number indexes
# its table of words from the end. So the portal has its own words (publicity/models/spoken.py).
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check num2words==0.5.14
"$work/venv/bin/python" - <<'PYTHON'
from num2words import num2words

seen = {number: num2words(number, lang="vi") for number in (12.05, 12.5, -5, 0.004, 2022, 1015)}
for number, words in seen.items():
    print(number, "->", words)
assert seen == {
    12.05: "mười hai phẩy năm",
    12.5: "mười hai phẩy năm mươi",
    -5: "mười lăm",
    0.004: "không",
    2022: "hai nghìn lẻ hai mươi hai",
    1015: "một nghìn lẻ mười lăm",
}, seen
PYTHON
