"""Versions of a compensation plan on display: at the ward, at a common place and on the ward's portal, with proof."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from clearance.models.gates import Gate, Proof
from clearance.models.procedure import ProjectBatch
from clearance.models.projects import Project
from clearance.querysets import PlanPostingQuerySet
from clearance.validators import no_personal_number
from core.dates import full_date
from core.files import Accepted
from core.keys import WardKey, WardOneToOneKey
from core.models import WardModel, today, tracked
from deadlines.models import DeadlineRule
from notifications import outbox
from publicity.choices import Phase, PlaceKind, ProofKind
from publicity.models import Posting, PostingPlace

if TYPE_CHECKING:
    from accounts.models import User

HANGS = "posting"  # the rule of the project's law by which the window is counted


@tracked
class PlanPosting(WardModel):
    """One version of a plan. Its days, places, files with their hash and proof are those of its posting."""

    project = WardKey(Project, models.PROTECT, related_name="plans", verbose_name=_("project"))
    batch = WardKey(
        ProjectBatch, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("batch of a project")
    )
    version = models.PositiveSmallIntegerField(_("version of the plan"), editable=False)
    name = models.CharField(_("number and day of the plan"), max_length=150, validators=[no_personal_number])
    posting = WardOneToOneKey(
        Posting, models.PROTECT, editable=False, related_name="plan", verbose_name=_("posting of a plan")
    )

    objects = PlanPostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan on display")
        verbose_name_plural = _("plans on display")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                "ward", "project", "batch", "version", name="clearance_plan_version", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        words = gettext("Plan, version %(number)s") % {"number": self.version}
        return f"{words} ({self.batch})" if self.batch else words

    def get_absolute_url(self) -> str:
        return self.posting.get_absolute_url()

    @property
    def rule(self) -> DeadlineRule | None:
        """How long it hangs by the law of the batch or the project, as it is in force today."""
        law = (self.batch.rule_set if self.batch else None) or self.project.rule_set
        if law is None:
            return None
        return DeadlineRule.objects.filter(ward=self.ward_id, rule_set=law.name).rule(HANGS, today())

    def prepare(self, *, by: "User | None", campaign: Campaign, papers: Iterable[Accepted] = ()) -> None:
        """A draft for those who put postings up: at every office and common place of the ward, and on its portal."""
        campaign.require_open()
        rule = self.rule
        if rule is None:
            raise ValidationError(gettext("Choose the rule set of the project first: its law says how long it hangs."))
        places = PostingPlace.objects.filter(ward=self.ward_id, kind__in=[PlaceKind.OFFICE, PlaceKind.COMMON])
        with transaction.atomic():
            Project.objects.select_for_update(of=("self",)).get(pk=self.project_id, ward_id=self.ward_id)
            own = PlanPosting.objects.filter(ward=self.ward_id, project=self.project, batch=self.batch)
            self.version = (own.aggregate(last=Max("version"))["last"] or 0) + 1
            title = gettext("Compensation plan of %(project)s: %(name)s") % {"project": self.project, "name": self.name}
            self.posting = Posting(ward_id=self.ward_id, title=title[:250], rule=rule, names_people=True)
            self.posting.write(by=by, places=places.valid_on(today()), papers=papers)
            self.save()
            outbox.record("clearance.plan.prepared", subject=self.project, by=by, version=self.version)

    def gate(self, day: datetime.date) -> Gate:
        """Whether the posting is complete: before it is, no opinions are asked."""
        return Gate(gettext("Meeting for opinions on the plan"), tuple(self._proofs(day)))

    def _proofs(self, day: datetime.date) -> Iterable[Proof]:
        posting = self.posting
        url, action = posting.get_absolute_url(), gettext("Open the posting")
        here: dict[str, Any] = {"url": url, "action": action}
        is_up = posting.phase_on(day) in (Phase.POSTED, Phase.OVER, Phase.CLOSED) and posting.starts_on <= day
        kinds = {spot.place.kind for spot in posting.spots.all()}
        for words, is_there in (
            (gettext("posted at the ward office"), is_up and PlaceKind.OFFICE in kinds),
            (gettext("posted at a common place of residents"), is_up and PlaceKind.COMMON in kinds),
            (gettext("posted on the ward's portal"), is_up and posting.on_portal),
        ):
            yield Proof(words, is_there, full_date(posting.starts_on) if is_there else "", **here)
        proofs = [proof for proof in posting.proofs.all() if proof.taken_on <= day]
        begun = [proof for proof in proofs if proof.kind in (ProofKind.MINUTES, ProofKind.HANGING)]
        yield Proof(gettext("proof that it hangs: minutes or photos"), bool(begun), **here)
        yield self._window(day)
        closing = any(proof.kind == ProofKind.CLOSING for proof in proofs)
        yield Proof(gettext("closing record of the posting"), closing, **here)

    def _window(self, day: datetime.date) -> Proof:
        words, deadline = gettext("the days of the posting are over"), self.posting.hang_deadline
        if deadline is None:
            return Proof(words, is_there=False, note=gettext("counted when it is put up"))
        note = gettext("lasts until %(day)s") % {"day": full_date(deadline.due_on)}
        return Proof(words, day > deadline.due_on, note, is_verified=deadline.rule.is_verified)
