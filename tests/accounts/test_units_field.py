"""Units chosen from a long list: in kinds that fold, with one tick for a whole kind, without a script."""

from django.http import QueryDict

from accounts.forms.units import UnitsField
from accounts.models import Unit
from core.forms import HouseForm
from tests import factories as make
from tests.world import World


class GuestsForm(HouseForm):
    units = UnitsField(Unit.objects.none(), label="Đơn vị")

    def __init__(self, *args: object, world: World) -> None:
        super().__init__(*args)
        self.fields["units"].queryset = Unit.objects.filter(ward=world.ward).inside().for_list()


def answered(world: World, *picked: object) -> GuestsForm:
    data = QueryDict(mutable=True)
    data.setlist("units", [str(key) for key in picked])
    return GuestsForm(data, world=world)


def test_a_kind_of_several_units_is_a_group_and_a_single_unit_stands_alone(world: World) -> None:
    alone = make.unit(world.ward, "Đoàn Thanh niên", kind=make.kind(world.ward, "association", label="Đoàn thể thử"))
    choices = list(GuestsForm(world=world).fields["units"].choices)
    assert str(alone) in [label for _value, label in choices]
    groups = {label: options for label, options in choices if isinstance(options, list)}
    cells = f"{world.cell.kind} ({Unit.objects.filter(kind=world.cell.kind).inside().count()})"
    assert {str(world.cell), str(world.other_cell)} <= {label for _value, label in groups[cells]}


def test_one_tick_chooses_the_whole_kind_and_others_stay_chosen(world: World) -> None:
    cells = set(Unit.objects.filter(kind=world.cell.kind).inside())
    form = answered(world, f"all-{world.cell.kind_id}", world.front.pk)
    assert form.is_valid(), form.errors
    assert set(form.cleaned_data["units"]) == cells | {world.front}
    assert form.fields["units"].queryset.exclude(kind=world.cell.kind).exists()


def test_a_kind_of_another_ward_chooses_nobody(world: World) -> None:
    theirs = make.unit(world.other_ward, "Nơi khác")
    assert not answered(world, f"all-{theirs.kind_id}").is_valid()


def test_a_group_with_a_ticked_unit_comes_back_open(world: World, sign_in: object) -> None:
    client = sign_in(world.campaign_officer)  # type: ignore[operator]
    page = client.post("/tasks/new/", {"title": "", "lead_units": [world.cell.pk]}).content.decode()
    fold = page.partition(f'aria-label="{world.cell.kind} (')[2]
    assert fold.partition(">")[0].endswith("open")
    assert f'aria-label="{world.cell.kind} (' in page
