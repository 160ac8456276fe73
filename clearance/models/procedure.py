"""Under which law a project runs, in which batches, at which step it stands, and who may sign until when.

All of it is rows with their days and sources: a new law or a new authority is a new row, and nothing is counted by
today's law because of today's date.
"""

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import AddedBy, Permission
from accounts.models import Ward, days
from accounts.querysets import TermQuerySet, WardQuerySet
from campaigns.models import Campaign
from clearance.choices import SignedAct, StepKind
from clearance.querysets import AuthorityQuerySet, ProjectBatchQuerySet
from core.keys import WardKey
from core.models import Period, Transition, WardModel, save_all, tracked
from core.titles import TITLE
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

DATA = Path(__file__).parent.parent / "data"
WARNED_BEFORE = datetime.timedelta(days=60)


def _known(name: str) -> list[dict[str, Any]]:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


@tracked
class RuleSet(WardModel, Period):
    """A law and the numbers of days it brought; these are the deadline rules of the same name."""

    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("rule set"), max_length=60)
    legal_ref = models.CharField(_("legal reference"), max_length=200)
    source = models.CharField(_("source"), max_length=200)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:procedure")

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["valid_from", "id"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "code", name="clearance_ruleset_code"),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class ProcedureStep(WardModel, Period):
    """A step of the procedure as one edition of the law has it. code: such as B06; order: where it stands."""

    code = models.CharField(_("step"), max_length=10)
    version = models.CharField(_("edition"), max_length=40)
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=StepKind)
    name = models.CharField(_("name of the step"), max_length=200)
    actor = models.CharField(_("who carries it out"), max_length=200)
    record = models.CharField(_("what is kept of it"), max_length=300, blank=True)
    rule_code = models.SlugField(_("code of its deadline rule"), max_length=40, blank=True)
    two_people = models.BooleanField(_("a second person confirms what follows"), default=False)
    source = models.CharField(_("source"), max_length=200)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:procedure")

    class Meta:
        verbose_name = _("step of the procedure")
        verbose_name_plural = _("steps of the procedure")
        ordering = ["order", "code", "-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "code", "version", name="clearance_step_version"),
            ExclusionConstraint(
                name="clearance_step_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another edition has this step during these days already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.name}"


@tracked
class SigningAuthority(WardModel, Period):
    """Who may sign an act, by which law, until when. One at a time for each act."""

    act = models.CharField(_("what is signed"), max_length=15, choices=SignedAct)
    signer = models.CharField(_("who signs"), max_length=120)
    legal_ref = models.CharField(_("legal reference"), max_length=200)
    source = models.CharField(_("source"), max_length=200)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority to sign")
        verbose_name_plural = _("authorities to sign")
        ordering = ["act", "-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            ExclusionConstraint(
                name="clearance_authority_once",
                expressions=[
                    ("ward", RangeOperators.EQUAL),
                    ("act", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Somebody else may sign this during these days already. End that first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.signer}"

    def get_absolute_url(self) -> str:
        return f"{reverse('clearance:procedure')}#authorities"

    @property
    def warned_on(self) -> datetime.date | None:
        """From when on the end is told."""
        return self.valid_to - WARNED_BEFORE if self.valid_to else None

    def enter(self, *, by: "User | None") -> None:
        """Save a new authority or a corrected one."""
        with transaction.atomic():
            self.save()
            outbox.record("clearance.authority.entered", subject=self, by=by, on=self.valid_from)


def propose_procedure(ward: Ward, *, by: "User | None") -> int:
    """Enter the rule sets, steps and authorities that are generally known and that the ward has not; how many."""
    made: list[Any] = []
    there: list[tuple[Any, str, tuple[str, ...]]] = [
        (RuleSet, "rule_sets", ("code",)),
        (ProcedureStep, "steps", ("code", "version")),
        (SigningAuthority, "authorities", ("act",)),
    ]
    with transaction.atomic():
        for model, name, key in there:
            known = set(model.objects.filter(ward=ward).values_list(*key))
            rows = [model(ward=ward, **row) for row in _known(name) if tuple(row[part] for part in key) not in known]
            save_all(rows)
            made += rows
        if made:
            outbox.record("clearance.procedure.entered", subject=made[0], by=by, count=len(made))
    return len(made)


@tracked
class ProjectBatch(WardModel):
    """A part of a project that is worked on by itself, with a law or a cut-off date of its own where they differ."""

    project = WardKey("clearance.Project", models.PROTECT, related_name="batches", verbose_name=_("project"))
    number = models.PositiveSmallIntegerField(_("batch"))
    name = models.CharField(_("what it covers"), max_length=120, blank=True, validators=TITLE)
    rule_set = WardKey(
        RuleSet, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rule set of its own")
    )
    cut_off_on = models.DateField(_("cut-off date of its own"), null=True, blank=True)

    objects = ProjectBatchQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:project_list")

    class Meta:
        verbose_name = _("batch of a project")
        verbose_name_plural = _("batches of projects")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "project",
                "number",
                name="clearance_batch_number",
                violation_error_message=_("This project already has a batch with this number."),
            ),
            models.CheckConstraint(
                name="clearance_batch_from_one",
                condition=Q(number__gte=1),
                violation_error_message=_("Batches are numbered from 1."),
            ),
        ]

    def __str__(self) -> str:
        words = gettext("Batch %(number)d") % {"number": self.number}
        return f"{words}: {self.name}" if self.name else words

    def get_absolute_url(self) -> str:
        return self.project.get_absolute_url()

    def enter(self, *, by: "User | None", campaign: Campaign) -> None:
        """Save a new batch or a changed one."""
        campaign.require_open()
        with transaction.atomic():
            self.save()
            outbox.record("clearance.batch.entered", subject=self.project, by=by, batch=self.number)


class StepTransition(Transition):
    """A project, or one batch of it, stands at another step from a day on. old, new: the steps' codes."""

    project = WardKey("clearance.Project", models.CASCADE, related_name="steps", verbose_name=_("project"))
    batch = WardKey(
        ProjectBatch, models.CASCADE, null=True, blank=True, related_name="steps", verbose_name=_("batch of a project")
    )
    step = WardKey(ProcedureStep, models.PROTECT, related_name="+", verbose_name=_("step of the procedure"))

    objects = WardQuerySet.as_manager()

    class Meta(Transition.Meta):
        verbose_name = _("step that a project reached")
        verbose_name_plural = _("steps that projects reached")

    def __str__(self) -> str:
        return str(self.step)


def reach(
    step: ProcedureStep,
    project: Any,
    *,
    by: "User | None",
    campaign: Campaign,
    on: datetime.date,
    batch: ProjectBatch | None = None,
    reason: str = "",
) -> StepTransition:
    """The project, or the batch alone, stands at the step from a day on. The one entered last holds.

    Raises ValidationError for a step of another edition than that of the day.
    """
    campaign.require_open()
    project.check_day(campaign, on)
    if not step.is_valid_on(on):
        raise ValidationError({"on": gettext("This edition of the step does not hold on that day. Choose another.")})
    with transaction.atomic():
        type(project).objects.select_for_update(of=("self",)).get(pk=project.pk, ward_id=project.ward_id)
        former = (
            StepTransition.objects.filter(ward=project.ward_id, project=project, batch=batch).order_by("-id").first()
        )
        if former and former.new == step.code:
            raise ValidationError(
                {"step": gettext("It stands at this step already, since %(day)s.") % {"day": f"{former.on:%d/%m/%Y}"}}
            )
        made = StepTransition.objects.create(
            ward_id=project.ward_id,
            project=project,
            batch=batch,
            step=step,
            old=former.new if former else "",
            new=step.code,
            on=on,
            by=by,
            reason=reason,
        )
        facts = {"step": step.code} | ({"batch": batch.number} if batch else {})
        kind = "clearance.batch.step_reached" if batch else "clearance.project.step_reached"
        outbox.record(kind, subject=project, by=by, on=on, **facts)
    return made
