"""Photos of delivered papers, papers of grievances, and for what a file is opened that is not the own work."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import TestCase
from django.urls import URLPattern, URLResolver, reverse

from accounts.models import AccessLog
from clearance import urls
from clearance.models import Delivery, DeliveryEvidence, GrievanceEvidence
from core.files import accept
from core.models import today
from tests.clearance import factories as make
from tests.clearance.access_table import LINES
from tests.clearance.photos import photo
from tests.world import World


def test_a_paper_is_recorded_with_its_photo_and_another_is_added_later(
    world: World, sign_in: Callable, place: dict
) -> None:
    household, client = place["of_cell"][0], sign_in(world.head)
    url = reverse("clearance:delivery_new", args=[household.project.slug, household.number])
    sent = {"kind": "notice", "title": "15/TB-UBND", "way": "signed", "receiver": "chủ hộ", "on": f"{today():%d/%m/%Y}"}
    assert client.post(url, sent | {"photo": photo()}).status_code == 302
    row = Delivery.objects.get()
    assert client.post(reverse("clearance:delivery_photo", args=[row.pk]), {"photo": photo()}).status_code == 302
    first = row.evidence.order_by("pk")[0]
    page = client.get(household.get_absolute_url()).content.decode()
    address = reverse("clearance:delivery_evidence", args=[row.pk, first.pk])
    assert address in page
    served = client.get(address)
    assert b"".join(served.streaming_content)[:2] == b"\xff\xd8"
    assert served["Content-Disposition"].startswith("attachment")
    assert AccessLog.objects.filter(user=world.head, subject_id=household.pk, fields="photo").exists()
    other = Delivery(ward=world.ward, household=household, kind="other", title="khác", way="posted_up")
    other.record(by=None, campaign=world.campaign)
    assert client.get(reverse("clearance:delivery_evidence", args=[other.pk, first.pk])).status_code == 404
    other.declare_void(by=world.head, campaign=world.campaign, reason="Nhầm")
    assert client.get(reverse("clearance:delivery_photo", args=[other.pk])).status_code == 404
    with pytest.raises(ValidationError):
        other.prove(by=world.head, campaign=world.campaign, photo=accept(photo()))
    assert DeliveryEvidence.objects.count() == 2


def test_of_a_denunciation_no_paper_stays(world: World, sign_in: Callable) -> None:
    row, desk = make.grievance(world), sign_in(world.grievance_officer)
    url = reverse("clearance:grievance_papers", args=[row.year, row.number])
    assert desk.post(url, {"papers": [photo("đơn.jpg"), photo("giấy.jpg")]}).status_code == 302
    paper = GrievanceEvidence.objects.order_by("pk")[0]
    address = reverse("clearance:grievance_evidence", args=[row.year, row.number, paper.pk])
    assert address in desk.get(row.get_absolute_url()).content.decode()
    assert address not in sign_in(world.supervisor).get(row.get_absolute_url()).content.decode()
    where = [Path(one.file.path) for one in row.evidence.all()]
    assert all(path.exists() for path in where)
    with TestCase.captureOnCommitCallbacks(execute=True):
        row.hand_over(by=world.grievance_officer, body="Thanh tra", on=today())
    assert not GrievanceEvidence.objects.exists()
    assert not any(path.exists() for path in where)
    assert desk.get(url).status_code == 403
    with pytest.raises(ValidationError):
        row.attach(by=world.grievance_officer, papers=[accept(photo())])


def test_who_does_not_look_after_a_household_says_once_a_day_what_its_file_is_for(
    world: World, sign_in: Callable, place: dict
) -> None:
    household, client = place["of_cell"][0], sign_in(world.leadership)
    url = household.get_absolute_url()
    name = household.representative.name
    for closed in (
        url,
        f"{url}people/",
        reverse("accounts:history_detail", args=["clearance", "household", household.pk]),
    ):
        assert name not in client.get(closed).content.decode(), closed
    assert not AccessLog.objects.filter(user=world.leadership).exists()
    assert client.post(url, {"reason": "other"}).context["form"].errors
    assert client.post(url, {"reason": "watch", "words": "Giao ban tuần"}).url == url
    assert name in client.get(url).content.decode()
    assert client.get(f"{url}people/").context["people"]
    line = AccessLog.objects.exclude(reason="").get()
    assert (line.user, line.subject_id, "Giao ban tuần" in line.reason) == (world.leadership, household.pk, True)
    other = place["of_neighbour"]
    assert "form" in client.get(other.get_absolute_url()).context, "once for each file"
    AccessLog.objects.note(user=world.head, subject=other, reason="khác người")
    assert "form" in client.get(other.get_absolute_url()).context, "each person for oneself"


@pytest.mark.parametrize("who", ["clearance_officer", "head"])
def test_who_looks_after_a_household_is_not_asked(world: World, sign_in: Callable, place: dict, who: str) -> None:
    household = place["of_cell"][0]
    page = sign_in(getattr(world, who)).get(household.get_absolute_url())
    assert household.representative.name in page.content.decode()


# Addresses that hand out a file, by the person whose own work it is; and of pages, those with minutes or what was told.
HEAD, OFFICER, DESK = "head", "clearance_officer", "grievance_officer"
FILES = {
    "agreement_scan": OFFICER,
    "delivery_evidence": HEAD,
    "dialogue_scan": OFFICER,
    "grievance_evidence": DESK,
    "invitation_evidence": HEAD,
    "minutes_paper": HEAD,
    "minutes_scan": HEAD,
    "visit_paper": HEAD,
}
PAGES = {"dialogue_minutes": OFFICER, "grievance_detail": DESK, "loop_detail": HEAD, "visit_minutes": HEAD}
UNASKED = {
    "agreement_form": "it names nobody",
    "dialogue_minutes_paper": "for those alone who record conferences",
    "invitation_letter": "for those alone who bring it",
    "loop_sheet": "for those alone who write its minutes",
}


def patterns(found: list[Any]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


def test_every_address_of_a_file_is_walked_below_or_says_why_not() -> None:
    views = {pattern.name: inspect.unwrap(pattern.callback) for pattern in patterns(urls.urlpatterns)}
    sources = {name: inspect.getsource(view) for name, view in views.items()}
    serving = {name for name, source in sources.items() if "serve(" in source or "as_docx(" in source}
    assert serving == FILES.keys() | UNASKED.keys()


@pytest.mark.parametrize(("name", "own"), [*FILES.items(), *PAGES.items()])
def test_a_file_of_no_own_work_asks_once_a_day_what_it_is_for(
    name: str, own: str, world: World, sign_in: Callable
) -> None:
    line = next(line for line in LINES if line.name == f"clearance:{name}")
    assert line.args is not None
    url, asks = reverse(line.name, args=line.args(world)), "accounts/reason.html"

    def is_asked(client: Any) -> bool:
        page = client.get(url)
        assert page.status_code == 200
        if page.streaming:
            assert b"".join(page.streaming_content)
        return asks in [template.name for template in page.templates]

    assert not is_asked(sign_in(world.people[own])), "who does the work is not asked"
    reader = sign_in(world.leadership)
    before = AccessLog.objects.filter(user=world.leadership).count()
    assert is_asked(reader)
    assert AccessLog.objects.filter(user=world.leadership).count() == before, "nothing was opened"
    assert reader.post(url, {"reason": "watch"}).url == url
    assert not is_asked(reader)
    said, read = AccessLog.objects.filter(user=world.leadership).order_by("pk")
    assert said.reason
    assert not read.reason
    assert (read.subject_type, read.subject_id) == (said.subject_type, said.subject_id)
