import datetime

from django.db.models import Max, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.figures import FigureValue, Scope, address, figure
from publicity.choices import OutputKind
from publicity.models import Airing, Article, Broadcast, Output, ViewReading


@figure("publicity.broadcasts", label=_("Broadcasts on the air"), unit=_("airings"), flow=True)
def broadcasts(scope: Scope, on: datetime.date) -> FigureValue:
    """Airings of the campaign's broadcasts that went on the air on or before the day. No data while the campaign has
    no broadcast at all."""
    own = {"ward": scope.ward, "campaign": scope.campaign}
    if scope.unit is not None or not Broadcast.objects.filter(**own).exists():
        return FigureValue(None)
    rows = Airing.objects.filter(ward=scope.ward, broadcast__campaign=scope.campaign).aired_by(on)
    return FigureValue(rows.count(), rows, address(reverse("publicity:airing_list"), on, scope.campaign))


@figure("publicity.minutes", label=_("Minutes on the loudspeakers"), unit=_("minutes played"), flow=True)
def minutes(scope: Scope, on: datetime.date) -> FigureValue:
    """Minutes for which the campaign's broadcasts were on the air on or before the day, each airing once, however many
    clusters spoke. No data while the campaign has no broadcast at all."""
    own = {"ward": scope.ward, "campaign": scope.campaign}
    if scope.unit is not None or not Broadcast.objects.filter(**own).exists():
        return FigureValue(None)
    rows = Airing.objects.filter(ward=scope.ward, broadcast__campaign=scope.campaign).aired_by(on)
    total = rows.aggregate(total=Sum("minutes"))["total"] or 0
    return FigureValue(total, rows, address(reverse("publicity:airing_list"), on, scope.campaign, sum="minutes"))


@figure("publicity.minutes_week", label=_("Minutes on the loudspeakers this week"), unit=_("minutes played"))
def minutes_week(scope: Scope, on: datetime.date) -> FigureValue:
    """Minutes for which the campaign's broadcasts were on the air from the week's Monday to the day."""
    own = {"ward": scope.ward, "campaign": scope.campaign}
    if scope.unit is not None or not Broadcast.objects.filter(**own).exists():
        return FigureValue(None)
    monday = on - datetime.timedelta(days=on.weekday())
    rows = Airing.objects.filter(ward=scope.ward, broadcast__campaign=scope.campaign).aired_by(on).aired_in_week(monday)
    total = rows.aggregate(total=Sum("minutes"))["total"] or 0
    return FigureValue(
        total, rows, address(reverse("publicity:airing_list"), on, scope.campaign, week=f"{monday}", sum="minutes")
    )


@figure("publicity.articles", label=_("Articles published"), unit=_("articles"))
def articles(scope: Scope, on: datetime.date) -> FigureValue:
    """Articles of the campaign that stood published at the end of the day; one taken off by then does not count."""
    if scope.unit is not None:
        return FigureValue(None)
    rows = Article.objects.visible_to(scope.user) if scope.user else Article.objects.filter(ward=scope.ward)
    rows = rows.filter(campaign=scope.campaign).published_on(on)
    return FigureValue(rows.count(), rows, address(reverse("publicity:article_list"), on, scope.campaign))


@figure(
    "publicity.article_views",
    label=_("Article views"),
    unit=_("views"),
    kind="latest",
    tells={"read_on": "as_of"},
)
def article_views(scope: Scope, on: datetime.date) -> FigureValue:
    """What the counters of the campaign's articles said at their last reading on or before the day. A reading is a
    total, so readings of one article are never added; with several articles it is the sum of each one's last
    reading, dated by the newest. No data without a reading."""
    if scope.unit is not None:
        return FigureValue(None)
    rows = ViewReading.objects.filter(ward=scope.ward, article__campaign=scope.campaign).newest_on(on)
    found = rows.aggregate(value=Sum("value"), read_on=Max("read_on"))
    if found["value"] is None:
        return FigureValue(None)
    url = address(reverse("publicity:reading_list"), on, scope.campaign)
    return FigureValue(found["value"], rows, url, as_of=found["read_on"])


@figure("publicity.outputs", label=_("Other outputs of publicity"), unit=_("pieces"), kind="breakdown", flow=True)
def outputs(scope: Scope, on: datetime.date) -> FigureValue:
    """Boards, banners, leaflets, posts and other pieces noted as brought out in the campaign on or before the day, by
    kind; in brackets what they measure, where that was noted. What was taken out of the count is not counted. No data
    while nothing is noted."""
    rows = Output.objects.filter(ward=scope.ward, campaign=scope.campaign).by_day(on)
    rows = rows if scope.unit is None else rows.filter(unit=scope.unit)
    path, which = reverse("publicity:output_list"), {"unit": scope.unit.slug if scope.unit else None}
    parts = {
        kind: FigureValue(
            total.pieces,
            rows.filter(kind=kind),
            address(path, on, scope.campaign, kind=kind, **which),
            label=str(OutputKind(kind).label),
            beside=total.measured,
        )
        for kind, total in rows.totals().items()
    }
    if not parts:
        return FigureValue(None)
    total = sum(part.value or 0 for part in parts.values())
    return FigureValue(total, rows, address(path, on, scope.campaign, **which), parts=parts)
