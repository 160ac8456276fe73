"""What every text is asked before it leaves the ward: whom it names, and by which numbers they could be found."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.personal import people_named, personal_numbers
from core.questions import AsksFirst, Question

SHOWN = 3


class AsksAboutPeople(AsksFirst):
    """leaving: the fields whose text is read outside the ward.

    The portal keeps no consent to being named: who publishes is asked for the paper, and answers for it with the tick.
    """

    leaving: tuple[str, ...] = ()

    def questions(self) -> Iterator[Question]:
        yield from super().questions()
        form: object = self
        data: dict = form.cleaned_data  # type: ignore[attr-defined]
        for name in self.leaving:
            text = data.get(name) or ""
            yield from (Question(name, sentence) for sentence in about_people(text))


def about_people(text: str) -> Iterator[str]:
    """What is to be asked about a text that citizens will read, in sentences."""
    if numbers := personal_numbers(text):
        said = {"numbers": ", ".join(numbers[:SHOWN])}
        yield (
            _("It holds what looks like a phone or identity number: %(numbers)s. Only an office's may stand here.")
            % said
        )
    if people := people_named(text):
        said = {"names": ", ".join(people[:SHOWN])}
        yield _("It names %(names)s. Nobody is named in public without their signed consent.") % said
