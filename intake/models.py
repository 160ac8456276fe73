import datetime
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from core.imports import ListKind, Scope, all_kinds
from core.keys import WardKey
from core.models import Stateful, StoredFile, Transition, WardModel, tracked, tracked_without
from core.sealed_files import SealedStorage, sealed_path
from intake.choices import BatchState
from intake.querysets import BatchQuerySet
from notifications import outbox

if TYPE_CHECKING:
    from accounts.models import User

KEPT_DAYS = 30  # a file that nobody took over


@tracked_without("sample", "layout", "places")
class Batch(StoredFile, Stateful):
    """One file of one kind of list: open -> checked -> done -> withdrawn, or cancelled before it is done.

    layout: what was answered on how the list stands in the sheet: sheet, first and last row of its headings, rows left
    out, whether hidden ones count, the font, and the columns of days in which the month stands first. places: column
    name -> where it stands. The file, which may hold more of people than the portal keeps, lies sealed, and goes as
    soon as it is taken over or left.
    """

    file = models.FileField(_("file"), upload_to=sealed_path, storage=SealedStorage(), max_length=200)
    kind = models.CharField(_("kind of list"), max_length=30)
    target = models.BigIntegerField(_("for the row"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=BatchState, default=BatchState.OPEN)
    layout = models.JSONField(_("how it stands in the sheet"), default=dict, editable=False)
    places = models.JSONField(_("columns"), null=True, editable=False)
    sample = models.JSONField(_("first rows"), default=list, editable=False)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    left_out_count = models.PositiveIntegerField(_("left out"), default=0)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    known_count = models.PositiveIntegerField(_("there already"), default=0)
    wrong_count = models.PositiveIntegerField(_("to mend"), default=0)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("list brought in")
        verbose_name_plural = _("lists brought in")
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["ward", "kind", "-uploaded_at"], name="intake_batch_newest")]
        constraints = [
            models.CheckConstraint(
                name="intake_batch_sum",
                condition=Q(
                    row_count=models.F("left_out_count")
                    + models.F("new_count")
                    + models.F("known_count")
                    + models.F("wrong_count")
                ),
            ),
            models.CheckConstraint(name="intake_batch_done", condition=~Q(state=BatchState.DONE) | Q(wrong_count=0)),
        ]

    def __str__(self) -> str:
        return f"{self.declared.label}: {self.original_name}" if self.declared else self.original_name

    def get_absolute_url(self) -> str:
        return reverse("intake:batch_detail", args=[self.pk])

    @property
    def declared(self) -> ListKind:
        return all_kinds()[self.kind]

    def scope(self, user: "User") -> Scope:
        """Raises Http404 where the person does not see what the list is for."""
        return self.declared.scope(user, self.ward_id, self.target)

    @property
    def is_open(self) -> bool:
        return self.state in (BatchState.OPEN, BatchState.CHECKED)

    def answer(self, *, by: "User", places: dict[str, int] | None = None, **layout: Any) -> None:
        """One more answer on how the list stands in the sheet. What was looked at is looked at anew."""
        since = [BatchState.OPEN, BatchState.CHECKED]
        answered = places if places is not None else self.places
        self.move(BatchState.OPEN, since=since, by=by, layout=self.layout | layout, places=answered)

    def cancel(self, *, by: "User | None") -> None:
        with transaction.atomic():
            self.move(BatchState.CANCELLED, since=[BatchState.OPEN, BatchState.CHECKED], by=by, **self.without_file())
            self.messages.all().delete()
            outbox.record("intake.batch.cancelled", subject=self, by=by)

    def without_file(self) -> dict[str, Any]:
        """The fields of a batch whose file is not needed any more; it goes when the transaction is through."""
        name = self.file.name
        if name:
            transaction.on_commit(lambda: default_storage.delete(name), robust=True)
        return {"file": "", "sample": []}

    @property
    def expires_on(self) -> datetime.date:
        return (self.uploaded_at + datetime.timedelta(days=KEPT_DAYS)).date()


class BatchTransition(Transition):
    batch = WardKey(Batch, models.CASCADE, related_name="transitions", verbose_name=_("list brought in"))

    class Meta(Transition.Meta):
        verbose_name = _("step of a list brought in")
        verbose_name_plural = _("steps of lists brought in")


class BatchMessage(WardModel):
    """What is to be mended, or looked at, in a row of the sheet. Goes with the file."""

    batch = WardKey(Batch, models.CASCADE, related_name="messages", verbose_name=_("list brought in"))
    row = models.PositiveIntegerField(_("row of the sheet"))
    column = models.CharField(_("column"), max_length=40, blank=True)
    text = models.TextField(_("what to do"))
    is_hint = models.BooleanField(_("only to look at"), default=False)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("message on a row")
        verbose_name_plural = _("messages on rows")
        ordering = ["is_hint", "row", "id"]
        indexes = [models.Index(fields=["ward", "batch", "is_hint", "row"], name="intake_message_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.text}"


class Made(WardModel):
    """A row of the portal that a list brought in. Of which table, its batch's kind says."""

    batch = WardKey(Batch, models.CASCADE, related_name="made", verbose_name=_("list brought in"))
    row = models.PositiveIntegerField(_("row of the sheet"))
    key = models.BigIntegerField(_("key"))

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("row that was brought in")
        verbose_name_plural = _("rows that were brought in")
        ordering = ["row"]
        constraints = [models.UniqueConstraint("ward", "batch", "row", name="intake_made_row")]

    def __str__(self) -> str:
        return f"{self.row}: {self.key}"


@tracked
class Heading(WardModel):
    """What a ward's own heading means, as it was answered the last time. column: "" for one that is not brought in."""

    kind = models.CharField(_("kind of list"), max_length=30)
    said = models.CharField(_("heading"), max_length=200)
    column = models.CharField(_("column"), max_length=40, blank=True)

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("remembered heading")
        verbose_name_plural = _("remembered headings")
        constraints = [models.UniqueConstraint("ward", "kind", "said", name="intake_heading_said")]

    def __str__(self) -> str:
        return self.said
