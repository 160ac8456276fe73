"""The whole form: who takes part and where, several people of one model, means and milestones."""

import datetime
import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.urls import reverse

from core.dates import full_date
from core.figures import Scope
from core.merger import Merge, parts
from core.models import today
from models_registry.figures import registered, registered_individual
from models_registry.models import FellowRegistrant, MobilizationModel, Participation
from tests import factories
from tests.models_registry import factories as make
from tests.models_registry.test_model_edit import NEW, typed, words
from tests.world import World

LIST = reverse("models_registry:model_list")


def whole(world: World, **said: Any) -> dict[str, Any]:
    """What a browser sends when everything of the official form is filled in."""
    group = factories.unit(world.ward, "Tổ dân phố 7", "residential", slug="tdp-7")
    return (
        typed(
            world,
            **{
                "subject": "individual",
                "person_name": "Nguyễn Thị Hoa",
                "fellows-TOTAL_FORMS": "3",
                "fellows-0-name": "Trần Văn Bình",
                "fellows-1-name": "",
                "fellows-2-name": "Lê, Phạm và Con",
                "areas": [group.pk],
                "participations-TOTAL_FORMS": "2",
                "participations-0-unit": world.front.pk,
                "participations-0-name": "",
                "participations-0-role": "cooperates",
                "participations-0-part": "Vận động hội viên",
                "participations-1-unit": "",
                "participations-1-name": "Trường THCS Sông Hồng",
                "participations-1-role": "joins",
                "participations-1-part": "",
                "budget": "12.500.000",
                "man_days": "40",
                "resources": "Chổi, xẻng, loa tay",
                "milestones-TOTAL_FORMS": "1",
                "milestones-0-name": "Sơ kết",
                "milestones-0-due_on": full_date(today() + datetime.timedelta(days=10)),
            },
        )
        | said
    )


def test_everything_of_the_form_is_kept_and_shown(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    assert client.post(NEW, whole(world, send="1")).status_code == 302
    row = MobilizationModel.objects.get()
    assert row.people == ["Nguyễn Thị Hoa", "Trần Văn Bình", "Lê, Phạm và Con"]
    assert [(str(p), p.role, p.part) for p in row.participations.all()] == [
        ("Mặt trận Tổ quốc phường", "cooperates", "Vận động hội viên"),
        ("Trường THCS Sông Hồng", "joins", ""),
    ]
    assert (row.budget, row.man_days, row.milestones.get().name) == (12_500_000, 40, "Sơ kết")
    assert [str(area) for area in row.areas.all()] == ["Tổ dân phố 7"]
    row.send_back(by=world.leadership, reason="Thêm")
    for page in (client.get(row.get_absolute_url()), sign_in(world.leadership).get(row.get_absolute_url())):
        for said in ("Trần Văn Bình", "Lê, Phạm và Con", "Trường THCS Sông Hồng", "12.500.000 đồng", "Tổ dân phố 7"):
            assert said in words(page)
    kept = words(client.get(row.edit_url))
    for said in (
        'value="Trần Văn Bình"',
        f'<option value="{world.front.pk}" selected>',
        'value="Sơ kết"',
        "12.500.000",
    ):
        assert said in kept, said
    client.post(row.edit_url, typed(world, save="1"))
    assert not FellowRegistrant.objects.exists(), "a unit registers alone"
    assert not Participation.objects.exists()


def test_a_model_of_three_people_is_one_model(world: World, sign_in: Callable) -> None:
    sign_in(world.head).post(NEW, whole(world, send="1"))
    row = MobilizationModel.objects.get()
    row.accept(by=world.leadership)
    client = sign_in(world.campaign_officer)
    for words_asked in ("binh", "nguyen thi hoa", "Lê, Phạm"):
        page = client.get(LIST, {"q": words_asked})
        assert [found.pk for found in page.context["page"].object_list] == [row.pk], words_asked
        everywhere = client.get(reverse("reports:search"), {"q": words_asked})
        assert row.title in words(everywhere), words_asked
    assert "Nguyễn Thị Hoa, Trần Văn Bình, Lê, Phạm và Con" in words(client.get(LIST))
    assert client.get(LIST).context["sums"] == {"all": 1, "collective": 0, "individual": 1}
    scope = Scope(ward=world.ward, campaign=world.campaign)
    assert (registered(scope, today()).value, registered_individual(scope, today()).value) == (1, 1)


def test_a_row_is_added_and_left_out_by_buttons_and_nothing_typed_is_lost(world: World, sign_in: Callable) -> None:
    client, said = sign_in(world.head), whole(world)
    page = words(client.post(NEW, said | {"add_participations": "1"}))
    assert 'name="participations-2-unit"' in page
    assert "autofocus" in page.partition('name="participations-2-unit"')[2][:80]
    assert "Trường THCS Sông Hồng" in page
    url = MobilizationModel.objects.get().edit_url
    page = words(client.post(url, said | {"drop_fellows": "0"}))
    assert "Trần Văn Bình" not in page
    assert "Lê, Phạm và Con" in page
    assert MobilizationModel.objects.get().people == ["Nguyễn Thị Hoa", "Lê, Phạm và Con"]


@pytest.mark.parametrize(
    "said, told",
    [
        (lambda world: {"participations-0-unit": world.cell.pk}, "nên là đơn vị chủ trì"),
        (lambda world: {"participations-1-unit": world.front.pk}, "không ghi cả hai"),
        (
            lambda world: {
                "participations-0-name": "Trường",
                "participations-0-unit": "",
                "participations-1-name": "Trường",
            },
            "đã có ở trên",
        ),
        (lambda world: {"participations-1-name": "", "participations-1-part": "Dọn vệ sinh"}, "hoặc ghi tên"),
        (lambda world: {"budget": "12,5"}, "số nguyên"),
        (lambda world: {"budget": "-1"}, "Nhập số từ 0 trở lên"),
        (lambda world: {"man_days": "2000000"}, "Nhập số không quá"),
        (lambda world: {"milestones-0-due_on": ""}, "Chọn ngày từ"),
        (lambda world: {"milestones-0-name": ""}, "Nhập việc xong vào ngày đó"),
    ],
    ids=["leads", "both", "twice", "nobody", "half a đồng", "less than nothing", "too many days", "no day", "no name"],
)
def test_what_does_not_fit_is_told_and_kept(world: World, sign_in: Callable, said: Callable, told: str) -> None:
    page = words(sign_in(world.head).post(NEW, whole(world, send="1") | said(world)))
    assert told in page
    assert MobilizationModel.objects.get().state == "draft"
    assert "Vận động hội viên" in page


# ---- one model on two lists -------------------------------------------------------------------------------
def test_one_model_on_a_cell_s_and_the_front_s_list_is_told_and_never_refused(world: World, sign_in: Callable) -> None:
    group = factories.unit(world.ward, "Tổ dân phố 7", "residential", slug="tdp-7")
    elsewhere = factories.unit(world.ward, "Tổ dân phố 9", "residential", slug="tdp-9")
    first = make.draft(world.campaign, world.front, world.campaign_officer, title="Khéo trong giữ ngõ 45 sạch, đẹp")
    first.save_draft(by=world.campaign_officer, fields={}, areas=[group])
    first.submit(by=world.campaign_officer)
    client = sign_in(world.head)
    said = typed(world, title="Mô hình “Giữ ngõ 45 sạch đẹp”", areas=[group.pk])
    assert "cùng tên, cùng lĩnh vực, cùng địa bàn" not in words(client.post(NEW, said | {"save": "1"}))
    draft = MobilizationModel.objects.get(unit=world.cell)
    page = words(client.get(draft.edit_url))
    assert "Có thể trùng với mô hình:" in page
    assert "Mặt trận Tổ quốc phường" in page
    page = client.post(draft.edit_url, said | {"send": "1"})
    assert "Mặt trận Tổ quốc phường đã có mô hình cùng tên, lĩnh vực, địa bàn" in words(page)
    token = page.context["form"].fields["keep"].choices[0][0]
    assert client.post(draft.edit_url, said | {"send": "1", "keep": [token]}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert "Có thể trùng với mô hình:" in words(sign_in(world.leadership).get(draft.review_url))
    models = MobilizationModel.objects
    assert [row.pk for row in models.twins_of(draft)] == [first.pk]
    draft.areas.update(unit=elsewhere)
    assert not models.twins_of(draft).exists(), "another place"
    first.areas.all().delete()
    assert models.twins_of(draft).exists(), "the other names no place"
    MobilizationModel.objects.filter(pk=first.pk).update(
        theme_field=make.theme_field(world.campaign, "moi-truong", "Môi trường")
    )
    assert not models.twins_of(draft).exists(), "another field"


def test_a_merger_hands_over_who_takes_part_once_and_the_lead_takes_no_part(world: World, sign_in: Callable) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    for unit in (world.other_cell, world.team, world.front):
        row.participations.create(ward=world.ward, unit=unit)
        row.areas.create(ward=world.ward, unit=unit)
    merge = Merge(world.ward.pk, (world.other_cell.pk, world.team.pk), today(), into=world.cell)
    for part in parts():
        if part.code in {"participations", "areas"}:
            part.carry(merge, part.rows(merge))
    assert {p.unit for p in row.participations.all()} == {p.unit for p in row.areas.all()} == {world.cell, world.front}
    page = sign_in(world.head).get(row.get_absolute_url())
    assert [str(p) for p in page.context["content"]["participations"]] == ["Mặt trận Tổ quốc phường"]


# ---- on paper -----------------------------------------------------------------------------------------------
def text_of(response: Any) -> str:
    document = docx.Document(io.BytesIO(response.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_registration_is_printed_in_the_ten_points_of_the_form(world: World, sign_in: Callable) -> None:
    client = sign_in(world.head)
    client.post(NEW, whole(world, send="1"))
    row = MobilizationModel.objects.get()
    url = reverse("models_registry:model_paper", args=[row.key])
    assert url in words(client.get(row.get_absolute_url()))
    page, paper = words(client.get(url)), text_of(client.get(f"{url}?docx"))
    for text in (page, paper):
        for said in (
            "Nguyễn Thị Hoa; Trần Văn Bình; Lê, Phạm và Con",
            "Mặt trận Tổ quốc phường: phối hợp, Vận động hội viên",
            "Trường THCS Sông Hồng: tham gia",
            "12.500.000 đồng",
            "40 ngày công",
            "10. ",
            "Sơ kết",
            "Hộ ký cam kết: 12 hộ",
        ):
            assert said in text, said
    assert "....." in paper, "a point of which nothing was said is a line to write on"
    assert row.code in paper


def test_a_blank_form_bears_the_own_unit_and_the_fields_of_the_year(world: World, sign_in: Callable) -> None:
    make.theme_field(world.campaign)
    client, url = sign_in(world.head), reverse("models_registry:blank_form")
    for text in (words(client.get(url)), text_of(client.get(f"{url}?docx"))):
        assert "Chi bộ 7" in text
        assert "☐ Chỉnh trang đô thị" in text
        assert "10. " in text


# ---- tasks --------------------------------------------------------------------------------------------------
def test_a_model_is_linked_to_tasks_of_its_unit_and_shows_those_that_the_reader_may_see(
    world: World, sign_in: Callable
) -> None:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    own = factories.task(world.campaign, world.cell, title="Ký cam kết với hộ")
    shared = factories.task(world.campaign, world.front, title="Tổng vệ sinh")
    shared.cooperating.create(ward=world.ward, unit=world.cell)
    foreign = factories.task(world.campaign, world.other_cell, title="Việc của chi bộ khác")
    row.served.create(ward=world.ward, task=foreign)
    client, url = sign_in(world.head), reverse("models_registry:model_tasks", args=[row.key])
    page = words(client.get(url))
    assert "Ký cam kết với hộ" in page
    assert "Tổng vệ sinh" in page
    assert "Việc của chi bộ khác" not in page
    assert client.post(url, {"tasks": [own.pk, shared.pk]}).status_code == 302
    linked = {own.pk, shared.pk, foreign.pk}
    assert set(row.served.values_list("task", flat=True)) == linked, "what the unit does not see stays"
    assert client.post(url, {"tasks": [own.pk, foreign.pk]}).status_code == 200, "not among those offered"
    seen = {task.pk for task in client.get(row.get_absolute_url()).context["tasks"]}
    assert seen == {own.pk, shared.pk}
    everything = sign_in(world.leadership).get(row.get_absolute_url())
    assert {task.pk for task in everything.context["tasks"]} == linked
    client.post(url, {"csrfmiddlewaretoken": "none is ticked"})
    assert row.served.get().task == foreign
    row.withdraw(by=world.head, reason="Thôi")
    assert client.get(url).status_code == 403
