#!/bin/sh
# django-pgtrigger 4.17.0: a raw condition that begins with "(" is written into the trigger without parentheses.
#
# pgtrigger.Condition("OLD.a <> NEW.a AND OLD.b") becomes WHEN (OLD.a <> NEW.a AND OLD.b); the same condition in the
# order "(OLD.a <> NEW.a) AND OLD.b" becomes WHEN (OLD.a <> NEW.a) AND OLD.b, which PostgreSQL refuses when the trigger
# is installed: syntax error at or near "AND". A way round: parentheses around the whole.
#
# Seen:
#   plain:   WHEN (OLD.a <> NEW.a AND OLD.b)
#   grouped: WHEN (OLD.a <> NEW.a) AND OLD.b
#   wrapped: WHEN ((OLD.a <> NEW.a) AND OLD.b)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q "django-pgtrigger==4.17.0" "Django==5.2.8" "psycopg2-binary==2.9.11"
cat >"$folder/look.py" <<'PYTHON'
import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "none"}}, INSTALLED_APPS=["pgtrigger"]
)
django.setup()
import pgtrigger
from django.db import models


class Row(models.Model):
    class Meta:
        app_label = "look"


def when(condition):
    trigger = pgtrigger.Trigger(
        name="t", when=pgtrigger.After, operation=pgtrigger.Update, func="RETURN NULL;", condition=pgtrigger.Condition(condition)
    )
    return trigger.render_condition(Row)


found = {
    "plain": when("OLD.a <> NEW.a AND OLD.b"),
    "grouped": when("(OLD.a <> NEW.a) AND OLD.b"),
    "wrapped": when("((OLD.a <> NEW.a) AND OLD.b)"),
}
for name, text in found.items():
    print(f"{name + ':':9}{text}")
assert found["plain"] == "WHEN (OLD.a <> NEW.a AND OLD.b)"
assert found["grouped"] == "WHEN (OLD.a <> NEW.a) AND OLD.b", "mended: it is wrapped now"
assert found["wrapped"] == "WHEN ((OLD.a <> NEW.a) AND OLD.b)"
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
