"""What the leadership wrote on an incoming document, and the task that follows from it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import WardQuerySet
from campaigns.models.document import Document
from campaigns.models.task import Task
from core.keys import WardKey
from core.models import WardModel, today, tracked


@tracked
class Instruction(WardModel):
    """A leader's opinion. Without a task it was enough to know of the document.

    entered_by: who wrote it down for the leader, from paper; empty where the leader did.
    """

    document = WardKey(Document, models.PROTECT, related_name="instructions", verbose_name=_("document"))
    leader = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("leader"))
    entered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written down by")
    )
    on = models.DateField(_("on"), default=today)
    text = models.CharField(_("opinion"), max_length=1000)
    task = WardKey(Task, models.PROTECT, null=True, blank=True, related_name="instructions", verbose_name=_("task"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion of the leadership")
        verbose_name_plural = _("opinions of the leadership")
        ordering = ["on", "id"]
        constraints = [
            models.CheckConstraint(name="campaigns_instruction_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="campaigns_instruction_not_for_oneself", condition=~Q(entered_by=models.F("leader"))
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
