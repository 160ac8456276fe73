import datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import Unit
from campaigns.models import Campaign
from clearance.models.dialogues import Dialogue
from clearance.models.households import Household
from clearance.models.visits import Visit
from clearance.querysets import QuestionQuerySet
from clearance.validators import no_personal_number
from core.dated import dated
from core.keys import WardKey
from core.models import WardModel, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


class AnsweredAlready(Exception):
    """Somebody else recorded it first. The text is for the user."""


@dated("owner", "due_on")
@tracked
class Question(WardModel):
    """What a household asked, in its own words, and what the ward owes for it: open until the household was told."""

    household = WardKey(Household, models.PROTECT, related_name="questions", verbose_name=_("household"))
    visit = WardKey(
        Visit, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("asked at the visit")
    )
    dialogue = WardKey(
        Dialogue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="questions",
        verbose_name=_("asked at the dialogue"),
    )
    asked_on = models.DateField(_("asked on"), default=today)
    text = models.TextField(_("question, in the household's words"), validators=[no_personal_number])
    owner = WardKey(Unit, models.PROTECT, related_name="questions", verbose_name=_("who answers"))
    due_on = models.DateField(_("answer due on"))
    answer = models.TextField(_("answer"), blank=True, validators=[no_personal_number])
    legal_basis = models.CharField(_("legal basis of the answer"), max_length=200, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    told_household_on = models.DateField(_("household informed on"), null=True, blank=True)
    accepted_by_household = models.BooleanField(_("the household considers it answered"), null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["ward", "due_on"], name="clearance_question_due")]
        constraints = [
            models.CheckConstraint(
                name="clearance_question_answered",
                condition=Q(answered_on__isnull=True, answer="") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                violation_error_message=_("Give the answer and its day, or neither."),
            ),
            models.CheckConstraint(
                name="clearance_question_told_after_answer",
                condition=Q(told_household_on__isnull=True, accepted_by_household__isnull=True)
                | Q(told_household_on__gte=F("answered_on"), answered_on__isnull=False),
                violation_error_message=_("The household is told after the answer is there."),
            ),
            models.CheckConstraint(
                name="clearance_question_days",
                condition=Q(due_on__gte=F("asked_on"))
                & (Q(answered_on__isnull=True) | Q(answered_on__gte=F("asked_on"))),
                violation_error_message=_("The answer can not be due or given before the question was asked."),
            ),
        ]

    @property
    def personal_file(self) -> Household:
        return self.household

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("clearance:question_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.told_household_on is None

    def can_answer(self, user: "User", campaign: Campaign) -> Decision:
        """The unit that owes the answer, or a clearance officer for it."""
        if self.answered_on:
            return access.denied(gettext("This question is answered already."))
        if access.can(user, Permission.CLEARANCE_MANAGE):
            return campaign.can_change()
        if self.owner_id in access.grants(user).units_with(Permission.TASK_REPORT):
            return campaign.can_change()
        return access.denied(gettext("%(unit)s answers this question.") % {"unit": self.owner})

    def can_tell(self, user: "User", campaign: Campaign) -> Decision:
        """The team of the household brings the answer back."""
        if not self.answered_on:
            return access.denied(gettext("There is no answer yet to bring to the household."))
        if self.told_household_on:
            return access.denied(gettext("The household was told already."))
        return self.household.can_record_visit(user, campaign)

    def ask(self, *, by: "User | None", campaign: Campaign) -> None:
        """Save a new question; from now on the ward owes an answer."""
        campaign.require_open()
        self.household.project.check_day(campaign, self.asked_on)
        with transaction.atomic():
            self.save()
            self.household.settle_outreach()
            due = self.due_on.isoformat()
            outbox.record(
                "clearance.question.asked", subject=self, by=by, on=self.asked_on, unit=self.owner, due_on=due
            )

    def give_answer(
        self, *, by: "User", campaign: Campaign, answer: str, on: datetime.date, legal_basis: str = ""
    ) -> None:
        campaign.require_open()
        with transaction.atomic():
            rows = Question.objects.filter(pk=self.pk, ward_id=self.ward_id, answered_on__isnull=True)
            if rows.update(answer=answer, answered_on=on, legal_basis=legal_basis) != 1:
                raise AnsweredAlready(gettext("Somebody else has recorded an answer. Read it first."))
            outbox.record("clearance.question.answered", subject=self, by=by, on=on, unit=self.household.team)
        self.refresh_from_db()

    def answer_at_once(
        self, *, by: "User", campaign: Campaign, answer: str, legal_basis: str, accepted: bool | None
    ) -> None:
        """Asked and answered in the hall, before the household itself: nothing is owed."""
        with transaction.atomic():
            self.ask(by=by, campaign=campaign)
            self.give_answer(by=by, campaign=campaign, answer=answer, on=self.asked_on, legal_basis=legal_basis)
            self.tell(by=by, campaign=campaign, on=self.asked_on, accepted=accepted)

    def tell(self, *, by: "User", campaign: Campaign, on: datetime.date, accepted: bool | None) -> None:
        """The household has the answer; whether it considers the question answered is its own word."""
        campaign.require_open()
        with transaction.atomic():
            rows = Question.objects.filter(
                pk=self.pk, ward_id=self.ward_id, answered_on__isnull=False, told_household_on__isnull=True
            )
            if rows.update(told_household_on=on, accepted_by_household=accepted) != 1:
                raise AnsweredAlready(gettext("Somebody else has recorded that the household was told."))
            self.household.settle_outreach()
            outbox.record("clearance.question.told", subject=self, by=by, on=on, unit=self.owner)
        self.refresh_from_db()
