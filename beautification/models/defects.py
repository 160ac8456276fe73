"""What is wrong on a street: reported by a unit, mended by the unit that must act, open again when it comes back."""

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit, Ward
from accounts.querysets import WardQuerySet
from beautification.choices import DefectState, Moment
from beautification.models.photos import PhotoPair
from beautification.models.street import Street
from beautification.querysets import DefectQuerySet
from beautification.validators import about_the_place
from campaigns.choices import TaskState
from campaigns.models import Campaign, Task
from core.dated import dated
from core.dates import full_date
from core.files import Accepted
from core.keys import WardKey, WardOneToOneKey
from core.models import Stateful, Transition, WardModel, save_all, today, tracked
from core.search import in_order
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

DATA = Path(__file__).parent.parent / "data" / "defect_kinds.json"


@tracked
class DefectKind(WardModel):
    """unit: who must act on such defects; the unit that leads the street where none is named."""

    name = models.CharField(_("kind of defect"), max_length=80)
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit that must act"))
    is_used = models.BooleanField(_("may be chosen"), default=True)

    objects = WardQuerySet.as_manager()

    added_by = AddedBy(Permission.STREET_MANAGE, "beautification:kind_new")

    class Meta:
        verbose_name = _("kind of defect")
        verbose_name_plural = _("kinds of defects")
        ordering = [in_order("name"), "id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "name",
                name="beautification_defect_kind_name",
                violation_error_message=_("There is such a kind already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('beautification:criteria')}#kinds"

    @classmethod
    def propose(cls, ward: Ward, *, by: "User | None") -> int:
        """Enter what a ward begins with, where it has no kind; how many."""
        if cls.objects.filter(ward=ward).exists():
            return 0
        rows = [cls(ward=ward, name=name) for name in json.loads(DATA.read_text(encoding="utf-8"))]
        with transaction.atomic():
            save_all(rows)
            outbox.record("beautification.defect_kind.entered", subject=rows[0], by=by, count=len(rows))
        return len(rows)

    def enter(self, *, by: "User | None") -> None:
        """Save a new kind or a changed one."""
        with transaction.atomic():
            self.save()
            outbox.record("beautification.defect_kind.entered", subject=self, by=by, count=1)


@dated("owner")
@tracked
class Defect(Stateful, WardModel):
    """unit: whose member reported it; None: the officer. owner: the unit that must act. client_id: of the device, so
    that what is sent twice is one. longitude, latitude: WGS 84, where somebody let the phone say it."""

    street = WardKey(Street, models.PROTECT, related_name="defects", verbose_name=_("street"))
    kind = WardKey(DefectKind, models.PROTECT, related_name="+", verbose_name=_("what is wrong"))
    place = models.CharField(_("where on the street"), max_length=120, validators=[about_the_place])
    note = models.CharField(_("more about it"), max_length=300, blank=True, validators=[about_the_place])
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    unit = WardKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reported by"))
    owner = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit that must act"))
    reported_on = models.DateField(_("reported on"), default=today)
    due_on = models.DateField(_("to be mended by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DefectState, default=DefectState.TO_MEND)
    task = WardOneToOneKey(
        Task, models.PROTECT, null=True, blank=True, editable=False, related_name="defect", verbose_name=_("task")
    )
    client_id = models.UUIDField(_("device's id"), null=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = DefectQuerySet.as_manager()

    class Meta:
        verbose_name = _("defect of a street")
        verbose_name_plural = _("defects of streets")
        ordering = ["-reported_on", "-id"]
        indexes = [models.Index(fields=["ward", "street", "state"], name="beautification_defect_street")]
        constraints = [
            models.UniqueConstraint("ward", "client_id", name="beautification_defect_sent_once"),
            models.CheckConstraint(name="beautification_defect_state", condition=Q(state__in=DefectState.values)),
            models.CheckConstraint(
                name="beautification_defect_point",
                condition=Q(longitude=None, latitude=None) | Q(longitude__isnull=False, latitude__isnull=False),
            ),
        ]

    returns: int  # of for_list()
    mark: int  # on the map of its street, where it is drawn

    def __str__(self) -> str:
        return f"{self.kind}, {self.place}"

    def get_absolute_url(self) -> str:
        return reverse("beautification:defect_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == DefectState.TO_MEND

    # ---- questions ----------------------------------------------------------------------------------
    def can_mend(self, user: "User", campaign: Campaign) -> Decision:
        """The officer, the unit that must act, and the unit that leads the street."""
        units = {self.owner_id, self.street.lead_unit_id}
        if access.can(user, Permission.STREET_MANAGE) or units & access.grants(user).units_with(Permission.CLEANUP_RUN):
            return campaign.can_change()
        return access.denied(gettext("%(unit)s sees to this.") % {"unit": self.owner})

    def task_after_mending(self, user: "User") -> str:
        """What becomes of its task when this user writes down that it is mended, in words."""
        task = self.task
        if task is None or not task.is_unfinished:
            return ""
        if task.state != TaskState.SUBMITTED and not task.can_report(user):
            said = gettext("The task of %(unit)s stays: who reports for the unit hands it in.")
        elif task.missing_evidence():
            said = gettext(
                "The task of %(unit)s gets what you write. It is closed when it has all the evidence it asks for."
            )
        elif access.can(user, Permission.TASK_ACCEPT, unit=task.lead_unit):
            said = gettext("The task of %(unit)s is closed with it.")
        else:
            said = gettext("The task of %(unit)s is handed in with it, and waits for the ward to accept it.")
        return said % {"unit": task.lead_unit}

    # ---- verbs --------------------------------------------------------------------------------------
    def report(self, *, by: "User | None", photo: Accepted | None = None) -> "Defect":
        """Save a new one, with what it looks like. The same act sent twice is one defect."""
        self.street.require_open_on(self.reported_on)
        self.by = by
        if self.owner_id is None:
            self.owner = self.kind.unit or self.street.lead_unit
        with transaction.atomic():
            if self.client_id and (sent := Defect.objects.filter(ward_id=self.ward_id, client_id=self.client_id)):
                return sent[0]
            self.start(by=by, on=self.reported_on)
            self._keep(photo, Moment.BEFORE, by)
            self._record("reported", by, self.reported_on)
        return self

    def hand_to(self, *, by: "User", unit: Unit, due_on: datetime.date, as_task: bool) -> None:
        """Who must act, and by when; as a task of the unit where it is to report on it."""
        campaign = self.street.require_open_on(today())
        with transaction.atomic():
            rows = Defect.objects.filter(pk=self.pk, ward_id=self.ward_id, state=DefectState.TO_MEND)
            held = rows.select_for_update(of=("self",)).first()
            if held is None:
                raise ValidationError(gettext("This defect is mended already."))
            self.task = held.task  # another window may have given it meanwhile
            if self.task is not None and (unit, due_on) != (self.task.lead_unit, self.task.due_on):
                said = gettext("It is the task “%(task)s” of %(unit)s: change the unit or the day there.")
                raise ValidationError(said % {"task": self.task, "unit": self.task.lead_unit})
            self.owner, self.due_on = unit, due_on
            if as_task and self.task is None:
                words = {"street": self.street, "defect": self}
                most: Any = Task._meta.get_field("title").max_length
                title = Truncator(gettext("%(street)s: %(defect)s") % words).chars(most)
                self.task = Task(ward_id=self.ward_id, campaign=campaign, lead_unit=unit, title=title, due_on=due_on)
                self.task.product = gettext("The street is in order there, with a photo")
                Task.assign_all([self.task], by=by)
            self.save(update_fields=["owner", "due_on", "task"])
            self._record("handed", by)

    def mend(self, *, by: "User | None", on: datetime.date, reason: str = "", photo: Accepted | None = None) -> None:
        """It is in order again: shown by a photo, or said why nothing is left to do."""
        self.street.require_open_on(on)
        if photo is None and not reason:
            raise ValidationError({"photo": gettext("Add a photo, or write why nothing is left to do.")})
        if on < (self.transitions.values_list("on", flat=True).first() or self.reported_on):
            raise ValidationError({"on": gettext("It can not be mended before it was reported.")})
        with transaction.atomic():
            self.move(DefectState.MENDED, since=[DefectState.TO_MEND], by=by, on=on, reason=reason)
            self._keep(photo, Moment.AFTER, by)
            self._hand_in_task(by, on, reason, photo)
            self._record("mended", by, on)

    def reopen(self, *, by: "User | None", on: datetime.date, reason: str = "", photo: Accepted | None = None) -> None:
        """It came back. A task that nobody accepted yet goes on; else the next one may be given."""
        self.street.require_open_on(on)
        if on < self.transitions.values_list("on", flat=True)[0]:
            raise ValidationError({"on": gettext("It can not come back before it was mended.")})
        with transaction.atomic():
            task = self._held_task()
            if task is None or not task.is_unfinished:
                task = None
            elif task.state == TaskState.SUBMITTED:
                task.send_back(by=by, reason=reason or gettext("It came back"))
            kept: dict[str, Any] = {"task": task, "due_on": task.due_on if task else None}
            self.move(DefectState.TO_MEND, since=[DefectState.MENDED], by=by, on=on, reason=reason, **kept)
            self._keep(photo, Moment.BEFORE, by)
            self._record("came_back", by, on)

    def _held_task(self) -> Task | None:
        """As it is kept by now, and nobody else moves it."""
        rows = Task.objects.filter(ward_id=self.ward_id, defect=self.pk).select_related("campaign", "lead_unit")
        return rows.select_for_update(of=("self",)).first()

    def _hand_in_task(self, by: "User | None", on: datetime.date, reason: str, photo: Accepted | None) -> None:
        """What the unit says here is what it reports on its task, and closes it where the same person accepts tasks.

        A task that asks for more than that goes on with the report; one of a unit for which one may not report, too.
        """
        task = self._held_task()
        if task is None or by is None:
            return
        words = {"day": full_date(on), "reason": reason}
        note = gettext("Mended on %(day)s: %(reason)s") if reason else gettext("Mended on %(day)s")
        told: dict[str, Any] = {"note": note % words, "files": [photo] if photo else []}
        if task.can_report(by):
            if task.missing_evidence(told["files"]):
                task.report(by=by, **told)
            else:
                task.submit(by=by, **told)
        if task.can_accept(by):
            task.accept(by=by)

    def _keep(self, photo: Accepted | None, moment: str, by: "User | None") -> None:
        """A photo before begins a pair, one after ends the last pair that waits for it."""
        if photo is None:
            return
        last = self.photo_pairs.filter(cleared_at=None).prefetch_related("photos").order_by("-id").first()
        if moment == Moment.BEFORE or last is None or last.after is not None:
            last = PhotoPair(ward_id=self.ward_id, street=self.street, defect=self, spot=self.place)
        last.add(photo, moment=moment, by=by)

    def _record(self, what: str, by: "User | None", on: datetime.date | None = None) -> None:
        outbox.record(f"beautification.defect.{what}", subject=self, by=by, unit=self.owner, on=on)


class DefectTransition(Transition):
    defect = WardKey(Defect, models.PROTECT, related_name="transitions", verbose_name=_("defect of a street"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a defect")
        verbose_name_plural = _("steps of defects")


def can_report_defects(user: "User", campaign: Campaign | None) -> Decision:
    """Everybody who sweeps streets with a unit, and the officer."""
    if campaign is None:
        return access.denied(gettext("There is no campaign year yet."))
    return campaign.can_change() and access.can(user, Permission.CLEANUP_RUN)
