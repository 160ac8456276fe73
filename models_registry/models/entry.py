"""What of an entry was handed in, round by round: its text, its files, and how one version differs from another."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.keys import WardKey
from core.models import StoredFile, WardModel, today
from core.text import count_words
from models_registry.choices import EntryPart
from models_registry.models.contest import ContestEntry
from models_registry.querysets import OfEntryQuerySet

MOST_PIECES = 4000  # of a paragraph that are compared word by word; a longer one counts as written anew


class EntryVersion(WardModel):
    """What was handed in once. Never changed: what is wrong with it is put right in the next one.

    text: as typed, or what the file says. words: None where nothing could be counted, as in a scan.
    """

    entry = WardKey(ContestEntry, models.PROTECT, related_name="versions", verbose_name=_("entry"))
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(pgettext_lazy("entry", "title"), max_length=200)
    author_name = models.CharField(_("author"), max_length=100, blank=True)
    text = models.TextField(_("text"), blank=True)
    words = models.PositiveIntegerField(_("words"), null=True, blank=True)
    declared = models.CharField(_("what the author declared"), max_length=300, blank=True)
    on = models.DateField(_("handed in on"), default=today)
    at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("by"))
    entered_for_unit_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered for the unit by")
    )

    objects = OfEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an entry")
        verbose_name_plural = _("versions of entries")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint("ward", "entry", "number", name="registry_version_number")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.entry} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("models_registry:entry_version", args=[self.entry_id, self.number])

    def before(self) -> "EntryVersion | None":
        """The version that it follows."""
        return self.entry.versions.filter(number__lt=self.number).first()


class EntryFile(StoredFile):
    """A file of an entry. version None: kept until it is handed in. text: what the file of the text says."""

    entry = WardKey(ContestEntry, models.PROTECT, related_name="files", verbose_name=_("entry"))
    version = WardKey(
        EntryVersion, models.PROTECT, null=True, blank=True, related_name="files", verbose_name=_("version")
    )
    part = models.CharField(_("part"), max_length=8, choices=EntryPart)
    text = models.TextField(_("what it says"), blank=True)

    objects = OfEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an entry")
        verbose_name_plural = _("files of entries")
        ordering = ["part", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ward", "entry", "version"],
                condition=Q(part=EntryPart.TEXT),
                nulls_distinct=False,
                name="registry_entry_one_text",
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("models_registry:entry_file", args=[self.entry_id, self.pk])


# ---- how two texts differ -------------------------------------------------------------------------------
Piece = tuple[str, str]  # "same", "added" or "removed", and the words


@dataclass(frozen=True)
class Difference:
    """paragraphs: in their order, each of its pieces. added, removed: how many words."""

    paragraphs: list[list[Piece]]
    added: int
    removed: int

    @property
    def is_none(self) -> bool:
        return not self.added and not self.removed and all(k == "same" for row in self.paragraphs for k, _w in row)


def difference(old: str, new: str) -> Difference:
    """Paragraph by paragraph, and within a changed paragraph word by word."""
    rows = list(_paragraphs(_lines(old), _lines(new)))
    added, removed = (
        sum(count_words(words) for row in rows for found, words in row if found == kind)
        for kind in ("added", "removed")
    )
    return Difference(rows, added, removed)


def _lines(text: str) -> list[str]:
    return [line for line in (line.strip() for line in text.split("\n")) if line]


def _paragraphs(old: list[str], new: list[str]) -> Iterator[list[Piece]]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from ([("same", line)] for line in new[c:d])
            continue
        for was, now in zip_longest(old[a:b], new[c:d]):
            yield list(_pieces(was or "", now or ""))


def _pieces(was: str, now: str) -> Iterator[Piece]:
    old, new = was.split(), now.split()
    if max(len(old), len(new)) > MOST_PIECES or not (old and new):
        yield from [(kind, line) for kind, line in (("removed", was), ("added", now)) if line]
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", " ".join(new[c:d])
            continue
        if b > a:
            yield "removed", " ".join(old[a:b])
        if d > c:
            yield "added", " ".join(new[c:d])
