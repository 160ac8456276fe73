"""More time for a task: asked for by the unit, granted or refused by the ward."""

import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import User
from campaigns.choices import ExtensionState
from campaigns.models.campaign import Campaign
from campaigns.models.task import Task
from campaigns.querysets import ExtensionQuerySet
from core.keys import WardKey
from core.models import StateChanged, WardModel, today, tracked
from core.refusals import refusals_said
from core.secrecy import refuse_secret
from core.text import nfc
from notifications import outbox


@tracked
class TaskExtension(WardModel):
    """More time that a unit asked for, and what the ward answered. The day it was due before stays in the row."""

    task = WardKey(Task, models.PROTECT, related_name="extensions", verbose_name=_("task"))
    state = models.CharField(_("state"), max_length=10, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_on = models.DateField(_("asked for on"), default=today)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the unit by")
    )
    due_then = models.DateField(_("due until then"))
    wanted_on = models.DateField(_("wanted until"))
    reason = models.CharField(_("reason"), max_length=1000, validators=[refuse_secret])
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    granted_until = models.DateField(_("granted until"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True, validators=[refuse_secret])

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for more time")
        verbose_name_plural = _("requests for more time")
        ordering = ["-asked_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "task",
                name="campaigns_extension_one_open",
                condition=Q(state=ExtensionState.ASKED),
                violation_error_message=_("The ward has not answered the last request for more time yet."),
            ),
            models.CheckConstraint(
                name="campaigns_extension_later",
                condition=Q(wanted_on__gt=F("due_then")),
                violation_error_message=_("Ask for a day after the one on which it is due."),
            ),
            models.CheckConstraint(name="campaigns_extension_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="campaigns_extension_answered",
                condition=Q(state=ExtensionState.ASKED, answered_on__isnull=True, answered_by__isnull=True)
                | Q(state=ExtensionState.LAPSED, answered_on__isnull=False, answered_by__isnull=True)
                | Q(
                    state__in=[ExtensionState.GRANTED, ExtensionState.REFUSED],
                    answered_on__isnull=False,
                    answered_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="campaigns_extension_granted",
                condition=Q(state=ExtensionState.GRANTED, granted_until__gt=F("due_then"))
                | (~Q(state=ExtensionState.GRANTED) & Q(granted_until__isnull=True)),
                violation_error_message=_("Grant a day after the one on which it was due."),
            ),
            models.CheckConstraint(
                name="campaigns_extension_refused_why",
                condition=~Q(state=ExtensionState.REFUSED) | ~Q(answer=""),
                violation_error_message=_("Say why it is refused."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.task)

    def get_absolute_url(self) -> str:
        return self.task.get_absolute_url()

    @property
    def campaign(self) -> Campaign:
        return self.task.campaign

    def can_answer(self, user: User) -> Decision:
        """Those who accept the work also say how long it may take."""
        allowed = self.task.campaign.can_change() and access.can(user, Permission.TASK_ACCEPT, unit=self.task.lead_unit)
        if allowed and self.state != ExtensionState.ASKED:
            return access.denied(gettext("This request is now “%(state)s”.") % {"state": self.get_state_display()})
        return allowed

    def settle(self, *, by: User, state: str, until: datetime.date | None = None, answer: str = "") -> None:
        """Grant it until a day, or refuse it with the reason."""
        if state == ExtensionState.GRANTED and until:
            self.grant(by=by, until=until, answer=answer)
        else:
            self.refuse(by=by, answer=answer)

    def grant(self, *, by: User, until: datetime.date, answer: str = "") -> None:
        """The task is due on the new day from now on."""
        with transaction.atomic():
            self._answer(ExtensionState.GRANTED, by, answer, granted_until=until)
            self.task.due_on = until
            self.task.save(update_fields=["due_on"])
            told = {"subject": self.task, "by": by, "unit": self.task.lead_unit}
            outbox.record("campaigns.task.extension_granted", **told, until=until.isoformat())

    def refuse(self, *, by: User, answer: str) -> None:
        with transaction.atomic():
            self._answer(ExtensionState.REFUSED, by, answer)
            told = {"subject": self.task, "by": by, "unit": self.task.lead_unit}
            outbox.record("campaigns.task.extension_refused", **told)

    def _answer(self, state: ExtensionState, by: User, answer: str, **fields: Any) -> None:
        self.task.campaign.require_open()
        fields |= {"state": state, "answered_by": by, "answered_on": today(), "answer": nfc(answer)}
        rows = TaskExtension.objects.filter(pk=self.pk, ward_id=self.ward_id).waiting()
        with refusals_said():
            changed = rows.update(**fields)
        if changed != 1:
            self.refresh_from_db(fields=["state"])
            raise StateChanged(self, state)
        for name, value in fields.items():
            setattr(self, name, value)
