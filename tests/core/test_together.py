"""Several querysets read in one statement hold what each would have read alone."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection, models
from django.db.models import Count, Exists, OuterRef, Value
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Unit, User
from campaigns.models import Task
from core.together import read_together

pytestmark = pytest.mark.django_db


def test_one_statement_reads_all_of_them(world):
    tasks, units, people = Task.objects.order_by("pk"), Unit.objects.order_by("-pk"), User.objects.order_by("pk")
    with CaptureQueriesContext(connection) as asked:
        read_together(tasks, units, people)
        assert [len(tasks), len(units), len(people)] == [len(list(rows)) for rows in (tasks, units, people)]
    assert len(asked) == 1
    assert list(units) == list(Unit.objects.order_by("-pk"))


def test_rows_come_with_what_they_select_annotate_and_prefetch(world):
    held = Membership.objects.filter(user=OuterRef("pk"))
    people = (
        User.objects.annotate(seats=Count("memberships"), sits=Exists(held), day=Value(datetime.date(2026, 1, 31)))
        .prefetch_related("memberships")
        .order_by("pk")
    )
    memberships = Membership.objects.select_related("user", "unit__kind").order_by("unit__sort_key", "pk")
    read_together(people, memberships)
    with CaptureQueriesContext(connection) as asked:
        kinds = [row.unit.kind for row in memberships]
        seen = [(row.seats, row.sits, row.day) for row in people]
    assert len(asked) == 1  # the memberships of all people, fetched beforehand for the rows
    assert kinds == [row.unit.kind for row in Membership.objects.order_by("unit__sort_key", "pk")]
    assert seen == [(row.memberships.count(), row.memberships.exists(), datetime.date(2026, 1, 31)) for row in people]
    assert any(sits for _seats, sits, _day in seen)


def test_values_slices_and_nothing_at_all_read_the_same(world):
    names = Unit.objects.order_by("pk").values_list("name", flat=True)[1:3]
    pairs = Unit.objects.order_by("pk").values("pk", "name")
    nobody = User.objects.none()
    sums = Unit.objects.order_by().values(one=Value(1)).annotate(count=Count("pk")).values_list("count", flat=True)
    read_together(names, pairs, nobody, sums)
    assert list(names) == list(Unit.objects.order_by("pk").values_list("name", flat=True)[1:3])
    assert list(pairs) == list(Unit.objects.order_by("pk").values("pk", "name"))
    assert list(nobody) == []
    assert list(sums) == [Unit.objects.count()]
    read_together()
    read_together(User.objects.none())


def test_numbers_moments_and_texts_keep_their_kind(world):
    value = "1.10 “ủy ban”"
    rows = Unit.objects.order_by("pk").annotate(
        exact=Value(Decimal("1.10"), output_field=models.DecimalField(max_digits=5, decimal_places=2)),
        at=Value(timezone.now(), output_field=models.DateTimeField()),
        clock=Value(datetime.time(7, 5), output_field=models.TimeField()),
        length=Value(datetime.timedelta(days=3, minutes=90), output_field=models.DurationField()),
        said=Value(value, output_field=models.TextField()),
    )
    alone = [(row.exact, str(row.exact), row.at, row.clock, row.length, row.said) for row in rows.all()]
    read_together(rows)
    assert [(row.exact, str(row.exact), row.at, row.clock, row.length, row.said) for row in rows] == alone
    assert rows[0].said == value


def test_a_kind_of_column_that_is_not_known_is_refused(world):
    spans = Unit.objects.annotate(span=Value(b"1", output_field=models.BinaryField()))
    with pytest.raises(TypeError, match="together"):
        read_together(spans)
