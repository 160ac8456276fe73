"""What an entry needs before it is published: the signed consent of who wrote it and of whom it is about."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.access import ALLOWED, Decision, Permission, denied
from accounts.models import User
from campaigns.papers import LANGUAGE
from core.files import Accepted
from core.keys import WardKey
from core.models import StoredFile, WardModel, today, tracked
from models_registry.choices import PUBLISHABLE, ConsentOf
from models_registry.models.contest import ContestEntry
from models_registry.models.judging import Judging
from models_registry.querysets import OfConsentQuerySet, OfEntryQuerySet
from notifications import outbox
from publicity.models import Article


@tracked
class EntryConsent(WardModel):
    """A signed consent, or the statement that the entry is about no single person. Never inferred from anything."""

    entry = WardKey(ContestEntry, models.PROTECT, related_name="consents", verbose_name=_("entry"))
    of = models.CharField(_("consent of"), max_length=8, choices=ConsentOf)
    person_name = models.CharField(_("who signed"), max_length=100)
    signed_on = models.DateField(_("signed on"))
    reference = models.CharField(_("where the signed paper is"), max_length=200)
    by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, editable=False)
    withdrawn_why = models.CharField(_("why"), max_length=300, blank=True, editable=False)

    objects = OfEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to publishing")
        verbose_name_plural = _("consents to publishing")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="registry_consent_signed", condition=~Q(person_name="") & ~Q(reference="")),
            models.CheckConstraint(
                name="registry_consent_withdrawn",
                condition=Q(withdrawn_on__isnull=True, withdrawn_why="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_of_display()}: {self.person_name}"

    def get_absolute_url(self) -> str:
        return self.entry.get_absolute_url()

    def can_withdraw(self, user: Any) -> Decision:
        if self.withdrawn_on:
            return denied(gettext("This consent was withdrawn already."))
        return can_record(self.entry, user)

    def withdraw(self, *, by: Any, reason: str) -> None:
        """The person takes it back: who publishes articles is told when there is one."""
        with transaction.atomic():
            rows = type(self).objects.filter(pk=self.pk, ward=self.ward_id, withdrawn_on=None)
            if rows.update(withdrawn_on=today(), withdrawn_why=reason) != 1:
                raise ValidationError(gettext("This consent was withdrawn already."))
            outbox.record("models_registry.consent.withdrawn", subject=self.entry, by=by, unit=self.entry.unit)


class ConsentEvidence(StoredFile):
    """The signed paper, as a photo or a scan."""

    consent = WardKey(EntryConsent, models.PROTECT, related_name="papers", verbose_name=_("consent to publishing"))

    objects = OfConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("signed paper of a consent")
        verbose_name_plural = _("signed papers of consents")


def can_record(entry: ContestEntry, user: Any) -> Decision:
    """Who runs the contest, and the unit that wrote."""
    right = access.can(user, Permission.ENTRY_WRITE, unit=entry.unit)
    return (right or access.can(user, Permission.CONTEST_MANAGE)) and entry.campaign.can_change()


def record_consent(entry: ContestEntry, *, by: Any, papers: Iterable[Accepted] = (), **fields: Any) -> EntryConsent:
    """Write down a consent that was signed."""
    entry.campaign.require_open()
    with transaction.atomic():
        consent = EntryConsent(ward_id=entry.ward_id, entry=entry, by=by, **fields)
        consent.save()
        for paper in papers:
            consent.papers.create(ward_id=entry.ward_id, uploaded_by=by, **paper.fields())
        outbox.record("models_registry.consent.recorded", subject=entry, by=by, unit=entry.unit)
    return consent


def missing_consents(entry: ContestEntry) -> list[str]:
    """Whose consent is still missing, in sentences."""
    valid = list(entry.consents.filter(withdrawn_on=None))
    signed = {consent.person_name.casefold() for consent in valid if consent.of == ConsentOf.AUTHOR}
    missing = [name for name in entry.authors if name.casefold() not in signed]
    said = []
    if missing:
        said.append(gettext("The consent of the author is missing: %(names)s.") % {"names": ", ".join(missing)})
    elif not entry.authors:
        said.append(gettext("The entry has no author yet."))
    if not any(consent.of != ConsentOf.AUTHOR for consent in valid):
        said.append(gettext("The consent of the person written about is missing."))
    return said


def can_publish(entry: ContestEntry, user: Any) -> Decision:
    """Make an article of it: with every consent, and not while it is judged under a code."""
    right = access.can_in_ward(user, Permission.CONTEST_MANAGE) and entry.campaign.can_change()
    if not right:
        return right
    if entry.article_id:
        return denied(gettext("There is an article of this entry already."))
    if entry.state not in PUBLISHABLE:
        return denied(gettext("This entry is now “%(state)s”.") % {"state": entry.get_state_display()})
    if Judging.objects.filter(ward=entry.ward_id, contest=entry.contest_id, closed_on=None).exists():
        return denied(gettext("The entry is judged under a code. Publish it once the prizes are awarded."))
    missing = missing_consents(entry)
    return denied(" ".join(missing)) if missing else ALLOWED


def publish(entry: ContestEntry, *, by: Any) -> Article:
    """A draft of an article with the last version; who approves articles looks at it before anybody reads it."""
    access.require(can_publish(entry, by))
    version = entry.versions.first()
    with override(LANGUAGE):
        signed = gettext("Author: %(name)s") % {"name": entry.author_name}
    body = f"{version.text if version else ''}\n\n{signed}".strip()
    with transaction.atomic():
        article = Article(ward=entry.ward, campaign=entry.campaign, title=entry.title, body=body)
        article.write(by=by)
        rows = ContestEntry.objects.filter(pk=entry.pk, ward=entry.ward_id, article=None)
        if rows.update(article=article) != 1:
            raise ValidationError(gettext("There is an article of this entry already."))
        entry.article = article
        outbox.record("models_registry.entry.published", subject=entry, by=by, unit=entry.unit)
    return article
