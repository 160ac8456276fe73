"""Each figure, for each role and scope: the number is the length, or the sum, of the list that its link opens."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Unit, User
from campaigns.models import Campaign
from core import past
from core.figures import Figure, FigureValue, Scope, all_figures
from core.models import today
from tests.house.test_numbers import Page
from wardportal.demonstration import logins


def numbers(figure: Figure, found: FigureValue) -> Iterator[FigureValue]:
    """The whole and its parts, as far as there is a number and a way to its rows."""
    for value in (found, *(found.parts or {}).values()):
        if value.value is not None and value.url:
            yield value


@pytest.mark.slow
def test_every_figure_opens_so_many_rows_in_every_scope(db: None, sign_in: Callable) -> None:
    call_command("demonstration", stdout=StringIO())
    wrong, opened, shown = [], dict[tuple[str, str], str | None](), set[str]()
    for campaign in Campaign.objects.order_by("year"):
        on = min(today(), campaign.closes_on)
        for _role, username, _password in logins():
            person = User.objects.get(username=username)
            client, units = sign_in(person), Unit.objects.of_member(person)
            for unit in (None, *units):
                scope = Scope(ward=campaign.ward, campaign=campaign, unit=unit, user=person)
                with past.reading(on=on):
                    asked = [(figure, figure.value(scope, on)) for figure in all_figures().values()]
                for figure, found in asked:
                    for value in numbers(figure, found):
                        key = (username, value.url)
                        if key not in opened:
                            answer = client.get(value.url)
                            page = Page(answer.content.decode(), value.url) if answer.status_code == 200 else None
                            opened[key] = page.says if page else str(answer.status_code)
                        said = opened[key]
                        shown.add(figure.key)
                        if said != str(value.value) and not (said is None and figure.kind == "latest"):
                            where = f"{campaign.year}, {username}, {unit or 'ward'}"
                            wrong.append(
                                f"{where}: {value.key or figure.key} is {value.value}, {value.url} lists {said}"
                            )
    assert not wrong, "\n".join(wrong)
    assert len(shown) > len(all_figures()) * 0.8, sorted({*all_figures()} - shown)
