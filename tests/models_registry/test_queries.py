"""What the pages cost in queries, and that lists cost the same with more rows."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from core.files import accept
from core.models import today
from models_registry.choices import EntryState
from models_registry.models import Appraisal, ContestEntry, MobilizationModel
from tests import factories
from tests.models_registry import factories as make
from tests.query_baseline import QueryBaseline
from tests.world import World

LIST = reverse("models_registry:model_list")


def more(world: World, count: int = 10) -> None:
    for n in range(count):
        unit = factories.unit(world.ward)
        make.accepted(world.campaign, unit, world.campaign_officer, world.leadership, title=f"Thêm {n}")


def whole(world: World) -> MobilizationModel:
    row = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    row.steps.first().mark_done(by=world.head, on=today(), evidence=[accept(make.paper())])
    row.record_progress(
        by=world.head, on=today(), values={row.targets.get(): 3}, note="Đợt 1", evidence=[accept(make.photo())]
    )
    return row


def test_lists_and_pages(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    row = whole(world)
    waiting = make.submitted(world.campaign, world.cell, world.head)
    draft = make.draft(world.campaign, world.cell, world.head)
    contest = make.contest(world.campaign, world.campaign_officer)
    contest.share_out(by=world.campaign_officer, required={world.cell: 1})
    entry = make.entry(contest, world.cell, world.head)
    officer, head = sign_in(world.campaign_officer), sign_in(world.head)
    query_baseline.check("models_registry.model_list", officer, LIST)
    query_baseline.check("models_registry.model_list of a day", officer, f"{LIST}?on={today()}")
    query_baseline.check("models_registry.model_list of a unit", head, LIST)
    query_baseline.check("models_registry.model_detail", officer, row.get_absolute_url())
    query_baseline.check("models_registry.model_review", officer, waiting.review_url)
    query_baseline.check("models_registry.model_edit", head, draft.edit_url)
    query_baseline.check("models_registry.model_paper", officer, reverse("models_registry:model_paper", args=[row.key]))
    query_baseline.check("models_registry.model_tasks", head, reverse("models_registry:model_tasks", args=[row.key]))
    query_baseline.check("models_registry.blank_form", head, reverse("models_registry:blank_form"))
    query_baseline.check("models_registry.contest_list", officer, reverse("models_registry:contest_list"))
    query_baseline.check(
        "models_registry.contest_owed", officer, reverse("models_registry:contest_owed", args=[contest.pk])
    )
    query_baseline.check("models_registry.entry_list", officer, reverse("models_registry:entry_list"))
    query_baseline.check("models_registry.entry_detail", officer, entry.get_absolute_url())
    written = make.handed_in(world.campaign, world.cell, world.head)
    query_baseline.check("models_registry.entry_version", officer, written.versions.get().get_absolute_url())
    written.take("approved", by=world.campaign_officer)
    judging = make.judging(world.campaign, world.campaign_officer, [world.leadership, world.records_clerk])
    query_baseline.check("models_registry.judging_detail", officer, judging.get_absolute_url())
    query_baseline.check("models_registry.copy_clear", officer, judging.copies.get().clear_url)
    written.take("revision_asked", by=world.campaign_officer, reason="thử")
    query_baseline.check("models_registry.entry_hand_in", officer, written.hand_in_url)


def _appraised(world: World, unit: Any) -> Appraisal:
    row = make.self_assessed(world.campaign, unit, world.campaign_officer, world.leadership)
    return make.opened(row, world.leadership, [world.leadership, world.neighbour])


def test_pages_of_the_appraisal(world: World, sign_in: Callable, query_baseline: QueryBaseline) -> None:
    running = make.accepted(world.campaign, world.cell, world.head, world.leadership)
    appraisal = _appraised(world, world.cell)
    row, officer, neighbour = appraisal.mobilization_model, sign_in(world.campaign_officer), sign_in(world.neighbour)
    sheets = reverse("models_registry:assessment_list")
    own = reverse("models_registry:model_self_assess", args=[running.key])
    query_baseline.check("models_registry.model_self_assess", sign_in(world.head), own)
    query_baseline.check("models_registry.model_score", neighbour, appraisal.score_url)
    query_baseline.check("models_registry.rubric_list", officer, reverse("models_registry:rubric_list"))
    query_baseline.check("models_registry.assessment_list", officer, sheets)
    make.hand_in_all(row)
    query_baseline.check("models_registry.model_conclude", officer, row.conclude_url)
    query_baseline.check("models_registry.model_detail appraised", officer, row.get_absolute_url())
    query_baseline.assert_flat(
        officer, sheets, lambda: [_appraised(world, factories.unit(world.ward)) for _n in range(5)]
    )


def test_the_list_costs_the_same_with_more_models(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    more(world, 1)
    query_baseline.assert_flat(sign_in(world.campaign_officer), LIST, lambda: more(world))


def test_a_model_costs_the_same_with_more_results(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    row = whole(world)

    def add() -> None:
        for _n in range(5):
            row.record_progress(
                by=world.head, on=today(), values={row.targets.get(): 4}, evidence=[accept(make.photo())]
            )

    query_baseline.assert_flat(sign_in(world.leadership), row.get_absolute_url(), add)


def test_the_contest_costs_the_same_with_more_units(
    world: World, sign_in: Callable, query_baseline: QueryBaseline
) -> None:
    contest = make.contest(world.campaign, world.campaign_officer)
    contest.share_out(by=world.campaign_officer, required={world.cell: 1})
    make.entry(contest, world.cell, world.head)

    def add() -> None:
        units = {factories.unit(world.ward): 1 for _n in range(10)}
        contest.share_out(by=world.campaign_officer, required=units)
        for unit in units:
            make.entry(contest, unit, world.campaign_officer)

    client = sign_in(world.campaign_officer)
    query_baseline.assert_flat(client, reverse("models_registry:contest_list"), add)
    query_baseline.assert_flat(client, reverse("models_registry:entry_list"), add)
    assert ContestEntry.objects.filter(state=EntryState.PLANNED).count() == 21


def test_the_list_has_pages_of_fifty(world: World, sign_in: Callable) -> None:
    rows = [
        MobilizationModel(ward=world.ward, campaign=world.campaign, unit=world.cell, title=f"Mô hình {n}")
        for n in range(51)
    ]
    MobilizationModel.objects.bulk_create(rows)
    page = sign_in(world.head).get(LIST).content.decode()
    assert "1–50" in page
    assert "51" in page
