import datetime
from typing import Any, Self

from django.db import models

from accounts import access
from accounts.access import Permission
from accounts.choices import DutyCode
from accounts.querysets import WardQuerySet
from core.models import StatefulQuerySet

CARRIED_OVER = ["header", "symbol_suffix", "place", "authority", "signer_title", "recipients"]


class ReportQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.in_ward_of(user) if access.can(user, Permission.REPORT_READ) else self.none()

    def for_list(self) -> Self:
        joined = self.select_related("body__kind", "campaign__ward", "campaign__superior", "standard", "entered_by")
        return joined.prefetch_related("sections").order_by("-on", "-id")

    def following(self, campaign: models.Model, on: datetime.date) -> models.Model:
        """An unsaved report for the day, with head and foot of the ward's latest one."""
        report = self.model(ward=campaign.ward, campaign=campaign, on=on)
        last = self.filter(ward_id=campaign.ward_id).order_by("-on", "-id").first()
        if last is not None:
            report.body_id = last.body_id
            for name in CARRIED_OVER:
                setattr(report, name, getattr(last, name))
        else:
            report.body = campaign.ward.unit_on_duty(DutyCode.MOBILIZATION_OFFICE, on)
            report.header = campaign.superior.name if campaign.superior else ""
            report.place = campaign.ward.name
        return report
