"""What is past its time of keeping and is to be taken out for good: begun by one person, confirmed by another."""

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from clearance.querysets import DisposalQuerySet
from clearance.validators import no_personal_number
from core.keys import WardKey
from core.models import WardModel, tracked
from deadlines.models import DeadlineRule
from notifications import outbox
from notifications.models import Job

if TYPE_CHECKING:
    from accounts.models import User

CLEAR = "clearance.privacy.clear"


@tracked
class Disposal(WardModel):
    """Begun -> confirmed, and then carried out by a job -> done; or left. Of each kind of record one waits at most.

    until: rows whose time began before this day are meant, however long the confirmation takes.
    """

    rule = WardKey(DeadlineRule, models.PROTECT, editable=False, related_name="+", verbose_name=_("time of keeping"))
    code = models.CharField(_("kind of record"), max_length=30, editable=False)
    until = models.DateField(_("whose time began before"), editable=False)
    said = models.CharField(_("what was found when it was tried out"), max_length=300, editable=False)
    paper = models.CharField(
        _("record of the hand-over to the archive"), max_length=150, blank=True, validators=[no_personal_number]
    )
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("begun by")
    )
    begun_at = models.DateTimeField(_("begun at"), default=timezone.now, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, editable=False)
    left_at = models.DateTimeField(_("left at"), null=True, editable=False)
    done_at = models.DateTimeField(_("carried out at"), null=True, editable=False)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("disposal of records past their time")
        verbose_name_plural = _("disposals of records past their time")
        ordering = ["-begun_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="clearance_disposal_second_person",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("begun_by")),
                violation_error_message=_("A second person confirms what you began."),
            ),
            models.CheckConstraint(
                name="clearance_disposal_confirmed",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, done_at__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, left_at__isnull=True),
            ),
            models.UniqueConstraint(
                "ward",
                "code",
                condition=Q(confirmed_at=None, left_at=None),
                name="clearance_disposal_one_waits",
                violation_error_message=_("This is begun already and waits for a second person."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Disposal of records past their time, begun on %(day)s") % {
            "day": f"{timezone.localdate(self.begun_at):%d/%m/%Y}"
        }

    def get_absolute_url(self) -> str:
        return reverse("clearance:privacy_disposal", args=[self.pk])

    @property
    def waits(self) -> bool:
        return self.confirmed_at is None and self.left_at is None

    def can_confirm(self, user: "User") -> Decision:
        """Whoever agrees as a second person elsewhere, too, and did not begin it."""
        if not self.waits:
            return access.denied(gettext("Nothing waits for a second person."))
        if self.begun_by_id == user.pk:
            return access.denied(gettext("A second person confirms what you began."))
        return access.can(user, Permission.ACCESS_CONFIRM)

    def can_leave(self, user: "User") -> Decision:
        return access.can(user, Permission.PRIVACY_KEEP) or access.can(user, Permission.ACCESS_CONFIRM)

    @classmethod
    def begin(
        cls, rule: DeadlineRule, *, by: "User", until: datetime.date, said: str, what: str, paper: str = ""
    ) -> "Disposal":
        """Nothing is taken out by that. what: the kind of record, in words."""
        row = cls(ward_id=rule.ward_id, rule=rule, code=rule.code, until=until, said=said, paper=paper, begun_by=by)
        with transaction.atomic():
            row.save()
            outbox.record("clearance.privacy.disposal_begun", subject=rule, by=by, what=what)
        return row

    def confirm(self, *, by: "User", what: str) -> Job:
        """The job that takes it out is asked for by who confirms."""
        if by.pk == self.begun_by_id:
            raise ValidationError(gettext("A second person confirms what you began."))
        with transaction.atomic():
            self._leave_waiting(confirmed_by=by, confirmed_at=timezone.now())
            outbox.record("clearance.privacy.disposal_confirmed", subject=self.rule, by=by, what=what)
            return Job.ask(CLEAR, by=by, disposal=self.pk, of=self.code, ward=self.ward_id)

    def leave(self, *, by: "User", what: str) -> None:
        """It is kept for now; it may be begun again."""
        with transaction.atomic():
            self._leave_waiting(left_at=timezone.now())
            outbox.record("clearance.privacy.disposal_left", subject=self.rule, by=by, what=what)

    def _leave_waiting(self, **fields: object) -> None:
        rows = Disposal.objects.filter(pk=self.pk, ward_id=self.ward_id, confirmed_at=None, left_at=None)
        if rows.update(**fields) != 1:
            raise ValidationError(gettext("Nothing waits for a second person."))
        self.refresh_from_db()

    def finish(self) -> None:
        """By the job, once."""
        rows = Disposal.objects.filter(pk=self.pk, ward_id=self.ward_id, done_at=None).exclude(confirmed_at=None)
        if rows.update(done_at=timezone.now()) != 1:
            raise ValidationError(gettext("A second person has to confirm it first, and only once."))
