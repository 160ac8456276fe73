"""What lists of a project have in common: whose they are, the household that a row is of, and words of its forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.access import Decision, Permission
from campaigns.imports import year_today
from clearance.forms.pasted import MOST_NUMBER
from clearance.models import Household, Project
from core.imports import Column, Line, ListKind, Named, Scope, whole

if TYPE_CHECKING:
    from accounts.models import User


class OfProject(ListKind):
    permission = Permission.CLEARANCE_MANAGE
    needs_target = True

    def scope(self, user: "User", ward_id: int, target: int | None) -> Scope:
        year = year_today(user)
        rows = Project.objects.visible_to(user).of(year).select_related("undertaking")
        return Scope(user, ward_id, get_object_or_404(rows, pk=target), year)

    def decision(self, scope: Scope) -> Decision:
        return scope.target.can_manage(scope.user, scope.year)

    def up(self, scope: Scope) -> tuple[str, Any]:
        return reverse("clearance:household_list", args=[scope.target.slug]), scope.target.name


def of_file(code: str, scope: Scope) -> str:
    """Where such a list of the same project is brought in."""
    return f"{reverse('intake:batch_new', args=[code])}?for={scope.target.pk}"


def household_column() -> Column:
    return Column(
        "number",
        _("Household number"),
        whole(1, MOST_NUMBER),
        ("so ho", "ma ho", "ho so", "so ho so", "ho so so", "household number"),
        is_needed=True,
        example="12",
        help_text=_("Of a household that the project has."),
    )


def between(lines: Sequence[Line]) -> tuple[int, int]:
    """The lowest and the highest household number: thousands of numbers take long to say."""
    numbers = [line["number"] for line in lines if line["number"]]
    return min(numbers, default=0), max(numbers, default=0)


def find_households(lines: Sequence[Line], scope: Scope) -> None:
    """`file`: the key of the household that a row is of."""
    files = Household.objects.filter(ward_id=scope.ward_id, project=scope.target, number__range=between(lines))
    keys = dict(files.values_list("number", "pk"))
    for line in lines:
        if line["number"] and line["number"] not in keys:
            said = _t("The project has no household %(number)d. Correct the number, or enter the household first.")
            line.wrong(said % {"number": line["number"]}, "number")
        elif line["number"]:
            line.values["file"] = keys[line["number"]]


@dataclass(frozen=True)
class Word:
    """A code, shown by its word."""

    code: str
    label: str

    def __str__(self) -> str:
        return self.label


def read_words(
    lines: Sequence[Line],
    column: str,
    label: str,
    choices: type[models.TextChoices],
    more: Mapping[Any, Sequence[str]],
) -> None:
    """The words of a form for its codes, in each language of the portal, whatever their marks.

    more: how lists say a code too.
    """
    labels = {code: str(words) for code, words in choices.choices}
    known = {said: code for code, words in more.items() for said in words}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {str(words): code for code, words in choices.choices}
    found = Named({said: Word(code, labels[code]) for said, code in known.items()}, (line[column] for line in lines))
    for line in lines:
        if found.is_unknown(said := line[column]):
            words = {"column": label, "said": said, "words": "; ".join(labels.values())}
            line.wrong(_t("%(column)s: “%(said)s” is none of these words: %(words)s.") % words, column)
        line.values[column] = found.get(said)
