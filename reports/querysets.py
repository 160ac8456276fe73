import datetime
from typing import Any, Self

from django.utils import timezone

from accounts import access
from accounts.access import Permission
from accounts.choices import Branch, DutyCode
from accounts.querysets import WardQuerySet
from campaigns.models import Campaign, PaperStyle
from core.models import StatefulQuerySet
from reports.choices import SIGNED_STATES, ReportState

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
        return joined.prefetch_related("sections").order_by("-on", "-id")

    def following(self, campaign: Campaign, on: datetime.date) -> Any:
        """An unsaved report for the day, of the body that reported last, with that body's head and foot."""
        report: Any = self.model(ward=campaign.ward, campaign=campaign, on=on)
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
        names = ["kind", "on", "known_on", "title", "body", "standard", "place", *FRAME]
        kept = {name: getattr(old, name) for name in names}
        return self.model(ward=old.campaign.ward, campaign=old.campaign, replaces=old, **kept)

    def frame(self, campaign: Campaign, body: Any, on: datetime.date) -> dict[str, str]:
        """Head and foot of the body's papers: as in its last report, else as the body writes its papers."""
        if last := self.filter(ward_id=campaign.ward_id, body=body).order_by("-on", "-id").first():
            return {name: getattr(last, name) for name in FRAME}
        style = PaperStyle.objects.of(body, on)
        is_party = body.branch == Branch.PARTY
        superior = campaign.superior.name if campaign.superior and is_party else ""
        return {
            "header": style.superior or superior,
            "symbol_suffix": f"BC{'/' if is_party else '-'}{style.abbreviation}" if style.abbreviation else "BC",
            "authority": style.authority,
            "signer_title": style.head_title,
            "recipients": "",
        }


class CalendarFeedQuerySet(WardQuerySet):
    def live(self) -> Self:
        return self.filter(revoked_at__isnull=True)

    def of(self, user: Any, ward: Any) -> Self:
        """The person's own, of which there is one at most."""
        return self.filter(user=user, ward=ward).live()

    def end(self) -> int:
        """Their addresses lead nowhere any more; how many there were."""
        return self.live().update(revoked_at=timezone.now())
