"""Signed agreements to early recovery, where the law asks for a share of them.

Counted from signed papers alone, as they are valid on a day; never inferred, never a goal. Who signed is seen by the
clearance officers and the leadership, and by no team.
"""

import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import AddedBy, Decision, Permission
from campaigns.models import Campaign
from clearance.choices import AgreementBase
from clearance.models.households import Household
from clearance.models.projects import Project
from clearance.querysets import AgreementQuerySet, SealedQuerySet, TermQuerySet
from clearance.validators import no_personal_number
from core.dates import full_date
from core.files import Accepted
from core.keys import WardKey
from core.models import Period, StoredFile, WardModel, save_all, today, tracked
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User, Ward


@tracked
class AgreementRule(WardModel, Period):
    """The share that the law asks for, how it is compared and out of whom. Unverified until the legal officer says."""

    percent = models.PositiveSmallIntegerField(_("share in percent"))
    is_strict = models.BooleanField(_("more than the share, not exactly it"), default=True)
    base = models.CharField(_("out of"), max_length=15, choices=AgreementBase)
    legal_ref = models.CharField(_("legal reference"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    verified_by = models.CharField(_("verified by"), max_length=80, blank=True)
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    objects = TermQuerySet.as_manager()

    added_by = AddedBy(Permission.CLEARANCE_MANAGE, "clearance:procedure")

    class Meta:
        verbose_name = _("rule of signed agreements")
        verbose_name_plural = _("rules of signed agreements")
        ordering = ["-valid_from"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "valid_from", name="clearance_agreementrule_day"),
            models.CheckConstraint(name="clearance_agreementrule_share", condition=Q(percent__range=(1, 100))),
            models.CheckConstraint(
                name="clearance_agreementrule_verified",
                condition=Q(verified_by="", verified_on=None) | (~Q(verified_by="") & Q(verified_on__isnull=False)),
                violation_error_message=_("Say both who verified the rule and when."),
            ),
        ]

    def __str__(self) -> str:
        words = gettext("more than %(percent)d %%") if self.is_strict else gettext("at least %(percent)d %%")
        return words % {"percent": self.percent}

    @property
    def is_verified(self) -> bool:
        return self.verified_on is not None

    @classmethod
    def propose(cls, ward: "Ward") -> int:
        """The row that is generally known, where the ward has none; nobody has verified it."""
        if cls.objects.filter(ward=ward).exists():
            return 0
        save_all(
            [
                cls(
                    ward=ward,
                    percent=75,
                    base=AgreementBase.LAND_USERS,
                    legal_ref="Nghị quyết 254/2025/QH15, điểm a khoản 3 điều 3",
                    source="Nghị quyết 254/2025/QH15 (cán bộ pháp chế của phường đối chiếu mẫu số)",
                    valid_from=datetime.date(2026, 1, 1),
                )
            ]
        )
        return 1

    def is_reached(self, signed: int, out_of: int) -> bool:
        """By the open formula: signed × 100 against percent × all."""
        share, asked = signed * 100, self.percent * out_of
        return bool(out_of) and (share > asked if self.is_strict else share >= asked)


def can_see(user: "User") -> Decision:
    """Those who keep the projects and the leadership; no team, and nobody of another office."""
    if access.is_ward_wide(user, Permission.HOUSEHOLD_READ):
        return access.ALLOWED
    return access.denied(gettext("Signed agreements are seen by the clearance officers and the leadership."))


@tracked
class SignedAgreement(WardModel):
    """One signed paper of one household. A withdrawal is a paper, too, and leaves the first one to be seen."""

    household = WardKey(Household, models.PROTECT, related_name="agreements", verbose_name=_("household"))
    signer = models.CharField(_("signed by, and as what"), max_length=150, validators=[no_personal_number])
    scope = models.CharField(_("what was agreed to"), max_length=300, validators=[no_personal_number])
    signed_on = models.DateField(_("signed on"), default=today)
    paper = models.CharField(_("number of the paper, or where it is kept"), max_length=150, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawal_paper = models.CharField(_("paper of the withdrawal"), max_length=150, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed agreement")
        verbose_name_plural = _("signed agreements")
        ordering = ["-signed_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                "ward",
                "household",
                condition=Q(withdrawn_on=None),
                name="clearance_agreement_one",
                violation_error_message=_("A signed paper of this household is there already."),
            ),
            models.CheckConstraint(
                name="clearance_agreement_withdrawn",
                condition=Q(withdrawn_on__isnull=True, withdrawal_paper="")
                | (Q(withdrawn_on__isnull=False, withdrawn_on__gte=F("signed_on")) & ~Q(withdrawal_paper="")),
                violation_error_message=_("Write the day and the paper of the withdrawal, not before the signature."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("signed on %(day)s") % {"day": full_date(self.signed_on)}

    def get_absolute_url(self) -> str:
        return reverse("clearance:agreement_list", args=[self.household.project.slug])

    @property
    def personal_file(self) -> Household:
        return self.household

    def enter(self, *, by: "User | None", campaign: Campaign, scan: Accepted | None = None) -> None:
        """From the signed paper: its number or place, or its scan."""
        campaign.require_open()
        self.household.project.check_day(campaign, self.signed_on)
        if not self.paper and scan is None:
            raise ValidationError(
                {"paper": gettext("Write the number of the paper or where it is kept, or add its scan.")}
            )
        self.entered_by = by
        with transaction.atomic():
            self.save()
            if scan:
                AgreementScan.objects.create(ward_id=self.ward_id, agreement=self, uploaded_by=by, **scan.fields())
            outbox.record("clearance.agreement.entered", subject=self.household.project, by=by)

    def withdraw(self, *, by: "User", campaign: Campaign, on: datetime.date, paper: str) -> None:
        campaign.require_open()
        self.household.project.check_day(campaign, on)
        if on < self.signed_on:
            raise ValidationError({"on": gettext("Write the day of the signature or a later one.")})
        with transaction.atomic():
            rows = SignedAgreement.objects.filter(pk=self.pk, ward_id=self.ward_id, withdrawn_on=None)
            if rows.update(withdrawn_on=on, withdrawal_paper=paper) != 1:
                raise ValidationError(gettext("It is withdrawn already."))
            outbox.record("clearance.agreement.withdrawn", subject=self.household.project, by=by)
        self.refresh_from_db()


@tracked
class AgreementScan(StoredFile):
    agreement = WardKey(SignedAgreement, models.PROTECT, related_name="scans", verbose_name=_("signed agreement"))

    objects = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan of a signed agreement")
        verbose_name_plural = _("scans of signed agreements")

    @property
    def personal_file(self) -> Household:
        return self.agreement.household


@tracked
class AgreementCount(WardModel):
    """What was counted for a decision, with the rule and the rows of that day. It never changes afterwards."""

    project = WardKey(Project, models.PROTECT, related_name="agreement_counts", verbose_name=_("project"))
    on = models.DateField(_("counted as of"))
    decision = models.CharField(_("for which decision"), max_length=150)
    signed = models.PositiveIntegerField(_("signed"), editable=False)
    out_of = models.PositiveIntegerField(_("out of"), editable=False)
    formula = models.CharField(_("how it was counted"), max_length=300, editable=False)
    is_reached = models.BooleanField(_("reached"), editable=False)
    rows = models.JSONField(_("the rows"), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)

    objects = SealedQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of signed agreements")
        verbose_name_plural = _("counts of signed agreements")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(name="clearance_count_within", condition=Q(signed__lte=F("out_of"))),
        ]

    def __str__(self) -> str:
        return f"{self.signed}/{self.out_of}, {full_date(self.on)}"

    @classmethod
    def freeze(
        cls, project: Project, *, by: "User | None", campaign: Campaign, on: datetime.date, decision: str
    ) -> "AgreementCount":
        campaign.require_open()
        project.check_day(campaign, on)
        found = tally(project, on)
        if found["rule"] is None:
            raise ValidationError(gettext("No rule says which share is asked for on that day."))
        with transaction.atomic():
            made = cls.objects.create(
                ward_id=project.ward_id,
                project=project,
                on=on,
                decision=decision,
                signed=found["signed"],
                out_of=found["out_of"],
                formula=formula(found["rule"]),
                is_reached=found["is_reached"],
                rows=[
                    {"agreement": row.pk, "household": row.household.number, "signed_on": row.signed_on.isoformat()}
                    for row in found["rows"]
                ],
                by=by,
            )
            outbox.record("clearance.agreement.counted", subject=project, by=by, on=on)
        return made


def formula(rule: AgreementRule) -> str:
    """As it is printed beside the number."""
    checked = gettext("verified") if rule.is_verified else gettext("not yet verified")
    said = {"rule": rule, "base": rule.get_base_display(), "law": rule.legal_ref, "checked": checked}
    return gettext("%(rule)s of: %(base)s. %(law)s (%(checked)s)") % said


def tally(project: Project, on: datetime.date) -> dict[str, Any]:
    """The signed papers that are valid on a day, out of whom the rule of the day says."""
    rule = AgreementRule.objects.filter(ward=project.ward_id).valid_on(on).first()
    rows = list(
        SignedAgreement.objects.filter(ward=project.ward_id, household__project=project)
        .valid_on(on)
        .select_related("household")
        .order_by("household__number")
    )
    files = Household.objects.filter(ward=project.ward_id, project=project)
    if rule and rule.base == AgreementBase.LAND_USERS:
        files = files.filter(pk__in=project.plots.holders(on))
        known = set(files.values_list("pk", flat=True))
        rows = [row for row in rows if row.household_id in known]
    out_of = files.count()
    reached = rule.is_reached(len(rows), out_of) if rule else False
    return {"rule": rule, "rows": rows, "signed": len(rows), "out_of": out_of, "is_reached": reached}
