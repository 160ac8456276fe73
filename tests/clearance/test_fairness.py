"""What must never be built stays unbuilt: no field, choice or event of this app judges a household."""

import re

from django.apps import apps

from clearance import choices
from core.events import all_kinds
from core.fields import EncryptedText, KeyedHash

FORBIDDEN = re.compile(
    r"attitude|loyal|score|rank|risk|consent|support_level|oppos|hostil|cooperat|sentiment|predict|persua|stubborn"
    r"|party_member|religio|employer|school|benefit|leverage|colour|color|rating|priority"
)
NOT_COLLECTED = re.compile(r"phone|identity|id_number|cccd|cmnd|email|latitude|longitude|gps|amount|salary|income")


def test_no_field_judges_a_household_or_holds_what_is_not_collected() -> None:
    fields = {
        f"{model._meta.label}.{field.name}": field
        for model in apps.get_app_config("clearance").get_models()
        for field in model._meta.get_fields()
    }
    assert len(fields) > 80
    sealed = {name for name, field in fields.items() if isinstance(field, EncryptedText | KeyedHash)}
    wrong = [name for name in fields if FORBIDDEN.search(name.lower())]
    wrong += [name for name in fields.keys() - sealed if NOT_COLLECTED.search(name.lower())]
    assert not wrong


def test_no_choice_or_event_judges_a_household() -> None:
    codes = [code for name in vars(choices).values() if hasattr(name, "choices") for code, _label in name.choices]
    kinds = [kind for kind in all_kinds() if kind.startswith("clearance.")]
    assert len(codes) > 40
    assert not [code for code in [*codes, *kinds] if FORBIDDEN.search(str(code))]


def test_outreach_tells_the_office_s_work_only() -> None:
    """A new state of a household needs a new look at this test and at the fairness rules."""
    assert set(choices.Outreach.values) == {
        "not_reached",
        "in_contact",
        "met",
        "ward_owes_answer",
        "follow_up",
        "unreachable",
        "paused_on_request",
    }


def test_the_history_keeps_no_reply() -> None:
    history = apps.get_model("clearance", "VisitHistory")
    assert "outcome" in {field.name for field in history._meta.get_fields()}
    assert "attendance_reply" not in {field.name for field in history._meta.get_fields()}
