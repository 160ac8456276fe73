"""What a plan orders, item by item."""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import Decision, Permission
from accounts.models import User
from campaigns.models.campaign import Campaign, Undertaking
from campaigns.models.document import Document
from campaigns.querysets import PlanItemQuerySet
from core.dated import dated
from core.keys import WardKey
from core.models import WardModel, tracked
from core.secrecy import refuse_secret
from core.text import one_line, without_bullet
from notifications import outbox


@dated("text", "undertaking")
@tracked
class PlanItem(WardModel):
    """One thing that a plan orders."""

    campaign = WardKey(Campaign, models.PROTECT, related_name="plan_items", verbose_name=_("campaign"))
    document = WardKey(Document, models.PROTECT, related_name="plan_items", verbose_name=_("plan"))
    text = models.TextField(_("what the plan orders"), validators=[refuse_secret])
    undertaking = WardKey(
        Undertaking, models.PROTECT, null=True, blank=True, related_name="plan_items", verbose_name=_("undertaking")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan item")
        verbose_name_plural = _("plan items")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return one_line(self.text)[:80]

    def can_edit(self, user: User) -> Decision:
        return self.campaign.can_change() and access.can(user, Permission.CAMPAIGN_EDIT)

    def can_assign(self, user: User) -> Decision:
        return self.campaign.can_change() and access.can(user, Permission.TASK_ASSIGN)

    def can_remove(self, user: User) -> Decision:
        if self.tasks.exists():
            return access.denied(gettext("Tasks were given from this item, so it stays."))
        return self.can_edit(user)

    def edit(self, *, by: User | None, **fields: Any) -> None:
        self.campaign.require_open()
        for name, value in fields.items():
            setattr(self, name, value)
        self.text = without_bullet(self.text)
        with transaction.atomic():
            self.save(update_fields=list(fields))
            outbox.record("campaigns.plan_item.edited", subject=self.document, by=by, plan_item=self.pk)

    def remove(self, *, by: User | None) -> None:
        self.campaign.require_open()
        with transaction.atomic():
            outbox.record("campaigns.plan_item.removed", subject=self.document, by=by, plan_item=self.pk)
            self.delete()

    def shift(self, *, by: User | None, up: bool) -> None:
        """One place up or down among the items of its plan."""
        self.campaign.require_open()
        with transaction.atomic():
            items = list(self.document.plan_items.select_for_update())
            here = items.index(self)
            there = here - 1 if up else here + 1
            if not 0 <= there < len(items):
                return
            items[here], items[there] = items[there], items[here]
            for order, item in enumerate(items, start=1):
                item.order = order
            PlanItem.objects.bulk_update(items, ["order"])
            outbox.record("campaigns.plan_item.moved", subject=self.document, by=by, plan_item=self.pk)
