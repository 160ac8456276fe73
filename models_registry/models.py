"""Registered models of skilful mass mobilization, their steps and results; the writing contest."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit, folded
from accounts.querysets import MembershipQuerySet, WardQuerySet
from campaigns.models import Campaign, Document, Undertaking
from core.models import Period, Stateful, StoredFile, Transition, WardModel, tracked
from models_registry.choices import SENT_AND_AFTER, EntryState, ModelState, Origin, StepKind, SubjectType
from models_registry.querysets import ContestEntryQuerySet, MobilizationModelQuerySet

User = settings.AUTH_USER_MODEL


@tracked
class OfficialField(WardModel, Period):
    """A field of the superior's summary table."""

    code = models.SlugField(_("code"))
    label = models.CharField(_("label"), max_length=120)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("official field")
        verbose_name_plural = _("official fields")
        ordering = ["id"]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint("ward", "code", name="registry_officialfield_code"),
        ]

    def __str__(self) -> str:
        return self.label


@tracked
class ThemeField(WardModel):
    """A field of the year's theme, mapped to the official one."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="theme_fields", verbose_name=_("campaign"))
    code = models.SlugField(_("code"))
    label = models.CharField(_("label"), max_length=120)
    official_field = models.ForeignKey(
        OfficialField, models.PROTECT, related_name="theme_fields", verbose_name=_("official field")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("field of the theme")
        verbose_name_plural = _("fields of the theme")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint("ward", "campaign", "code", name="registry_themefield_code")]

    def __str__(self) -> str:
        return self.label


@tracked
class MobilizationModel(Stateful, WardModel):
    """A "mô hình Dân vận khéo". A draft may miss what a submitted one may not."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="models", verbose_name=_("campaign"))
    code = models.CharField(_("code"), max_length=20, null=True, blank=True, editable=False)
    title = models.CharField(_("name of the model"), max_length=120, blank=True)
    subject = models.CharField(_("registered by"), max_length=10, choices=SubjectType, default=SubjectType.COLLECTIVE)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="models", verbose_name=_("unit"))
    person_name = models.CharField(_("name of the person"), max_length=100, null=True, blank=True)
    theme_field = models.ForeignKey(
        ThemeField, models.PROTECT, null=True, blank=True, related_name="models", verbose_name=_("field")
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.NEW)
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by", verbose_name=_("continues")
    )
    rationale = models.TextField(_("situation and reason"), blank=True)
    approach = models.TextField(_("how it is done"), blank=True)
    beneficiaries = models.TextField(_("place and people served"), blank=True)
    expected_output = models.TextField(_("product, expected result"), blank=True)
    sustainability = models.TextField(_("how it lasts and spreads"), blank=True)
    resources = models.TextField(_("means"), blank=True)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    contact = models.CharField(_("person in charge"), max_length=100, blank=True)
    is_late = models.BooleanField(_("registered late"), default=False, editable=False)
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the unit by")
    )
    state = models.CharField(_("state"), max_length=15, choices=ModelState, default=ModelState.DRAFT)
    search_key = folded("title")

    objects = MobilizationModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["code", "id"]
        indexes = [models.Index(fields=["ward", "campaign", "state"], name="registry_model_state")]
        constraints = [
            models.UniqueConstraint("ward", "campaign", "code", name="registry_model_code"),
            models.CheckConstraint(
                name="registry_model_person",
                condition=Q(subject=SubjectType.COLLECTIVE, person_name__isnull=True)
                | Q(subject=SubjectType.INDIVIDUAL),
            ),
            models.CheckConstraint(
                name="registry_model_complete",
                condition=Q(state__in=[ModelState.DRAFT, ModelState.WITHDRAWN])
                | (
                    ~Q(title="")
                    & ~Q(approach="")
                    & Q(theme_field__isnull=False)
                    & Q(code__isnull=False)
                    & (Q(subject=SubjectType.COLLECTIVE) | Q(person_name__gt=""))
                ),
                violation_error_message=_(
                    "A submitted model has a name, a field, a way of doing it and a person or unit."
                ),
            ),
            models.CheckConstraint(
                name="registry_model_days",
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end can not be before the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled model"))

    def get_absolute_url(self) -> str:
        return reverse("models_registry:model_detail", args=[self.code or self.pk])


class MobilizationModelTransition(Transition):
    mobilization_model = models.ForeignKey(MobilizationModel, models.PROTECT, related_name="transitions")


@tracked
class ModelUndertaking(WardModel):
    """What a model is about: a clearance project, a street."""

    mobilization_model = models.ForeignKey(MobilizationModel, models.CASCADE, related_name="about")
    undertaking = models.ForeignKey(Undertaking, models.PROTECT, related_name="models")

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("undertaking of a model")
        verbose_name_plural = _("undertakings of models")
        constraints = [
            models.UniqueConstraint("ward", "mobilization_model", "undertaking", name="registry_modelundertaking_pair")
        ]

    def __str__(self) -> str:
        return str(self.undertaking)


class ModelDocument(StoredFile):
    """A paper attached to a registration."""

    mobilization_model = models.ForeignKey(MobilizationModel, models.PROTECT, related_name="documents")

    objects = WardQuerySet.as_manager()


@tracked
class TargetIndicator(WardModel):
    mobilization_model = models.ForeignKey(MobilizationModel, models.CASCADE, related_name="targets")
    name = models.CharField(_("target"), max_length=150)
    unit_of_measure = models.CharField(_("counted in"), max_length=30)
    target = models.PositiveIntegerField(_("number"))
    due_on = models.DateField(_("by"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="registry_target_positive", condition=Q(target__gt=0))]

    def __str__(self) -> str:
        return self.name


@tracked
class ModelStep(WardModel):
    """One of the steps that acceptance lays out, with its dates."""

    mobilization_model = models.ForeignKey(MobilizationModel, models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=12, choices=StepKind)
    order = models.PositiveSmallIntegerField(_("order"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["order"]
        constraints = [models.UniqueConstraint("ward", "mobilization_model", "kind", name="registry_step_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()


class StepEvidence(StoredFile):
    step = models.ForeignKey(ModelStep, models.PROTECT, related_name="evidence")

    objects = WardQuerySet.as_manager()


@tracked
class ProgressUpdate(WardModel):
    mobilization_model = models.ForeignKey(MobilizationModel, models.PROTECT, related_name="updates")
    on = models.DateField(_("on"))
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the unit by")
    )

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        ordering = ["-on", "-id"]

    def __str__(self) -> str:
        return f"{self.mobilization_model} {self.on:%d/%m/%Y}"


@tracked
class ProgressValue(WardModel):
    """The total reached for a target at an update."""

    update = models.ForeignKey(ProgressUpdate, models.CASCADE, related_name="values")
    indicator = models.ForeignKey(TargetIndicator, models.PROTECT, related_name="values")
    value = models.PositiveIntegerField(_("reached so far"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("value")
        verbose_name_plural = _("values")
        constraints = [models.UniqueConstraint("ward", "update", "indicator", name="registry_value_pair")]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"


class ProgressEvidence(StoredFile):
    update = models.ForeignKey(ProgressUpdate, models.PROTECT, related_name="evidence")

    objects = WardQuerySet.as_manager()


@tracked
class Contest(WardModel):
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="contests", verbose_name=_("campaign"))
    name = models.CharField(_("name"), max_length=200)
    ordered_by = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="ordered_contests", verbose_name=_("ordered by")
    )
    shared_out_by = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="shared_contests", verbose_name=_("shared out by")
    )
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("writing contest")
        verbose_name_plural = _("writing contests")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


@tracked
class EntryQuota(WardModel):
    contest = models.ForeignKey(Contest, models.CASCADE, related_name="quotas", verbose_name=_("contest"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="entry_quotas", verbose_name=_("unit"))
    required = models.PositiveSmallIntegerField(_("entries to write"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        constraints = [models.UniqueConstraint("ward", "contest", "unit", name="registry_quota_pair")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.required}"


@tracked
class ContestEntry(Stateful, WardModel):
    contest = models.ForeignKey(Contest, models.PROTECT, related_name="entries", verbose_name=_("contest"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="entries", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=200)
    author_name = models.CharField(_("author"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=EntryState, default=EntryState.PLANNED)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)

    objects = ContestEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.CheckConstraint(
                name="registry_entry_sent_on",
                condition=Q(state__in=SENT_AND_AFTER, sent_on__isnull=False)
                | (~Q(state__in=SENT_AND_AFTER) & Q(sent_on__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("models_registry:entry_detail", args=[self.pk])


class ContestEntryTransition(Transition):
    entry = models.ForeignKey(ContestEntry, models.PROTECT, related_name="transitions")
