"""What a conference leaves behind: the opinions on a plan, and the minutes with those who signed them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from campaigns.models import Campaign
from clearance.choices import TOOK_PART, OpinionKind, SignerKind
from clearance.models.dialogues import Dialogue, DialogueAttendance
from clearance.models.households import Household
from clearance.querysets import OfficeQuerySet
from clearance.validators import no_personal_number
from core.files import Accepted
from core.keys import WardKey, WardOneToOneKey
from core.models import StoredFile, WardModel, save_all, tracked
from notifications import outbox
from publicity.models import Article

if TYPE_CHECKING:
    from accounts.models import User

NAMED = 5  # households told by number in a sentence


@dataclass(frozen=True)
class OpinionLine:
    """What a household said on the plan. before: as it came; after: once the plan was explained."""

    after: str
    before: str = ""
    words: str = ""


@tracked
class PlanOpinion(WardModel):
    """The position of a household that took part, in its own words: the law has it counted, and nothing else is."""

    attendance = WardOneToOneKey(
        DialogueAttendance, models.PROTECT, related_name="opinion", verbose_name=_("attendance")
    )
    before = models.CharField(_("before the explanation"), max_length=10, choices=OpinionKind, blank=True)
    after = models.CharField(_("opinion after the explanation"), max_length=10, choices=OpinionKind)
    words = models.TextField(_("in the household's words"), blank=True, validators=[no_personal_number])

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion on a plan")
        verbose_name_plural = _("opinions on a plan")
        constraints = [
            models.CheckConstraint(
                name="clearance_opinion_words",
                condition=Q(after=OpinionKind.AGREES) | ~Q(words=""),
                violation_error_message=_("Write down what the household said."),
            )
        ]

    @property
    def personal_file(self) -> Household:
        return self.attendance.household

    def __str__(self) -> str:
        return f"{self.attendance.household}: {self.get_after_display()}"


def may_read_opinions(user: "User") -> Decision:
    """Who writes the minutes and reads every file. What was said on a plan is told to others as counts alone."""
    return access.can(user, Permission.DIALOGUE_RECORD) and (
        access.ALLOWED
        if access.is_ward_wide(user, Permission.HOUSEHOLD_READ)
        else access.denied(gettext("Minutes and opinions are read by those who read the files of all households."))
    )


def record_opinions(
    dialogue: Dialogue, *, by: "User | None", campaign: Campaign, opinions: Mapping[Household, OpinionLine | None]
) -> None:
    """Of households that took part; None takes a wrong one back. Raises ValidationError for one that did not."""
    campaign.require_open()
    with transaction.atomic():
        dialogue.hold_open()
        lines = {
            row.household_id: row
            for row in dialogue.attendance.filter(household__in=opinions, kind__in=TOOK_PART).select_related("opinion")
        }
        if strangers := sorted(household.number for household in opinions if household.pk not in lines):
            words = gettext("These households did not take part: %(numbers)s. Record the attendance first.")
            raise ValidationError(words % {"numbers": ", ".join(map(str, strangers))})
        gone = [lines[household.pk].pk for household, line in opinions.items() if line is None]
        PlanOpinion.objects.filter(ward=dialogue.ward_id, attendance__in=gone).delete()
        made = []
        for household, line in opinions.items():
            if line is None:
                continue
            attendance = lines[household.pk]
            row = getattr(attendance, "opinion", None) or PlanOpinion(ward_id=dialogue.ward_id, attendance=attendance)
            row.before, row.after, row.words = line.before, line.after, line.words
            if row.pk:
                row.save(update_fields=["before", "after", "words"])
            else:
                made.append(row)
        save_all(made)
        outbox.record(
            "clearance.opinions.recorded", subject=dialogue, by=by, unit=dialogue.host, count=len(opinions) - len(gone)
        )


@tracked
class DialogueMinutes(WardModel):
    """The minutes as they are kept here: read back, signed or not by each who should, then closed."""

    dialogue = WardOneToOneKey(Dialogue, models.PROTECT, related_name="record", verbose_name=_("dialogue"))
    chair = models.CharField(_("chair"), max_length=100, validators=[no_personal_number])
    secretary = models.CharField(_("keeper of the minutes"), max_length=100, validators=[no_personal_number])
    ended_at = models.TimeField(_("conference ended at"), null=True, blank=True)
    course = models.TextField(_("course of the conference"), blank=True, validators=[no_personal_number])
    was_read_back = models.BooleanField(_("read back to all present"), default=False)
    article = WardOneToOneKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="of_minutes",
        verbose_name=_("article"),
    )
    closed_at = models.DateTimeField(_("minutes closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("minutes closed by"),
    )

    reopen_reason = models.CharField(
        _("why they were opened again"),
        max_length=200,
        blank=True,
        editable=False,
        validators=[no_personal_number],
    )

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes of a dialogue")
        verbose_name_plural = _("minutes of dialogues")
        constraints = [
            models.CheckConstraint(
                name="clearance_minutes_closed",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False, was_read_back=True),
                violation_error_message=_("Minutes are closed once they were read back."),
            )
        ]

    def __str__(self) -> str:
        return gettext("Minutes: %(dialogue)s") % {"dialogue": self.dialogue.name}

    def get_absolute_url(self) -> str:
        return reverse("clearance:dialogue_minutes", args=[self.dialogue.project.slug, self.dialogue_id])

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    def write(self, *, by: "User | None", campaign: Campaign) -> None:
        """Save new minutes or changed ones."""
        campaign.require_open()
        with transaction.atomic():
            self.dialogue.hold_open()
            self.save()
            outbox.record("clearance.minutes.written", subject=self.dialogue, by=by, unit=self.dialogue.host)

    def sign(self, signature: "DialogueSignature", *, by: "User | None", campaign: Campaign) -> None:
        """Somebody signed, or would not sign, which stands there as well."""
        campaign.require_open()
        signature.ward_id, signature.minutes = self.ward_id, self
        with transaction.atomic():
            self.dialogue.hold_open()
            signature.save()
            outbox.record("clearance.minutes.signed", subject=self.dialogue, by=by, unit=self.dialogue.host)

    def unsign(self, pk: int, *, by: "User", campaign: Campaign) -> None:
        """A line that was written by mistake."""
        campaign.require_open()
        with transaction.atomic():
            self.dialogue.hold_open()
            if not self.signatures.filter(pk=pk).delete()[0]:
                raise ValidationError(gettext("This line is gone already."))
            outbox.record("clearance.minutes.unsigned", subject=self.dialogue, by=by, unit=self.dialogue.host)

    def add_scan(self, scan: Accepted, *, by: "User", campaign: Campaign) -> None:
        campaign.require_open()
        with transaction.atomic():
            self.dialogue.hold_open()
            self.scans.create(ward_id=self.ward_id, uploaded_by=by, **scan.fields())
            outbox.record("clearance.minutes.scanned", subject=self.dialogue, by=by, unit=self.dialogue.host)

    def missing(self) -> list[str]:
        """What is still to be done before the minutes can be closed, as sentences; empty when all is there."""
        dialogue, lines = self.dialogue, []
        if not self.was_read_back:
            lines.append(gettext("The minutes were not yet read back to all present."))
        kinds = set(self.signatures.values_list("kind", flat=True))
        for kind in (SignerKind.WARD, SignerKind.PEOPLE):
            if kind not in kinds:
                lines.append(gettext("No line of a signature yet: %(who)s.") % {"who": kind.label.lower()})
        if not self.scans.exists():
            lines.append(gettext("The signed paper is not here yet: add its scan or photo."))
        unlisted = dialogue.invited().exclude(household__in=dialogue.attendance.values("household"))
        if numbers := list(unlisted.order_by("household__number").values_list("household__number", flat=True)):
            words = ngettext(
                "%(count)d household that was invited is not on the roll: %(numbers)s.",
                "%(count)d households that were invited are not on the roll: %(numbers)s.",
                len(numbers),
            )
            lines.append(words % {"count": len(numbers), "numbers": _numbers(numbers)})
        silent = dialogue.attendance.filter(kind__in=TOOK_PART, opinion=None)
        if dialogue.attendance.filter(opinion__isnull=False).exists() and (
            numbers := list(silent.order_by("household__number").values_list("household__number", flat=True))
        ):
            words = ngettext(
                "%(count)d household that took part has no opinion: %(numbers)s.",
                "%(count)d households that took part have no opinion: %(numbers)s.",
                len(numbers),
            )
            lines.append(words % {"count": len(numbers), "numbers": _numbers(numbers)})
        return lines

    def close(self, *, by: "User", campaign: Campaign) -> None:
        """From now on roll, opinions and minutes stay as they are. Raises ValidationError with what is missing."""
        campaign.require_open()
        with transaction.atomic():
            self.dialogue.hold_open()
            self.refresh_from_db(fields=["was_read_back"])
            if missing := self.missing():
                raise ValidationError(missing)
            rows = DialogueMinutes.objects.filter(pk=self.pk, ward_id=self.ward_id, closed_at__isnull=True)
            if rows.update(closed_at=timezone.now(), closed_by=by) != 1:
                raise ValidationError(gettext("These minutes are closed already."))
            outbox.record("clearance.minutes.closed", subject=self.dialogue, by=by, unit=self.dialogue.host)
        self.refresh_from_db()

    def reopen(self, *, by: "User", campaign: Campaign, reason: str) -> None:
        """Something in them is wrong. The reason stays beside them."""
        campaign.require_open()
        with transaction.atomic():
            rows = DialogueMinutes.objects.filter(pk=self.pk, ward_id=self.ward_id, closed_at__isnull=False)
            if rows.update(closed_at=None, closed_by=None, reopen_reason=reason) != 1:
                raise ValidationError(gettext("These minutes are open."))
            outbox.record("clearance.minutes.reopened", subject=self.dialogue, by=by, unit=self.dialogue.host)
        self.refresh_from_db()


def _numbers(numbers: list[int]) -> str:
    shown = ", ".join(map(str, numbers[:NAMED]))
    return shown if len(numbers) <= NAMED else f"{shown} …"


@tracked
class DialogueSignature(WardModel):
    """Who signed the minutes, and who would not: the paper says so, and it stays valid."""

    minutes = WardKey(DialogueMinutes, models.CASCADE, related_name="signatures", verbose_name=_("minutes"))
    kind = models.CharField(_("signs as"), max_length=10, choices=SignerKind)
    name = models.CharField(_("full name"), max_length=100, validators=[no_personal_number])
    has_signed = models.BooleanField(_("signed"), default=True)
    reason = models.CharField(_("why it was not signed"), max_length=200, blank=True, validators=[no_personal_number])

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("signature on minutes")
        verbose_name_plural = _("signatures on minutes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "minutes",
                "kind",
                "name",
                name="clearance_signature_once",
                violation_error_message=_("This person stands there already."),
            ),
            models.CheckConstraint(
                name="clearance_signature_reason",
                condition=Q(has_signed=True, reason="") | (Q(has_signed=False) & ~Q(reason="")),
                violation_error_message=_("Say why it was not signed, and only then."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


class DialogueScan(StoredFile):
    """The signed paper."""

    minutes = WardKey(DialogueMinutes, models.PROTECT, related_name="scans", verbose_name=_("minutes"))

    objects = OfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan of minutes")
        verbose_name_plural = _("scans of minutes")
