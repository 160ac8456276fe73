"""When whom to remind of what."""

import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.querysets import WardQuerySet
from core.keys import WardKey
from core.models import WardModel, tracked
from notifications.choices import Channel, MessageClass

User = settings.AUTH_USER_MODEL


@tracked
class ReminderRule(WardModel):
    """When whom to remind of what. A rule begins switched off, also when last year's is copied."""

    code = models.SlugField(_("code"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=60)
    anchor = models.CharField(_("counted from"), max_length=30)
    offset_days = models.SmallIntegerField(_("days after (negative: before)"), default=0)
    local_time = models.TimeField(_("time of day"))
    working_days_only = models.BooleanField(_("working days only"), default=True)
    klass = models.CharField(_("class"), max_length=10, choices=MessageClass, default=MessageClass.WORK)
    repeat_days = models.PositiveSmallIntegerField(_("again every so many days"), null=True, blank=True)
    repeat_until = models.SmallIntegerField(_("until so many days after (negative: before)"), null=True, blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role), verbose_name=_("only these roles"), default=list, blank=True
    )
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel),
        verbose_name=_("channels"),
        default=list,
        blank=True,
        help_text=_("Everything is shown in the portal; these are used in addition where there is an address."),
    )
    enabled = models.BooleanField(_("switched on"), default=False)
    enabled_at = models.DateTimeField(_("switched on at"), null=True, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["code", "year"]
        constraints = [
            models.UniqueConstraint("ward", "code", "year", name="notif_rule_code_year", nulls_distinct=False),
            models.CheckConstraint(
                name="notif_rule_enabled_at",
                condition=Q(enabled=True, enabled_at__isnull=False) | Q(enabled=False, enabled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="notif_rule_repeats",
                condition=Q(repeat_days__isnull=True, repeat_until__isnull=True)
                | Q(repeat_days__gt=0, repeat_until__gt=F("offset_days")),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Nothing whose moment lies before the switching on is ever made, so a late start sends no pile."""
        self.enabled_at = (self.enabled_at or timezone.now()) if self.enabled else None
        if "enabled" in (kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "enabled_at"}
        super().save(*args, **kwargs)

    def switch(self, on: bool, *, at: datetime.datetime | None = None) -> None:
        """Switch on (as if at that moment) or off."""
        self.enabled, self.enabled_at = on, at
        self.save(update_fields=["enabled"])


@tracked
class RuleUnit(WardModel):
    """A unit whose people the rule reminds; a rule with none reminds those of every unit."""

    rule = WardKey(ReminderRule, models.CASCADE, related_name="only_units", verbose_name=_("rule"))
    unit = models.ForeignKey("accounts.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit of a rule")
        verbose_name_plural = _("units of rules")
        constraints = [models.UniqueConstraint("ward", "rule", "unit", name="notif_ruleunit_once")]

    def __str__(self) -> str:
        return str(self.unit)


@tracked
class RuleText(WardModel):
    """A ward's own wording of a rule in one language; without one the source's own text is sent."""

    rule = WardKey(ReminderRule, models.CASCADE, related_name="texts", verbose_name=_("rule"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    line = models.CharField(_("text"), max_length=300)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a rule")
        verbose_name_plural = _("texts of rules")
        constraints = [models.UniqueConstraint("ward", "rule", "language", name="notif_ruletext_language")]

    def __str__(self) -> str:
        return self.line
