"""No paper that a citizen or another body gets says a day that a rule counted which nobody has verified, nor does a
printed page of the portal; once the rule is verified the day stands where it belongs."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse
from docx import Document as Docx

from clearance.models import CaseCode, Household, LoopMinutes, PlanPosting, Promise
from core.files import accept
from core.models import today
from deadlines.models import Deadline, DeadlineRule
from publicity.models import Posting, PostingPlace
from tests.campaigns.factories import standards
from tests.clearance import factories as make
from tests.clearance.photos import photo
from tests.clearance.test_loops import household, minuted, opened
from tests.clearance.test_plans import places, put_up
from tests.world import World

__all__ = ["household", "places"]
pytestmark = pytest.mark.django_db
OWN = 3  # days until what the ward itself promised: no rule counts them


class Papers:
    """Every paper and page by its name, as its text stands on paper."""

    def __init__(self, world: World, sign_in: Callable, household: Household) -> None:
        self.world, self.household, self.project = world, household, household.project
        self.officer, self.desk = sign_in(world.clearance_officer), sign_in(world.grievance_officer)
        self.code = self._card()
        campaign, by = world.campaign, world.clearance_officer
        due = {"due_on": today() + datetime.timedelta(days=OWN)}
        self.visit = make.visit(household, campaign, world.cell, visited_at=make.at(-1), by=by)
        make.question(household, campaign, world.government, **due)
        promise = Promise(ward=world.ward, household=household, kind="work", text="Đo lại", owner=world.cell, **due)
        promise.enter(by=None, campaign=campaign)
        self.dialogue = make.minutes(self.project, campaign)
        self.invitation = make.invitation(self.dialogue, household, state="signed", delivered_at=make.at(-4))
        self.loop = opened(household, world, days=4)
        self.minutes: LoopMinutes = minuted(self.loop, world, after=2)
        plan = PlanPosting(ward=world.ward, project=self.project, name="05/PA-BT")
        plan.prepare(by=None, campaign=campaign, papers=[accept(photo())])
        self.posting: Posting = put_up(plan)
        self.grievance = make.grievance(world, sorted_as="complaint")
        standards(world.ward)

    def _card(self) -> str:
        return CaseCode.hand_over(self.household, by=self.world.clearance_officer, campaign=self.world.campaign)

    def days(self) -> set[str]:
        """What rules counted, as papers write a day."""
        found = {row.due_on for row in Deadline.objects.filter(ward=self.world.ward)}
        assert len(found) >= 3
        return {f"{day:%d/%m/%Y}" for day in found}

    def texts(self) -> dict[str, str]:
        ward, slug = self.world.ward.slug, self.project.slug
        anybody = Client()
        pages = {
            "household's page": (self.officer, self.household.get_absolute_url()),
            "card": (self.officer, reverse("clearance:household_card", args=[slug, self.household.number])),
            "project": (self.officer, self.project.get_absolute_url()),
            "mobilisation": (self.officer, self.loop.get_absolute_url()),
            "minutes of a visit, page": (self.officer, reverse("clearance:visit_minutes", args=[self.visit.pk])),
            "conference": (self.officer, self.dialogue.get_absolute_url()),
            "agreements": (self.officer, reverse("clearance:agreement_list", args=[slug])),
            "grievance's receipt": (self.desk, f"{self.grievance.get_absolute_url()}receipt/"),
            "poster": (self.desk, reverse("clearance:grievance_poster")),
            "own page by the card": (anybody, reverse("clearance:public_case", args=[ward, self.code])),
            "grievance by its code": (anybody, reverse("clearance:public_receipt", args=[ward, self.grievance.code])),
            "plans on display": (anybody, reverse("clearance:public_plans", args=[ward])),
            "plan on display": (anybody, self.posting.get_public_url()),
            "how the ward visits": (anybody, reverse("clearance:public_visits", args=[ward])),
        }
        papers = {
            "minutes of a visit": (self.officer, reverse("clearance:visit_paper", args=[self.visit.pk])),
            "minutes of a conference": (
                self.officer,
                reverse("clearance:dialogue_minutes_paper", args=[slug, self.dialogue.pk]),
            ),
            "invitation": (self.officer, reverse("clearance:invitation_letter", args=[self.invitation.pk])),
            "minutes of a mobilisation": (self.officer, reverse("clearance:minutes_paper", args=[self.minutes.pk])),
            "sheet of a mobilisation": (self.officer, reverse("clearance:loop_sheet", args=[self.loop.pk])),
            "form of an agreement": (self.officer, reverse("clearance:agreement_form", args=[slug])),
            "minutes of the display": (self.officer, reverse("publicity:posting_minutes", args=[self.posting.pk])),
            "minutes of its end": (self.officer, reverse("publicity:posting_closing", args=[self.posting.pk])),
        }
        found = {name: _printed(client.get(url, follow=True)) for name, (client, url) in pages.items()}
        return found | {name: _written(client.get(url)) for name, (client, url) in papers.items()}


def _printed(answer: Any) -> str:
    assert answer.status_code == 200, answer.request["PATH_INFO"]
    page = lxml.html.fromstring(answer.content.decode())
    for left_out in page.xpath("//*[contains(concat(' ', @class, ' '), ' dv-noprint ')]"):
        left_out.drop_tree()
    return " ".join(page.text_content().split())


def _written(answer: Any) -> str:
    assert answer.status_code == 200, answer.request["PATH_INFO"]
    book = Docx(io.BytesIO(answer.getvalue()))
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in book.paragraphs), *cells])


@pytest.fixture
def papers(world: World, sign_in: Callable, household: Household, places: list[PostingPlace]) -> Papers:
    return Papers(world, sign_in, household)


def test_no_paper_says_a_day_that_nobody_has_verified(papers: Papers) -> None:
    assert not DeadlineRule.objects.filter(ward=papers.world.ward, verified_on__isnull=False).exists()
    days = papers.days()
    told = {name: sorted(day for day in days if day in text) for name, text in papers.texts().items()}
    assert not {name: found for name, found in told.items() if found}


def test_once_verified_the_day_stands_where_it_belongs(papers: Papers) -> None:
    for rule in DeadlineRule.objects.filter(ward=papers.world.ward):
        rule.verify(by=papers.world.leadership)
    texts = papers.texts()
    hangs = f"{papers.posting.ends_on:%d/%m/%Y}"
    for name in ("plans on display", "plan on display", "minutes of the display", "minutes of its end"):
        assert hangs in texts[name], name
    clock = papers.grievance.clock
    assert clock
    assert f"{clock.deadline.due_on:%d/%m/%Y}" in texts["grievance by its code"]
    window = papers.loop.window
    assert window
    for name in ("household's page", "mobilisation"):
        assert f"{window.due_on:%d/%m/%Y}" in texts[name], name


def test_what_the_ward_itself_set_stands_on_paper_whatever_the_rules(papers: Papers) -> None:
    own = f"{today() + datetime.timedelta(days=OWN):%d/%m}"
    assert own in papers.texts()["own page by the card"]
