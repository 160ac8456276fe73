"""The text of a document's file, for search. Read out of the file in the background."""

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import WardQuerySet
from campaigns.choices import TextState
from campaigns.models.document import Document
from core import filetext
from core.keys import WardKey
from core.models import WardModel
from core.search import folded
from core.text import nfc


class DocumentText(WardModel):
    """What a file says in words; the row is also the queue of files that wait to be read."""

    document = WardKey(Document, models.CASCADE, related_name="texts", verbose_name=_("document"))
    sha256 = models.CharField("SHA-256", max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=TextState, default=TextState.WAITING)
    text = models.TextField(_("text"), blank=True)
    since = models.DateTimeField(_("waits since"), default=timezone.now)
    search_key = folded("text")

    objects = WardQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        indexes = [
            GinIndex(name="campaigns_documenttext_search", fields=["search_key"], opclasses=["gin_trgm_ops"]),
            models.Index("since", "id", condition=Q(state=TextState.WAITING), name="campaigns_documenttext_waiting"),
        ]
        constraints = [
            models.UniqueConstraint("ward", "document", name="campaigns_documenttext_once"),
            models.CheckConstraint(name="campaigns_documenttext_read", condition=Q(text="") | Q(state=TextState.READ)),
        ]

    def __str__(self) -> str:
        return f"{self.document}: {self.get_state_display()}"

    @classmethod
    def wait_for(cls, document: Document) -> None:
        """The document has got another file: its text is read anew."""
        rows = cls.objects.filter(ward_id=document.ward_id, document=document)
        if not filetext.kind_of(document.original_name):
            rows.delete()
        elif not rows.filter(sha256=document.sha256).exists():
            waiting = {"sha256": document.sha256, "state": TextState.WAITING, "text": "", "since": timezone.now()}
            cls.objects.update_or_create(ward_id=document.ward_id, document=document, defaults=waiting)

    @classmethod
    def next_waiting(cls) -> Self | None:
        """Inside a transaction: the file that waits longest and that nobody else reads at the moment."""
        rows: Any = cls.objects.filter(state=TextState.WAITING).select_related("document").order_by("since", "pk")
        return rows.select_for_update(of=("self",), skip_locked=True).first()

    def read(self) -> None:
        document = self.document
        try:
            with document.file.open() as file:
                text = filetext.read_apart(file.read(), filetext.kind_of(document.original_name))
        except (filetext.Unreadable, OSError):
            self.state = TextState.UNREADABLE
        else:
            self.text = nfc(text)
            self.state = TextState.READ if text else TextState.NO_LAYER
        self.save()
