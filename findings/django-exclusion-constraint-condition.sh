#!/bin/sh
# Django 5.2.19: an ExclusionConstraint whose `condition` names a field that a form leaves out ends the form with
# FieldError, where a UniqueConstraint with the same condition is passed over.
#
# `full_clean(exclude=…)`, as a model form calls it with the fields that it does not have, asks each constraint to pass over
# what it can not judge. UniqueConstraint and CheckConstraint do so for a condition, too; ExclusionConstraint looks at its
# expressions alone and then resolves the condition against values of which one is missing. The portal's form keeps the
# field among those that are judged. No query is sent: it fails before. Output seen:
#
#   UniqueConstraint: passed over
#   ExclusionConstraint: FieldError: Cannot resolve keyword 'in_force' into field.
#
# Exits 1 when the behaviour changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check Django==5.2.19 psycopg2-binary==2.9.10
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "unused"}},
    INSTALLED_APPS=["django.contrib.postgres"],
)
django.setup()

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import Q, UniqueConstraint


class Seat(models.Model):
    who = models.IntegerField()
    in_force = models.BooleanField(default=True, editable=False)

    class Meta:
        app_label = "seats"


condition = Q(in_force=True)
seen = []
for constraint in (
    UniqueConstraint(fields=["who"], condition=condition, name="one"),
    ExclusionConstraint(expressions=[("who", "=")], condition=condition, name="none"),
):
    try:
        constraint.validate(Seat, Seat(who=1), exclude={"id", "in_force"})
        seen.append("passed over")
    except FieldError as error:
        seen.append(f"FieldError: {str(error).split('. ')[0]}.")
    print(f"{type(constraint).__name__}: {seen[-1]}")
sys.exit(seen != ["passed over", "FieldError: Cannot resolve keyword 'in_force' into field."])
PYTHON
