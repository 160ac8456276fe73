import datetime
import json
from pathlib import Path
from typing import Any, Self

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts import access
from accounts.access import Permission
from accounts.choices import Branch, DutyCode
from accounts.querysets import TermQuerySet, WardQuerySet
from campaigns.models import Campaign, PaperStyle
from core.models import StatefulQuerySet, save_all
from core.papers import party_organization
from core.periods import MONTHS, Span, span_of
from core.related import related
from reports.choices import SIGNED_STATES, ReportState

SHIPPED = "Câu mẫu theo báo cáo dân vận thường dùng (đi kèm cổng)"
LONG_THEME = 200  # longer ones leave no room in a title
PAPER_LANGUAGE = "vi"  # official papers are written in Vietnamese, whatever language their reader's screen has
# The frame of a paper: the body's own.
FRAME = ["header", "symbol_suffix", "authority", "signer_title", "recipients"]


class ReportQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What was signed, for readers of reports; before that, for those who write, check and sign it."""
        if not access.can(user, Permission.REPORT_READ):
            return self.none()
        rows = self.in_ward_of(user)
        if access.can(user, Permission.REPORT_EDIT) or access.can(user, Permission.REPORT_SIGN):
            return rows
        if access.can(user, Permission.REPORT_CHECK):
            return rows.exclude(state=ReportState.DRAFT)
        return rows.filter(state__in=SIGNED_STATES)

    def for_list(self) -> Self:
        joined = self.select_related(
            "body__kind",
            "campaign__ward",
            "campaign__superior",
            "standard",
            "entered_by",
            "issued_as__kind",
            "replaces",
        )
        return joined.prefetch_related("sections", "wordings").order_by("-on", "-id")

    def with_returns(self) -> Self:
        """Each with `came_back`: whether its text was sent back once."""
        back = related(self.model, "versions").objects.filter(ward=OuterRef("ward"), report=OuterRef("pk"))
        return self.annotate(came_back=Exists(back))

    def next_span(self, campaign: Campaign, kind: str, on: datetime.date, closes: int | None) -> Span | None:
        """The period that ended last, while it has no report and belongs to the year; else the one that runs."""
        if kind not in MONTHS:
            return None
        running = span_of(kind, on, closes)
        ended = running.before
        written = self.filter(ward_id=campaign.ward_id, campaign=campaign, kind=kind, on=ended.last)
        is_free = campaign.opens_on <= ended.last and not written.exists()
        return ended if is_free or running.last > campaign.closes_on else running

    @staticmethod
    def title_of(campaign: Campaign, span: Span) -> str:
        with override(PAPER_LANGUAGE):
            said = {"theme": campaign.theme.strip(), "period": span.words}
            if len(said["theme"]) > LONG_THEME:
                return gettext("results of mass mobilization work %(period)s") % said
            return gettext("results of carrying out the theme “%(theme)s” %(period)s") % said

    def following(self, campaign: Campaign, on: datetime.date, kind: str = "day", closes: int | None = None) -> Any:
        """An unsaved report for the day, or the next period of the kind, with the head and foot of the body that
        reported last."""
        report: Any = self.model(ward=campaign.ward, campaign=campaign, on=on, kind=kind)
        if span := self.next_span(campaign, kind, on, closes):
            report.first_on, report.on = span.first, span.last
            report.title = self.title_of(campaign, span)
        last: Any = self.filter(ward_id=campaign.ward_id).order_by("-on", "-id").first()
        office = campaign.ward.unit_on_duty(DutyCode.MOBILIZATION_OFFICE, on)
        report.place = last.place if last else campaign.ward.name
        if body := last.body if last else PaperStyle.objects.issuer_for(office, on):
            report.body = body
            for name, value in self.frame(campaign, body, on).items():
                setattr(report, name, value)
        return report

    def in_place_of(self, old: Any) -> Any:
        """An unsaved report that replaces a withdrawn one, with its frame."""
        names = ["kind", "first_on", "on", "known_on", "title", "body", "standard", "place", "annexes", *FRAME]
        kept = {name: getattr(old, name) for name in names}
        return self.model(ward=old.campaign.ward, campaign=old.campaign, replaces=old, **kept)

    def frame(self, campaign: Campaign, body: Any, on: datetime.date) -> dict[str, str]:
        """Head and foot of the body's papers: as in its last report, else as the body writes its papers."""
        if last := self.filter(ward_id=campaign.ward_id, body=body).order_by("-on", "-id").first():
            return {name: getattr(last, name) for name in FRAME}
        style = PaperStyle.objects.of(body, on)
        is_party = body.branch == Branch.PARTY
        superior = party_organization(campaign.superior.name) if campaign.superior and is_party else ""
        return {
            "header": style.superior or superior,
            "symbol_suffix": f"BC{'/' if is_party else '-'}{style.abbreviation}" if style.abbreviation else "BC",
            "authority": style.authority,
            "signer_title": style.head_title,
            "recipients": "",
        }


class PeriodRuleQuerySet(TermQuerySet):
    def closes_on(self, ward: int, day: datetime.date) -> int | None:
        """The day of the month on which periods close; None: the last of the month."""
        return (
            self.filter(ward_id=ward).valid_on(day).values_list("closes_on", flat=True).order_by("-valid_from").first()
        )


class WardNumberQuerySet(WardQuerySet):
    def latest_on(self, day: datetime.date) -> Self:
        """The newest number of each kind that is of the day or before."""
        newest = self.filter(on__lte=day).order_by("code", "-on", "-pk").distinct("code")
        return self.filter(pk__in=newest.values("pk")).order_by("order", "code")

    def codes(self, ward: int) -> list[str]:
        """What the ward counts, in its order."""
        found = self.filter(ward_id=ward).order_by("order", "code").values_list("code", flat=True)
        return list(dict.fromkeys(found))


class ReportTextQuerySet(TermQuerySet):
    def in_force(self, ward: int, day: datetime.date) -> list[Any]:
        """The sections of a day, the newest of each; the shipped ones while the ward keeps none of its own."""
        rows = self.filter(ward_id=ward).valid_on(day).order_by("code", "-valid_from").distinct("code")
        found = list(rows) or self.shipped(ward)
        return sorted(found, key=lambda row: row.order)

    def shipped(self, ward: int) -> list[Any]:
        told = json.loads((Path(__file__).parent / "data" / "texts.json").read_text(encoding="utf-8"))
        common = {"ward_id": ward, "source": SHIPPED, "valid_from": datetime.date(2020, 1, 1)}
        return [
            self.model(
                **common,
                order=n,
                code=row["code"],
                heading=row["heading"],
                lines="\n".join(row["lines"]),
                kinds=row.get("kinds", []),
            )
            for n, row in enumerate(told)
        ]

    def propose(self, ward: int) -> int:
        """The shipped sections, for a ward that keeps none yet and wants to change them; how many."""
        if self.filter(ward_id=ward).exists():
            return 0
        rows = self.shipped(ward)
        save_all(rows)
        return len(rows)


class FilledFormQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of the reports that one may see; who reads signed ones alone sees what was filled since the signature."""
        reports = related(self.model, "report")
        rows = self.in_ward_of(user).filter(report__in=reports.objects.visible_to(user))
        if reports.can_read_drafts(user):
            return rows
        steps = related(reports, "transitions").objects.filter(ward=OuterRef("ward"), report=OuterRef("report"))
        return rows.filter(Exists(steps.filter(new=ReportState.SIGNED, at__lte=OuterRef("at"))))


class CalendarFeedQuerySet(WardQuerySet):
    def live(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def of(self, user: Any, ward: Any) -> Self:
        """The person's own, of which there is one at most."""
        return self.filter(user=user, ward=ward).live()

    def end(self) -> int:
        """Their addresses lead nowhere any more; how many there were."""
        return self.live().update(revoked_at=timezone.now())
