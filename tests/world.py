"""A small ward for access tests: one person of every role, a neighbour unit, and a stranger of another ward."""

import datetime
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_save

from accounts.access import WARD_WIDE
from accounts.choices import Branch, DutyCode, Role
from accounts.models import Duty, Unit, User, Ward
from campaigns.models import Campaign
from core.models import today
from tests import factories as make


@dataclass
class World:
    """people: role -> person. `head` leads `cell`, `neighbour` leads `other_cell`, `stranger` rules another ward."""

    ward: Ward
    superior: Unit
    committee: Unit
    government: Unit
    front: Unit
    cell: Unit
    other_cell: Unit
    team: Unit
    campaign: Campaign
    people: dict[str, User] = field(default_factory=dict)
    other_ward: Ward | None = None

    def __getattr__(self, name: str) -> User:
        """world.campaign_officer, world.head, world.stranger …"""
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def build() -> World:
    ward = make.ward(name="Phường Sông Hồng", slug="song-hong")
    party = {"branch": Branch.PARTY}
    committee = make.unit(ward, "Đảng ủy phường", **party, slug="dang-uy")
    world = World(
        ward=ward,
        superior=make.unit(ward, "Quận ủy", Branch.OUTSIDE, slug="quan-uy", is_outside=True),
        committee=committee,
        government=make.unit(ward, "Ủy ban nhân dân phường", Branch.GOVERNMENT, slug="ubnd"),
        front=make.unit(ward, "Mặt trận Tổ quốc phường", Branch.FRONT, slug="mttq"),
        cell=make.unit(ward, "Chi bộ 7", **party, slug="chi-bo-7", parent=committee),
        other_cell=make.unit(ward, "Chi bộ 8", **party, slug="chi-bo-8", parent=committee),
        team=make.unit(ward, "Tổ dân vận số 1", Branch.TEAM, slug="to-dan-van-1"),
        campaign=make.campaign(ward),
    )
    Duty.objects.create(ward=ward, code=DutyCode.MOBILIZATION_OFFICE, unit=committee, valid_from="2020-01-01")
    for role in WARD_WIDE:
        seat = world.front if role == Role.SUPERVISOR else committee
        world.people[role.value] = make.member(seat, role)
    world.people["head"] = make.member(world.cell, Role.UNIT_HEAD, make.user("Nguyễn Thị Hường"))
    world.people["neighbour"] = make.member(world.other_cell, Role.UNIT_HEAD, make.user("Trần Văn Khánh"))
    world.people["field_member"] = make.member(world.team, Role.FIELD_MEMBER, make.user("Đỗ Quang Vinh"))
    world.other_ward = make.ward(name="Phường Khác", slug="phuong-khac")
    elsewhere = make.unit(world.other_ward, "Đảng ủy phường khác", **party, slug="dang-uy")
    stranger = make.user("Người Phường Khác")
    for role in [*WARD_WIDE, Role.UNIT_HEAD, Role.FIELD_MEMBER]:
        make.member(elsewhere, role, stranger)
    world.people["stranger"] = stranger
    return world


@dataclass
class Kept:
    world: bytes
    made: list[Model]  # its rows, in the order they were made
    inserts: str = ""  # the same as SQL, once they were written from memory for the first time


_kept: dict[datetime.date, Kept] = {}  # the world of this process


def lay() -> World:
    """The world of build(), which is built once a process; each test gets new objects and the same rows.

    The keys were taken from the sequences when it was built, and no sequence steps back, so they are free in every
    test. The triggers run as ever: only Django's way to each row is saved.
    """
    day = today()
    if day not in _kept:
        world, _kept[day] = _build_and_keep()
        return world
    kept = _kept[day]
    if not kept.inserts:
        kept.inserts = _write(kept.made)
    else:
        with connection.cursor() as cursor:
            cursor.execute(kept.inserts)
    return pickle.loads(kept.world)


def _build_and_keep() -> tuple[World, Kept]:
    made: list[Model] = []

    def keep(instance: Model, **_kwargs: Any) -> None:
        made.append(instance)

    post_save.connect(keep)
    try:
        world = build()
    finally:
        post_save.disconnect(keep)
    return world, Kept(pickle.dumps(world), pickle.loads(pickle.dumps(made)))  # copies that no test changes


def _write(made: list[Model]) -> str:
    """Insert the rows, and tell with which SQL."""
    said: list[str] = []

    def listen(execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        said.append(context["cursor"].cursor.mogrify(sql, params).decode())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        for model in dict.fromkeys(type(row) for row in made):
            model._base_manager.bulk_create([row for row in made if type(row) is model])
    return ";\n".join(said)
