"""Boards, banners, leaflets and posts: noted by the day, counted by kind, corrected and never deleted."""

import datetime
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.dates import quarter_of
from core.figures import FigureValue, Scope, get_figure
from core.models import today
from notifications.models import Event
from publicity import actions
from publicity.models import Output
from reports.narrative import compose
from tests.publicity import factories as make
from tests.query_baseline import QueryBaseline
from tests.reports.factories import report
from tests.world import World

DAY = datetime.timedelta(days=1)


def noon(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))


def figure(world: World, on: datetime.date | None = None, unit: object = None) -> FigureValue:
    return get_figure("publicity.outputs").value(Scope(world.ward, world.campaign, unit=unit), on or today())


def test_a_secretary_notes_what_the_cell_brought_out_with_photos(world: World, sign_in: Callable) -> None:
    make.channel(world.ward)
    client = sign_in(world.head)
    form = client.get("/outputs/new/").context["form"]
    assert [row.pk for row in form.fields["unit"].queryset] == [world.cell.pk], "one's own unit alone, chosen already"
    assert form.initial["unit"] == world.cell
    sent = {
        "kind": "banner",
        "quantity": "1.200",
        "place": "Phố Hoa Sữa",
        "on": f"{today():%d/%m/%Y}",
        "channel": make.channel(world.ward).pk,
        "unit": world.cell.pk,
        "photos": [make.photo("a.png"), make.photo("b.png")],
    }
    assert client.post("/outputs/new/", sent).status_code == 302
    row = Output.objects.get()
    assert (row.quantity, row.unit, row.proofs.count()) == (1200, world.cell, 2)
    event = Event.objects.get(kind="publicity.output.noted")
    assert (event.facts, event.unit_id, event.on) == ({"quantity": 1200}, world.cell.pk, row.on)
    page = client.get(row.get_absolute_url()).content.decode()
    assert page.count("<img") == 2
    assert "1.200" in page
    again = client.post("/outputs/new/", sent | {"photos": []})
    assert "đã ghi" in str(again.context["form"].errors["place"]), "the same twice is asked about"
    assert Output.objects.count() == 1
    theirs = client.post("/outputs/new/", sent | {"unit": world.other_cell.pk, "photos": []})
    assert theirs.context["form"].errors["unit"]


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "ba"}, "quantity"),
        ({"quantity": "6000"}, "quantity"),
        ({"measure": "-3", "measured_in": "m2"}, "measure"),
        ({"measure": "0", "measured_in": "m2"}, "measure"),
        ({"measured_in": "m2"}, "measure"),
        ({"measure": "18"}, "measured_in"),  # a board is measured in m² or in m
        ({"measure": "18", "measured_in": "sheet"}, "measured_in"),
        ({"kind": "post", "measure": "18"}, "measure"),
        ({"place": " "}, "place"),
        ({"on": "1/1/2099"}, "on"),
        ({"on": "1/1/2001"}, "on"),
        ({"kind": "khac"}, "kind"),
        ({"link": "trang của phường"}, "link"),
        ({"channel": ""}, "channel"),
        ({"photos": SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")}, "photos"),
    ],
)
def test_what_is_wrong_or_odd_is_said_beside_its_field_and_what_was_typed_stays(
    world: World, sign_in: Callable, wrong: dict, field: str
) -> None:
    sent = {
        "kind": "board",
        "quantity": "2",
        "place": "Ngõ 5",
        "on": f"{today():%d/%m/%Y}",
        "channel": make.channel(world.ward).pk,
        "unit": world.cell.pk,
    }
    page = sign_in(world.media_officer).post("/outputs/new/", sent | wrong)
    assert field in page.context["form"].errors
    assert field == "place" or 'value="Ngõ 5"' in page.content.decode()
    assert not Output.objects.exists()


def test_pieces_are_counted_by_kind_and_each_number_opens_exactly_its_rows(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    assert figure(world).value is None
    social = make.channel(world.ward, "mang-xa-hoi")
    make.output(world.campaign, world.cell, quantity=3, measure="60.5", measured_in="m", on=today() - 2 * DAY)
    make.output(world.campaign, world.other_cell, quantity=4)
    make.output(world.campaign, world.cell, kind="post", quantity=9, channel=social)
    make.output(world.campaign, world.cell, quantity=50).void(by=None, reason="Ghi thừa")
    client = sign_in(world.leadership)
    found = figure(world)
    assert (found.value, {kind: part.value for kind, part in found.parts.items()}) == (16, {"banner": 7, "post": 9})
    for part in [found, *found.parts.values()]:
        page = client.get(part.url)
        assert page.context["shown"]["pieces"] == part.value == sum(row.quantity for row in part.rows)
        assert page.context["page"].paginator.count == len(part.rows)
    assert figure(world, today() - DAY).value == 3
    told = compose(report(world), Scope(world.ward, world.campaign))
    said = "".join(run.text for paragraph in told.paragraphs for run in paragraph.runs)
    assert "Sản phẩm tuyên truyền khác: 07 băng rôn, khẩu hiệu (60,5 m của 3/7); 09 bài đăng trên trang, nhóm." in said
    assert (
        figure(world, unit=world.cell).value
        == client.get(figure(world, unit=world.cell).url).context["shown"]["pieces"]
        == 12
    )
    page = client.get("/outputs/?channel=mang-xa-hoi")
    assert page.context["shown"]["pieces"] == 9
    client.get("/outputs/")
    query_baseline.check("outputs", client, "/outputs/")
    query_baseline.assert_flat(
        client, "/outputs/", lambda: [make.output(world.campaign, world.cell) for _n in range(10)]
    )


def test_what_pieces_measure_is_added_per_kind_only_where_it_is_measured_alike(world: World, sign_in: Callable) -> None:
    client = sign_in(world.media_officer)
    sent = {
        "place": "Ngõ 5",
        "channel": make.channel(world.ward).pk,
        "unit": world.cell.pk,
        "on": f"{today():%d/%m/%Y}",
    }
    for kind, quantity, measure, measured_in in [
        ("banner", "8", "160,5", "m"),
        ("banner", "2", "1.040", "m"),
        ("banner", "2", "9", "m2"),
        ("leaflet", "300", "600", ""),  # in nothing but sheets: no choice is asked for
    ]:
        fields = {"kind": kind, "quantity": quantity, "measure": measure, "measured_in": measured_in}
        sent["place"] += "a"
        assert client.post("/outputs/new/", sent | fields).status_code == 302
    said = {kind: (part.value, part.beside) for kind, part in figure(world).parts.items()}
    assert said == {"banner": (12, "9 m² của 2/12; 1.200,5 m của 10/12"), "leaflet": (300, "600 tờ")}
    page = client.get("/outputs/?kind=banner")
    assert "1.200,5 m của 10/12" in page.content.decode(), "beside the sum"
    assert "160,5 m" in page.content.decode(), "beside the entry"
    assert "600 tờ" in client.get(Output.objects.get(kind="leaflet").get_absolute_url()).content.decode()
    assert "1.200,5 m của 10/12" in client.get("/reports/figures/").content.decode()


def test_a_wrong_entry_is_corrected_or_taken_out_of_the_count_and_stays_to_be_read(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    row = make.output(world.campaign, world.cell)
    client = sign_in(world.head)
    client.get(row.get_absolute_url())
    query_baseline.check("output_detail", client, row.get_absolute_url())
    sent = {"kind": "banner", "quantity": "5", "place": row.place, "on": f"{row.on:%d/%m/%Y}"}
    sent |= {"channel": row.channel_id, "unit": world.cell.pk}
    assert client.post(f"{row.get_absolute_url()}edit/", sent).status_code == 302
    assert figure(world).value == 5
    assert client.post(f"{row.get_absolute_url()}photos/new/", {"photos": make.photo()}).status_code == 302
    assert client.post(f"{row.get_absolute_url()}void/", {"reason": ""}).context["form"].errors["reason"]
    assert client.post(f"{row.get_absolute_url()}void/", {"reason": "Ghi hai lần"}).status_code == 302
    assert figure(world).value is None
    assert "Ghi hai lần" in client.get(row.get_absolute_url()).content.decode()
    assert client.get(f"{row.get_absolute_url()}edit/").status_code == 403
    row.refresh_from_db()
    stale = Output.objects.get(pk=row.pk)
    stale.void_reason = ""  # as somebody holds it who opened the page before
    for verb in (
        lambda: row.void(by=None, reason="x"),
        lambda: row.prove(by=None, photos=[]),
        lambda: stale.prove(by=None, photos=[]),
        lambda: stale.edit(by=None, quantity=9),
    ):
        with pytest.raises(ValidationError):
            verb()


@pytest.mark.parametrize(
    "column, value", [("quantity", 0), ("place", ""), ("measure", 0), ("measured_in", ""), ("measured_in", "sheet")]
)
def test_the_database_refuses_what_no_page_lets_in(world: World, column: str, value: object) -> None:
    row = make.output(world.campaign, world.cell, measure=24, measured_in="m")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE publicity_output SET {column} = %s WHERE id = %s", [value, row.pk])


def test_the_list_of_a_quarter_names_broadcasts_and_outputs_and_leads_to_their_rows(
    world: World, sign_in: Callable
) -> None:
    first, last = quarter_of(today())
    broadcast = make.broadcast(world.campaign, title="Giữ sạch phố phường")
    make.airing(broadcast, timezone.now(), aired=True)
    make.airing(broadcast, noon(first - DAY), aired=True)
    make.output(world.campaign, world.cell, kind="leaflet", quantity=200, measure=400, measured_in="sheet")
    client = sign_in(world.records_clerk)
    page = client.get("/postings/register/")
    assert [(row.title, row.times) for row in page.context["aired"]] == [("Giữ sạch phố phường", 1)]
    assert [(kind.value, total.pieces) for kind, total in page.context["brought"]] == [("leaflet", 200)]
    assert client.get(page.context["airings_url"]).context["page"].paginator.count == page.context["times"] == 1
    assert client.get(page.context["outputs_url"]).context["shown"]["pieces"] == 200
    lines = list(actions._register_lines(world.ward, first, last))
    assert lines[0].startswith("1. Giữ sạch phố phường")
    assert "Tờ rơi, tờ gấp: 200 (400 tờ)" in lines[1]
