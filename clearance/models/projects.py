import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from accounts.models import Unit
from campaigns.models import Campaign, Undertaking
from clearance.choices import Shape
from clearance.models.procedure import RuleSet
from clearance.querysets import ProjectQuerySet
from core.dated import dated
from core.dates import full_date
from core.keys import WardKey, WardOneToOneKey
from core.models import WardModel, today, tracked
from core.search import in_order
from core.titles import TITLE
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User


@dated("name", "host")
@tracked
class Project(WardModel):
    has_batches: bool  # of for_list()

    undertaking = WardOneToOneKey(
        Undertaking, models.PROTECT, related_name="clearance_project", verbose_name=_("undertaking")
    )
    name = models.CharField(_("project name"), max_length=150, validators=TITLE)
    slug = models.SlugField(_("address"), max_length=80)
    shape = models.CharField(_("who runs it"), max_length=15, choices=Shape)
    host = WardKey(Unit, models.PROTECT, related_name="+", verbose_name=_("body in charge"))
    has_household_list = models.BooleanField(
        _("has a household list"),
        default=False,
        help_text=_("Without a list every count of the project is “no household list yet”, never 0."),
    )

    rule_set = WardKey(
        RuleSet,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projects",
        verbose_name=_("rule set"),
        help_text=_(
            "The law whose numbers of days count for this project. It is chosen, and never follows today's date."
        ),
    )
    cut_off_on = models.DateField(
        _("cut-off date"),
        null=True,
        blank=True,
        help_text=_("The day whose households and assets are counted. It is announced with the notice."),
    )

    objects = ProjectQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:project_new")

    class Meta:
        verbose_name = _("clearance project")
        verbose_name_plural = _("clearance projects")
        ordering = [in_order("name")]
        constraints = [models.UniqueConstraint("ward", "slug", name="clearance_project_slug")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("clearance:project_detail", args=[self.slug])

    def can_manage(self, user: "User", campaign: Campaign) -> Decision:
        return access.can(user, Permission.CLEARANCE_MANAGE) and campaign.can_change()

    def can_record_dialogue(self, user: "User", campaign: Campaign) -> Decision:
        return access.can(user, Permission.DIALOGUE_RECORD) and campaign.can_change()

    def first_day(self, campaign: Campaign) -> datetime.date:
        return max(self.undertaking.valid_from, campaign.opens_on)

    def check_day(self, campaign: Campaign, day: datetime.date) -> None:
        """Raises ValidationError for a day before the project or outside the year: a closed year's numbers stay."""
        first, last = self.first_day(campaign), min(campaign.closes_on, today())
        if day > today():
            raise ValidationError(gettext("This day is still to come. Write a day that has passed, or today."))
        if not first <= day <= last:
            days = {"first": full_date(first), "last": full_date(last)}
            raise ValidationError(gettext("Write a day from %(first)s to %(last)s.") % days)

    def change(self, *, by: "User", campaign: Campaign, fields: Iterable[str]) -> None:
        """Save the changed fields of the loaded project."""
        campaign.require_open()
        with transaction.atomic():
            self.save(update_fields=[*fields])
            outbox.record("clearance.project.changed", subject=self, by=by)

    def has_list(self, there_is_one: bool = True) -> None:
        """The household list begins with its first row."""
        if self.has_household_list != there_is_one:
            self.has_household_list = there_is_one
            self.save(update_fields=["has_household_list"])
