"""What is to come of streets goes over when units merge; what was done stays with the unit that did it."""

from accounts.models import UnitMerger
from beautification.models.calls import asked, set_needs
from core.models import today
from tests.beautification import factories as make
from tests.world import World


def merged(world: World) -> UnitMerger:
    row = UnitMerger(ward=world.ward)
    row.prepare(by=world.administrator, units=[world.cell, world.other_cell], new_name="Chi bộ 7 và 8", on=today())
    row.carry_out(by=world.administrator)
    row.refresh_from_db()
    return row


def test_coming_clean_ups_and_what_they_ask_go_over_and_past_ones_stay(world: World) -> None:
    street = make.street(world, lead_unit=world.front)
    series = make.series(street)
    past = make.done(street, make.days(-7), 30)
    coming = make.cleanup(street, make.days(7), series=series)
    alone = make.cleanup(street, make.days(9))
    for row in (past, coming):
        type(row).objects.filter(pk=row.pk).update(lead_unit=world.cell)
    set_needs(series, {world.cell: (20, "5 chổi"), world.other_cell: (10, "2 xe rùa")}, by=None)
    set_needs(alone, {world.other_cell: (4, "")}, by=None)
    new = merged(world).into
    for row in (past, coming, alone):
        row.refresh_from_db()
    assert (past.lead_unit, coming.lead_unit) == (world.cell, new)
    assert [(need.unit, need.people, need.tools) for need in asked(coming)] == [(new, 30, "5 chổi, 2 xe rùa")]
    assert [(need.unit, need.people) for need in asked(alone)] == [(new, 4)]


def test_defects_to_be_mended_go_over_with_their_kinds(world: World) -> None:
    street = make.street(world, lead_unit=world.front)
    waits, done = (make.defect(street, owner=world.cell, unit=world.cell) for _n in range(2))
    done.mend(by=None, on=today(), reason="Đã dọn")
    type(waits.kind).objects.filter(pk=waits.kind_id).update(unit=world.other_cell)
    new = merged(world).into
    for row in (waits, done, waits.kind):
        row.refresh_from_db()
    assert (waits.owner, waits.unit, done.owner, waits.kind.unit) == (new, world.cell, world.cell, new)
