"""What is written of a conference: its minutes as an official paper, and a summary for the public without names."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from campaigns.models import Campaign, PaperStyle
from campaigns.papers import LANGUAGE, MINUTES_CODE, compose
from clearance.choices import LEAST, TOOK_PART, AttendanceKind, OpinionKind
from clearance.models import Dialogue, DialogueMinutes, PlanOpinion, Question
from core.papers import Paper, Paragraph, Run, body, heading
from notifications import outbox
from publicity.models import Article

if TYPE_CHECKING:
    from accounts.models import User


def opinions_of(dialogue: Dialogue) -> dict[str, Counter]:
    """ "before" and "after" -> opinion -> how many households."""
    rows = PlanOpinion.objects.filter(ward=dialogue.ward_id, attendance__dialogue=dialogue)
    said = list(rows.values_list("before", "after"))
    return {"before": Counter(b for b, _a in said if b), "after": Counter(a for _b, a in said)}


def minutes(row: DialogueMinutes) -> Paper:
    """Raises campaigns.papers.NoStandard."""
    dialogue = row.dialogue
    with override(LANGUAGE):
        day: Any = dialogue.held_on  # of a conference that was held
        return compose(
            PaperStyle.objects.issuer_for(dialogue.host, day) or dialogue.host,
            day,
            code=MINUTES_CODE,
            kind=_("Minutes"),
            summary=_("Dialogue conference: %(project)s") % {"project": dialogue.project},
            paragraphs=tuple(_paragraphs(row)),
            is_draft=not row.is_closed,
            superior="",
            signature=(_("Chair"), row.chair),
            second=(_("Keeper of the minutes"), row.secretary),
        )


def _paragraphs(row: DialogueMinutes) -> Iterator[Paragraph]:
    dialogue = row.dialogue
    yield _fact(_("When it is held"), dialogue.when_and_where)
    yield _fact(_("Held by"), dialogue.host.name)
    yield _fact(_("Chair"), row.chair)
    yield _fact(_("Keeper of the minutes"), row.secretary)
    yield heading(_("Who took part"))
    roll = dialogue.invited().roll()
    facts = {"took": sum(roll[kind] for kind in TOOK_PART), "invited": roll["invited"]}
    yield body(_("Households that took part: %(took)d of %(invited)d that were invited.") % facts)
    yield body(_("Land users who came or were represented: %(came)d of %(users)d.") % roll)
    for kind in AttendanceKind:
        if roll[kind]:
            yield body(f"- {kind.label}: {roll[kind]}")
    yield heading(_("Course of the conference"))
    yield from _text(row.course)
    questions = list(dialogue.questions.valid().select_related("household", "owner").order_by("pk"))
    if questions:
        yield heading(_("Questions and answers"))
    for number, question in enumerate(questions, start=1):
        yield body(Run(f"{number}. ", bold=True), f"{str(question.household).capitalize()}: {question.text}")
        yield body(_answered(question))
    opinions = opinions_of(dialogue)
    if opinions["after"]:
        yield heading(_("Opinions on the plan"))
        for moment, label in (("before", _("Before the explanation")), ("after", _("After the explanation"))):
            if opinions[moment]:
                yield body(f"{label}: {_counts(opinions[moment])}.")
    ended = f"{row.ended_at:%H:%M}" if row.ended_at else "…"
    yield body(_("The conference ended at %(time)s on the same day.") % {"time": ended})
    if row.was_read_back:
        yield body(_("The minutes were read back to all present."))
    for signature in row.signatures.all():
        line = f"{signature.get_kind_display()}: {signature.name}"
        yield body(line if signature.has_signed else f"{line}. {_('Did not sign')}: {signature.reason}")


def _fact(label: str, text: str) -> Paragraph:
    return body(Run(f"{label}: ", bold=True), Run(text) if text else Run(f"[{label.lower()}]", missing=True))


def _text(text: str) -> Iterator[Paragraph]:
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        yield body(Run(f"[{_('what was said and decided')}]", missing=True))
    for line in lines:
        yield body(line)


def _answered(question: Question) -> str:
    if question.answered_on:
        basis = f" ({question.legal_basis})" if question.legal_basis else ""
        return _("Answer: %(answer)s") % {"answer": f"{question.answer}{basis}"}
    facts = {"unit": question.owner.name, "day": f"{question.due_on:%d/%m/%Y}"}
    return _("To be answered by %(unit)s until %(day)s.") % facts


def _counts(found: Counter) -> str:
    return "; ".join(f"{kind.label.lower()} {found[kind]}" for kind in OpinionKind if found[kind])


# ---- for the public -----------------------------------------------------------------------------------
def draft_article(row: DialogueMinutes, *, by: "User", campaign: Campaign) -> Article:
    """A draft for whoever approves articles, in Vietnamese. No name, no number of a household, no small count."""
    campaign.require_open()
    dialogue = row.dialogue
    with override(LANGUAGE):
        title = _("Dialogue conference: %(project)s") % {"project": dialogue.project}
        text = "\n\n".join(_public_lines(dialogue))
    with transaction.atomic():
        article = Article(ward_id=row.ward_id, campaign=campaign, title=title, body=text)
        article.write(by=by)
        rows = DialogueMinutes.objects.filter(pk=row.pk, ward_id=row.ward_id, article=None, closed_at__isnull=False)
        if rows.update(article=article) != 1:
            raise ValidationError(_("There is a summary already, or the minutes are open."))
        row.article = article
        outbox.record("clearance.minutes.summed_up", subject=dialogue, by=by, unit=dialogue.host)
    return article


def _public_lines(dialogue: Dialogue) -> Iterator[str]:
    roll: dict[str, Any] = dialogue.invited().roll()
    took = sum(roll[kind] for kind in TOOK_PART)
    facts = {"host": dialogue.host.name, "when": dialogue.when_and_where}
    yield _("%(host)s held a dialogue conference: %(when)s.") % facts
    away = roll["invited"] - took
    if took >= LEAST and 0 < away < LEAST:  # beside the total few who stayed away could be counted
        yield ngettext("%(took)d household took part.", "%(took)d households took part.", took) % {"took": took}
    elif took >= LEAST:
        words = ngettext(
            "%(took)d household of %(invited)d took part.", "%(took)d households of %(invited)d took part.", took
        )
        yield words % {"took": took, "invited": roll["invited"]}
    questions = list(dialogue.questions.valid().order_by("pk"))
    answered = [question for question in questions if question.answered_on]
    if answered:
        yield _("Questions and answers")
    for question in answered:
        yield f"- {question.text}\n{_('Answer: %(answer)s') % {'answer': question.answer}}"
    if owed := len(questions) - len(answered):
        words = ngettext(
            "%(count)d question is still to be answered.", "%(count)d questions are still to be answered.", owed
        )
        yield words % {"count": owed}
