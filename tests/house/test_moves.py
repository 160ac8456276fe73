"""Every act in every state of every row that has states: it goes where it may and is refused everywhere else.

The tables stand here once more, and not as the code has them: a row is brought into each of its states by acts, then
each act is tried on it.
"""

import datetime
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from accounts.models import AccessRequest, User
from clearance.tracks import Step
from core import tables
from core.figures import Scope
from core.models import StateChanged, Stateful, today
from intake import actions as intake
from intake.models import Batch
from models_registry.choices import EntryStep
from notifications.models import Event
from publicity.models import Broadcast
from reports.narrative import compose, freeze
from tests import factories as make
from tests.beautification import factories as street
from tests.campaigns import factories as cascade
from tests.clearance import factories as clearance
from tests.intake import files
from tests.models_registry import factories as registry
from tests.publicity import factories as publicity
from tests.reports import factories as reports
from tests.world import World

_days = (today() + datetime.timedelta(days=n) for n in count(1))


class Act(NamedTuple):
    since: str  # states, with blanks
    to: str
    fields: dict[str, Any] = {}


class Machine(NamedTuple):
    begin: Callable[[World], Stateful]
    acts: dict[str, Act]
    never: set[str] = set()  # states that no act leads to yet


def _open_year(world: World) -> Stateful:
    return make.campaign(world.ward, year=today().year + 1, state="draft")


def _document(world: World) -> Stateful:
    return make.document(world.campaign, world.committee, state="draft")


def _broadcast(world: World) -> Stateful:
    row = Broadcast(ward=world.ward, campaign=world.campaign, title="Tin thử", script="Thưa bà con.", seconds=90)
    row.write(by=None)
    return row


def _ten_days_ago() -> datetime.date:
    return today() - datetime.timedelta(days=10)


def _posting(world: World) -> Stateful:
    return publicity.posting(world.ward, on_portal=False, starts_on=_ten_days_ago())


def _entry(world: World) -> Stateful:
    return registry.entry(registry.contest(world.campaign, world.campaign_officer), world.cell, world.head)


def _complaint(world: World) -> Stateful:
    clearance.clocks(world)
    return clearance.grievance(world, received_on=_ten_days_ago())


def _password(world: World) -> Stateful:
    User.objects.filter(pk=world.leadership.pk).update(last_login=timezone.now())  # who can be asked
    return AccessRequest.ask_for("password", world.head, by=world.administrator, reason="quên mật khẩu")


def _batch(world: World) -> Stateful:
    by = world.clearance_officer
    target = clearance.scene(world)["project"].pk
    scope = Batch(kind="households", ward=world.ward, target=target).scope(by)
    file = tables.accept(files.upload(files.xlsx(files.households(2, since=700))))
    return intake.begin("households", scope, file, by=by)


def _report(world: World) -> Stateful:
    make.document_kind(world.ward, code="BC", label="Báo cáo")
    return reports.report(world)


REASON = {"reason": "thử"}
SETTLED = {"finding": "wrong", "decision": "12/QĐ-UBND", "reply": "Đã giải quyết"}
DECISION = {"outcome": "recognised", "number": "15-QĐ/ĐU", "decided_on": today}
BEFORE_SENDING = "planned drafting submitted revising approved"
MACHINES = {
    "accounts.accessrequest": Machine(
        _password,
        {
            "agree": Act("waiting", "agreed"),
            "refuse": Act("waiting", "refused"),
            "withdraw": Act("waiting", "withdrawn"),
            "use": Act("agreed", "done"),
        },
    ),
    "campaigns.campaign": Machine(_open_year, {"open": Act("draft closed", "open"), "close": Act("open", "closed")}),
    "campaigns.document": Machine(
        _document,
        {
            "issue": Act("draft", "issued"),
            "give_way": Act("issued", "replaced"),
            "withdraw": Act("issued", "withdrawn", {"on": today, **REASON}),
        },
    ),
    "campaigns.task": Machine(
        lambda world: make.task(world.campaign, world.cell),
        {
            "acknowledge": Act("assigned", "acknowledged"),
            "report": Act("assigned acknowledged doing", "doing", {"note": "Đã phát 40 tờ"}),
            "submit": Act("assigned acknowledged doing", "submitted", {"note": "Đã xong"}),
            "accept": Act("submitted", "done"),
            "send_back": Act("submitted", "doing", REASON),
            "cancel": Act("assigned acknowledged doing submitted", "cancelled", REASON),
        },
    ),
    "campaigns.meeting": Machine(
        lambda world: cascade.meeting(world.campaign),
        {"hold": Act("planned", "held", {"held_on": today}), "cancel": Act("planned", "cancelled", REASON)},
    ),
    "publicity.article": Machine(
        lambda world: publicity.article(world.campaign),
        {
            "submit": Act("draft", "review"),
            "send_back": Act("review", "draft", REASON),
            "publish": Act("review", "published"),
            "retire": Act("published", "retired", REASON),
        },
    ),
    "publicity.posting": Machine(
        _posting,
        {
            "submit": Act("draft", "review"),
            "send_back": Act("review", "draft", REASON),
            "put_up": Act("review", "posted", {"starts_on": _ten_days_ago}),
            "close": Act("posted", "closed", {"on": today, "record": publicity.accepted}),
            "take_down": Act("posted", "withdrawn", REASON),
        },
    ),
    "publicity.broadcast": Machine(
        _broadcast, {"make_ready": Act("draft", "ready"), "retire": Act("draft ready", "retired")}
    ),
    "models_registry.mobilizationmodel": Machine(
        lambda world: registry.draft(world.campaign, world.cell, world.head),
        {
            "submit": Act("draft returned", "submitted"),
            "accept": Act("submitted", "active"),
            "send_back": Act("submitted", "returned", REASON),
            "reject": Act("submitted", "rejected", REASON),
            "reopen": Act("rejected", "submitted", REASON),
            "pause": Act("active", "paused", REASON),
            "resume": Act("paused", "active"),
            "withdraw": Act("draft submitted returned active paused", "withdrawn", REASON),
            "self_assess": Act("active", "self_assessed"),
            "send_to_work": Act("self_assessed under_review", "active", REASON),
            "open_review": Act("self_assessed", "under_review"),
            "conclude": Act("under_review", "concluded", DECISION),
            "reopen_review": Act("concluded", "under_review", REASON),
            "archive": Act("concluded", "archived"),
        },
    ),
    "models_registry.contestentry": Machine(
        _entry,
        {
            "begin": Act("planned", "drafting"),
            "submit": Act("planned drafting", "submitted"),
            "ask_revision": Act("submitted approved", "revising", REASON),
            "resubmit": Act("revising", "submitted"),
            "approve": Act("submitted", "approved"),
            "send": Act("approved", "sent"),
            "receive": Act("sent", "received"),
            "invalidate": Act("sent received", "invalid", REASON),
            "preliminary": Act("sent received", "preliminary"),
            "final": Act("preliminary", "final"),
            "award": Act("preliminary final", "awarded"),
            "not_awarded": Act("received preliminary final", "not_awarded"),
            "withdraw": Act(BEFORE_SENDING, "withdrawn", REASON),
        },
    ),
    "clearance.grievance": Machine(
        _complaint,
        {
            "sort": Act("received", "under_review", {"track": "complaint", "summary": "Đo đạc"}),
            "hand_over": Act("received", "handed_over", {"body": "Ủy ban kiểm tra", "on": today}),
            "ask_more": Act("under_review", "waiting", {"on": today, **REASON}),
            "resort": Act("under_review", "received", {"on": today, **REASON}),
            "complete": Act("waiting", "under_review", {"on": today}),
            "answer": Act("", "answered", {"on": today, "reply": "Đã trả lời"}),  # of feedback alone
            "accept": Act("under_review waiting", "accepted", {"on": lambda: today() - datetime.timedelta(days=5)}),
            "refuse": Act("under_review waiting", "rejected", {"on": today, **REASON}),
            "forward": Act("under_review waiting", "forwarded", {"on": today, "body": "Thanh tra"}),
            "extend": Act("accepted", "accepted", {"on": today, **REASON}),
            "suspend": Act("accepted", "paused", {"on": lambda: today() - datetime.timedelta(days=2), **REASON}),
            "resume": Act("paused", "accepted", {"on": today}),
            "settle": Act("accepted", "settled", {"on": today, **SETTLED}),
            "ask_withdrawal": Act(
                "under_review waiting accepted", "withdrawing", {"on": today, "place": "counter"} | REASON
            ),
            "confirm_withdrawal": Act("withdrawing", "withdrawn", {"on": today, **REASON}),
            "go_on": Act("withdrawing", "under_review", {"on": today, **REASON}),
            "close": Act("answered settled", "closed", {"on": today}),
            "reopen": Act(
                "answered settled rejected forwarded withdrawn closed", "under_review", {"on": today, **REASON}
            ),
        },
        never={"answered"},
    ),
    "beautification.cleanup": Machine(
        lambda world: street.cleanup(street.street(world)),
        {
            "confirm": Act("planned", "confirmed"),
            "open": Act("planned confirmed postponed", "open"),
            "close": Act("open", "done"),
            "postpone": Act("planned confirmed postponed open", "postponed", {"day": lambda: next(_days), **REASON}),
            "cancel": Act("planned confirmed postponed open", "cancelled", REASON),
        },
    ),
    "beautification.defect": Machine(
        lambda world: street.defect(street.street(world)),
        {
            "mend": Act("to_mend", "mended", {"on": today, **REASON}),
            "reopen": Act("mended", "to_mend", {"on": today}),
        },
    ),
    "intake.batch": Machine(
        _batch,
        {
            "check": Act("open", "checked"),
            "take": Act("checked", "done"),
            "take_back": Act("done", "withdrawn"),
            "cancel": Act("open checked", "cancelled"),
        },
    ),
    "reports.report": Machine(
        _report,
        {
            "write": Act("draft", "draft", {"words": dict}),
            "hand_in": Act("draft", "submitted"),
            "pass_check": Act("submitted", "checked"),
            "send_back": Act("submitted checked", "draft", REASON),
            "sign": Act("checked", "signed"),
            "give_number": Act("signed", "numbered", {"on": today}),
            "send": Act("numbered", "sent", {"on": today}),
            "withdraw": Act("signed numbered sent", "withdrawn", REASON),
        },
    ),
}


# Acts that ask first who may and what was seen, and are tried with the rows that they carry.
ELSEWHERE = {
    "accounts.unitmerger": "tests/accounts/test_mergers.py",
    "campaigns.yearturnover": "tests/campaigns/test_turnover.py",
}


def perform(row: Any, name: str, world: World) -> None:
    label, fields = row._meta.label_lower, {}
    for key, value in MACHINES[label].acts[name].fields.items():
        fields[key] = value() if callable(value) else value
    by = world.campaign_officer
    if label == "accounts.accessrequest":
        by = world.administrator if name in {"withdraw", "use"} else world.leadership
    if label == "clearance.grievance":
        by = world.leadership if name == "confirm_withdrawal" else by
        act = getattr(row, name, None) or partial(row.take, Step[name.upper()])
        act(by=by, **fields)
    elif label == "models_registry.contestentry":
        row.take(EntryStep[name.upper()], by=by, on=today(), **fields)
    elif label == "reports.report":
        scope = Scope(ward=world.ward, campaign=row.campaign)
        if name == "send_back":
            fields["paper"] = compose(row, scope)
        if name == "sign":
            fields["paper"], fields["figures"] = freeze(row, scope)
        getattr(row, name)(by=by if name in {"write", "hand_in"} else world.leadership, **fields)
    elif label == "intake.batch" and name != "cancel":
        by = world.clearance_officer
        getattr(intake, name)(row, row.scope(by), by=by)
    elif name == "self_assess":
        row.self_assess(by=by, **registry.proof(row))
    elif name == "open_review":
        registry.rubric(world.ward, by)
        row.open_review(by=by, people=[world.leadership, world.neighbour], due_on=today())
    elif name == "give_way":
        row.give_way(to=make.document(world.campaign, world.committee), by=by)
    else:
        if name == "close" and label == "beautification.cleanup" and not row.turnouts.exists():
            street.turnout(row, 12)
        if name == "conclude":
            registry.hand_in_all(row)
        getattr(row, name)(by=by, **fields)


def ways(machine: Machine, start: str) -> dict[str, list[str]]:
    """For each state that acts lead to, the shortest way there."""
    found: dict[str, list[str]] = {start: []}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        for name, act in machine.acts.items():
            if state in act.since.split() and act.to not in found:
                found[act.to] = [*found[state], name]
                queue.append(act.to)
    return found


def test_every_row_that_has_states_is_tried_here() -> None:
    stateful = {model for model in apps.get_models() if issubclass(model, Stateful)}
    assert {model._meta.label_lower for model in stateful} == set(MACHINES) | set(ELSEWHERE)


@pytest.mark.parametrize("label", MACHINES)
def test_every_act_in_every_state(world: World, label: str) -> None:
    machine, model = MACHINES[label], apps.get_model(label)
    with transaction.atomic():
        known = ways(machine, machine.begin(world).state)
        transaction.set_rollback(True)
    states = {value for value, _label in model._meta.get_field("state").flatchoices}
    assert set(known) == states - machine.never
    for state, way in known.items():
        with transaction.atomic():
            row: Any = machine.begin(world)
            for step in way:
                perform(row, step, world)
            assert row.state == state
            for name, act in machine.acts.items():
                with transaction.atomic():
                    _try(model._base_manager.get(pk=row.pk), name, act, world)
                    transaction.set_rollback(True)
            transaction.set_rollback(True)


def _try(row: Any, name: str, act: Act, world: World) -> None:
    state, steps = row.state, row.transitions.count()
    if (state, name) == ("postponed", "open"):  # its new day has come
        row.on = today()
        row.save()
    said = Event.objects.filter(subject_type=row._meta.label_lower, subject_id=row.pk).count
    before = said()
    if state in act.since.split():
        perform(row, name, world)
        assert _stored(row) == row.state == act.to, f"{name} in {state}"
        assert row.transitions.count() == steps + (state != act.to or name in {"postpone", "extend"}), (
            f"{name} in {state}"
        )
        assert said() > before, f"{name} in {state} leaves no event"
    else:
        with pytest.raises((StateChanged, ValidationError)), transaction.atomic():
            perform(row, name, world)
        assert (_stored(row), row.transitions.count(), said()) == (state, steps, before), f"{name} in {state}"


def _stored(row: models.Model) -> str:
    return type(row)._base_manager.values_list("state", flat=True).get(pk=row.pk)
