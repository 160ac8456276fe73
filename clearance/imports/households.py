"""Lists of households, with their plots where the list has them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clearance import actions
from clearance.actions import NewHousehold, NewPlot
from clearance.forms.households import groups_of, teams_of
from clearance.forms.pasted import MOST_NUMBER, people_of
from clearance.forms.people import identity_number, phone_number
from clearance.imports.of_project import OfProject, of_file
from clearance.imports.plots import NUMBER, held_there, key_of, plot_columns, plot_of, read_plots
from clearance.models import Household, HouseholdParty, PartyDetails, Project
from clearance.validators import without_personal_numbers
from core.fields import hashes_of
from core.imports import Column, Line, Named, Scope, as_text, declared, text, whole
from core.tables import Cell

_NAME, _ADDRESS = 120, 200
_BATCH = re.compile(r"(?:đợt|batch)?\s*(?:số)?\s*0*(?P<number>\d{1,4})", re.IGNORECASE)


@declared
class Households(OfProject):
    code = "households"
    label = _("Households")
    lead = _(
        "Phone and identity number of the representative are kept sealed; numbers that stand elsewhere in the list are "
        "left out. A household with several plots has a row for each; all but its number and the plot need to stand in "
        "the first of them only."
    )

    def after(self, scope: Scope) -> tuple[str, Any]:
        return of_file("milestones", scope), _("Milestones from a file")

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [
            Column(
                "number",
                _("Household number"),
                whole(1, MOST_NUMBER),
                ("so ho", "ma ho", "ho so", "so ho so", "stt", "so tt", "tt", "so thu tu", "so", "no", "number"),
                is_needed=True,
                example="12",
                help_text=_(
                    "A whole number that no other household of the project has; the same for each of its plots."
                ),
            ),
            Column(
                "name",
                _("Representative"),
                text(600, keeps_lines=True),
                (
                    *("chu ho", "nguoi dai dien", "dai dien", "ho ten chu ho", "ho va ten chu ho", "ten chu ho"),
                    *("chu su dung dat", "ten chu su dung dat", "nguoi su dung dat", "ho ten", "ho va ten", "ten"),
                    *("representative", "full name", "name"),
                ),
                is_needed=True,
                may_be_blank=True,
                example="Nguyễn Văn An",
                help_text=_("The full name; further people of the household behind a semicolon."),
            ),
            Column(
                "address",
                _("Home address"),
                text(400),
                ("dia chi", "dia chi nha", "dia chi nha o", "dia chi thuong tru", "noi o", "cho o", "address"),
                is_needed=True,
                may_be_blank=True,
                example="Số 12, ngõ 45, phố Trạm",
            ),
            Column(
                "group",
                _("Residential group"),
                text(200),
                ("to dan pho", "to", "tdp", "khu pho", "thon", "group"),
                example="Tổ dân phố 1",
                help_text=_("As the portal has its name."),
            ),
            Column(
                "team",
                _("Visiting team"),
                text(200),
                ("to van dong", "to phu trach", "don vi phu trach", "team"),
                help_text=_("The unit that visits the household, as the portal has its name."),
            ),
            Column(
                "batch",
                _("Batch"),
                _batch,
                ("dot", "dot gpmb", "dot thu hoi", "dot so", "batch"),
                example="1",
                help_text=_("Its number, as the project's page has it."),
            ),
            Column(
                "phone",
                _("Phone"),
                _phone,
                ("dien thoai", "so dien thoai", "sdt", "dt", "dien thoai lien he", "so dien thoai lien he", "phone"),
                example="0912 345 678",
                help_text=_("Of the representative. Kept sealed, and opened by who may with a reason."),
                is_sealed=True,
            ),
            Column(
                "identity",
                _("Identity number"),
                _identity,
                (
                    *("so dinh danh", "so dinh danh ca nhan", "cccd", "so cccd", "can cuoc", "so can cuoc"),
                    *("can cuoc cong dan", "so can cuoc cong dan", "cmnd", "so cmnd", "cmnd cccd", "identity number"),
                ),
                example="001 099 012 345",
                help_text=_(
                    "Of the representative, kept sealed. Zeros in front that a spreadsheet drops are put back."
                ),
                is_sealed=True,
            ),
            *plot_columns(),
        ]

    def check(self, lines: Sequence[Line], scope: Scope) -> None:
        batches = {row.number: row for row in scope.target.batches.all()}
        groups = Named({unit.name: unit for unit in groups_of(scope.ward_id)}, (line["group"] for line in lines))
        teams = Named({unit.name: unit for unit in teams_of(scope.ward_id)}, (line["team"] for line in lines))
        read_plots(lines, scope)
        named = [("group", groups, _t("Residential group")), ("team", teams, _t("Visiting team"))]
        first: dict[int, Line] = {}
        for line in lines:
            self._read(line)
            for name, known, label in named:
                if said := line[name]:
                    if known.is_unknown(said):
                        line.wrong(known.sentence(said, label), name)
                    line.values[name] = known.get(said)
            if (said := line["batch"]) and (batch := batches.get(said)) is None:
                words = _t("Batch: the project has no batch %(number)d. Correct it, or enter the batch first.")
                line.wrong(words % {"number": said}, "batch")
            elif said:
                line.values["batch"] = batch
            if line["number"]:
                _say_of_the_same(line, first.setdefault(line["number"], line))
            if not line.more:
                _say_blank(line)
        self._say_known(lines, scope, [*first])

    def _say_known(self, lines: Sequence[Line], scope: Scope, numbers: list[int]) -> None:
        between = (min(numbers, default=0), max(numbers, default=0))  # thousands of numbers take long to say
        if not (there := _there_already(scope.target, between)):
            return
        held, told = held_there(scope.target, between), _told_there(scope.target, between)
        for line in lines:
            if line.errors or (file := there.get(line["number"])) is None:
                continue
            key = key_of(line)
            if not line.more and file != _facts(line):
                said = _t("The project has household %(number)d with other data. Correct it there; delete this row.")
                line.wrong(said % {"number": line["number"]}, "number")
            elif key and (line["number"], *key) not in held:
                said = _t("The project has household %(number)d without this plot. Bring its plots as a list of plots.")
                line.wrong(said % {"number": line["number"]}, NUMBER)
            else:
                line.is_known = True
                _say_what_stays(line, told.get(line["number"], set()), scope.ward_id)

    def _read(self, line: Line) -> None:
        """People and address without the numbers that are not collected; what is too long is told."""
        raw = line["name"] or "", line["address"] or ""
        people, address = people_of(raw[0]), without_personal_numbers(raw[1])
        if address != raw[1] or without_personal_numbers(raw[0]) != raw[0]:
            line.hints.append(("name", _t("An identity or phone number is left out.")))
        line.values |= {"people": people, "name": "; ".join(people), "address": address}
        if raw[0] and not people:
            line.wrong(_t("Representative: a number stands here and no name. Write the name."), "name")
        if raw[1] and not address:
            line.wrong(_t("Home address: a number stands here and no address. Write the address."), "address")
        for name in people:
            if len(name) > _NAME:
                said = _t(
                    "A name has %(length)d signs, at most %(most)d fit. Shorten it, or part people by semicolons."
                )
                line.wrong(said % {"length": len(name), "most": _NAME}, "name")
        if len(address) > _ADDRESS:
            said = _t("The address has %(length)d signs, at most %(most)d fit. Shorten it.")
            line.wrong(said % {"length": len(address), "most": _ADDRESS}, "address")

    def write(self, lines: Sequence[Line], scope: Scope, advance: Callable[[int], None]) -> list[int]:
        plots: dict[int, list[NewPlot]] = {}
        for line in lines:
            if key_of(line):
                plots.setdefault(line["number"], []).append(plot_of(line))
        files = actions.add_households(
            scope.target,
            by=scope.user,
            campaign=scope.year,
            households=(_new(line, plots.get(line["number"], ())) for line in lines if not line.more),
            advance=advance,
        )
        keys = dict(zip((line["number"] for line in lines if not line.more), files, strict=True))
        return [keys[line["number"]] for line in lines]

    def take_back(self, keys: Sequence[int], scope: Scope) -> None:
        actions.remove_households(scope.target, by=scope.user, campaign=scope.year, files=keys)

    def shown(self, keys: Sequence[int], scope: Scope) -> Mapping[int, tuple[str, str]]:
        rows = Household.objects.visible_to(scope.user).filter(project=scope.target, pk__in=keys)
        return {row.pk: (str(row), row.get_absolute_url()) for row in rows.select_related("project")}


def _new(line: Line, plots: Sequence[NewPlot]) -> NewHousehold:
    name, *others = line["people"]
    return NewHousehold(
        line["number"],
        name,
        line["address"],
        line["group"],
        tuple(others),
        line["team"],
        tuple(plots),
        line["batch"],
        line["phone"] or "",
        line["identity"] or "",
    )


def _batch(cell: Cell) -> int:
    """ "2", or "Đợt 2"."""
    found = _BATCH.fullmatch(as_text(cell).strip())
    if found is None:
        raise ValidationError(_t("Write the number of the batch, for example 1."))
    return int(found["number"])


def _phone(cell: Cell) -> str:
    return phone_number(_digits(cell))


def _identity(cell: Cell) -> str:
    """A cell that is a number lacks the zeros in front: of a card at most two, so that its length tells which it is."""
    digits = _digits(cell)
    if not isinstance(cell, str):
        digits = digits.zfill(9 if len(digits) < 10 else 12)
    return identity_number(digits)


def _digits(cell: Cell) -> str:
    return as_text(cell).strip().lstrip("'")


def _say_blank(line: Line) -> None:
    """The first row of a household says who and where it is."""
    told = {column for column, _sentence in line.errors}
    for name, label in (("name", _t("Representative")), ("address", _t("Home address"))):
        if not line[name] and name not in told:
            line.wrong(_t("“%(column)s” is blank. Fill it in.") % {"column": label}, name)


def _say_of_the_same(line: Line, first: Line) -> None:
    """A further row of a household is one more plot of it; else one of the two rows is wrong."""
    if first is line:
        return
    names = ("people", "address", "group", "team", "batch", "phone", "identity")
    key, own = key_of(line), [name for name in names if line[name] and line[name] != first[name]]
    words = {"row": first.number, "column": _t("Household number"), "said": line["number"]}
    if own or not key or not key_of(first):
        same = not own and key == key_of(first)
        said = (
            _t("The same as row %(row)d. Delete one of the two.")
            if same
            else _t("%(column)s “%(said)s” stands in row %(row)d too. Correct one of the two.")
        )
        line.wrong(said % words, "number")
        return
    line.more = True
    taken = first.values.setdefault("held", {key_of(first): first.number})
    if (row := taken.setdefault(key, line.number)) != line.number and not line.errors:
        line.wrong(_t("The same as row %(row)d. Delete one of the two.") % {"row": row}, NUMBER)


def _say_what_stays(line: Line, told: set[str], ward_id: int) -> None:
    """Of a household that is there already nothing is changed; that its numbers are others is seen by their hashes."""
    names = (("phone", "phone"), ("identity", "identity_number"))
    given = {hash_ for column, name in names if line[column] for hash_ in hashes_of(line[column], ward_id, name)[:1]}
    if given - told:
        words = _t("The file of the household has other numbers, or none, and stays as it is. Change them there.")
        line.hints.append(("phone", words))


def _told_there(project: Project, between: tuple[int, int]) -> dict[int, set[str]]:
    """Household number -> keyed hashes of its people's phones and identity numbers."""
    files = Household.objects.filter(ward_id=project.ward_id, project=project, number__range=between)
    rows = PartyDetails.objects.filter(ward_id=project.ward_id, party__households__household__in=files)
    found: dict[int, set[str]] = {}
    kept = rows.values_list("party__households__household__number", "phone_hash", "identity_number_hash")
    for number, *hashes in kept:
        found.setdefault(number, set()).update(hashes)
    return found


def _facts(line: Line) -> tuple[Any, ...]:
    """What a household's file says of a line, for knowing it again; the team may have changed since."""
    return line["address"], line["group"].pk if line["group"] else None, tuple(sorted(line["people"]))


def _there_already(project: Project, between: tuple[int, int]) -> dict[int, tuple[Any, ...]]:
    files = Household.objects.filter(ward_id=project.ward_id, project=project, number__range=between)
    held = {
        pk: (number, address, group)
        for pk, number, address, group in files.values_list("pk", "number", "address_line", "residential_group")
    }
    people: dict[int, list[str]] = {pk: [] for pk in held}
    members = HouseholdParty.objects.filter(ward_id=project.ward_id, household__in=files)
    for pk, name in members.values_list("household", "party__name"):
        people[pk].append(name)
    return {number: (address, group, tuple(sorted(people[pk]))) for pk, (number, address, group) in held.items()}
