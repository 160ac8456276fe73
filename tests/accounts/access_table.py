from django.core import signing
from django.utils import timezone

from accounts.actions import opening_address
from accounts.models import EMAIL_SALT, AccessRequest, SavedView, UnitMerger, User
from core.models import today
from tests.access_rules import Line
from tests.world import World

EVERYBODY = {
    "administrator",
    "leadership",
    "campaign_officer",
    "records_clerk",
    "clearance_officer",
    "grievance_officer",
    "media_officer",
    "supervisor",
    "superior_viewer",
    "head",
    "field_member",
}
READERS_OF_HISTORY = {
    "administrator",
    "leadership",
    "campaign_officer",
    "records_clerk",
    "clearance_officer",
    "media_officer",
}


def ward(world: World) -> dict:
    return {"ward": world.ward.pk}


def asked(world: World) -> str:
    """The link to agree to a new address."""
    world.head.email = "huong@example.org"
    world.head.save()
    world.head.propose_email("moi@example.org", by=world.administrator)
    return signing.dumps([world.head.pk, world.head.email, world.head.new_email], salt=EMAIL_SALT)


def waiting(world: World) -> list:
    """A request that the administrator put to the leadership."""
    User.objects.filter(pk=world.leadership.pk).update(last_login=timezone.now())
    return [AccessRequest.ask_for("password", world.head, by=world.administrator, reason="quên mật khẩu").pk]


def merger(world: World) -> list:
    """Of the two cells, prepared by the administrator."""
    row = UnitMerger(ward=world.ward)
    units = [world.cell, world.other_cell]
    row.prepare(by=world.administrator, units=units, on=today(), into=world.cell)
    return [row.pk]


def saved(world: World) -> list:
    """A view of the head of the cell."""
    row = SavedView.keep(
        by=world.head, ward=world.ward, page="/tasks/", query="state=late", name="Việc trễ", is_first=False
    )
    return [row.pk]


READERS_OF_REQUESTS = {"administrator", "leadership"}
LINES: list[Line] = [
    Line("accounts:saved_view_new", data=lambda world: {"list": "/tasks/?state=late"}, may=EVERYBODY),
    Line("accounts:saved_view_edit", args=saved, may={"head"}, unseen={"administrator", "field_member"}),
    Line("accounts:saved_view_delete", args=saved, may={"head"}, unseen={"administrator", "field_member"}),
    *(
        Line(f"accounts:{name}", may={"administrator"}, denied=EVERYBODY - {"administrator"})
        for name in (
            *("opening", "opening_superior", "opening_units", "opening_duties"),
            *("opening_people", "opening_officer", "slips"),
        )
    ),
    Line(
        "accounts:ward_open",
        args=lambda world: [opening_address().strip("/").rpartition("/")[2]],
        unseen={"administrator", "head"},
        public=True,
        why="nobody opens a ward where somebody has an account, not even by a good link",
    ),
    Line("accounts:unit_list", may=EVERYBODY),
    *(
        Line(f"accounts:{name}", args=args, may=READERS_OF_REQUESTS, denied=EVERYBODY - READERS_OF_REQUESTS)
        for name, args in (
            ("merger_list", None),
            ("merger_detail", merger),
            ("merger_rows", lambda world: [*merger(world), "people"]),
        )
    ),
    *(
        Line(f"accounts:{name}", args=args, may={"administrator"}, denied=EVERYBODY - {"administrator"})
        for name, args in (("merger_new", None), ("merger_edit", merger), ("merger_drop", merger))
    ),
    Line("accounts:person_list", may={"head", "field_member", "administrator"}, denied={"superior_viewer"}),
    Line("accounts:unit_mine", may={"head", "field_member", "campaign_officer"}, code=302),
    Line(
        "accounts:unit_about",
        args=lambda world: [world.cell.slug],
        may=EVERYBODY - {"superior_viewer"},
        denied={"superior_viewer"},
    ),
    Line(
        "accounts:one_time_password",
        args=lambda world: [world.head.pk],
        may={"administrator"},
        denied=EVERYBODY - {"administrator"},
    ),
    *(
        Line(
            f"accounts:{name}",
            args=lambda world: [world.head.pk],
            may={"administrator"},
            denied=EVERYBODY - {"administrator"},
        )
        for name in ("person_sign_in", "second_step_off", "pause_lift")
    ),
    Line(
        "accounts:access_request_new",
        args=lambda world: [world.head.pk, "password"],
        may={"administrator"},
        denied=EVERYBODY - {"administrator"},
    ),
    Line("accounts:access_request_list", may=READERS_OF_REQUESTS, denied=EVERYBODY - READERS_OF_REQUESTS),
    Line(
        "accounts:access_request_detail",
        args=waiting,
        may=READERS_OF_REQUESTS,
        denied=EVERYBODY - READERS_OF_REQUESTS,
    ),
    *(
        Line(f"accounts:{name}", args=waiting, may={"leadership"}, denied=EVERYBODY - {"leadership"})
        for name in ("access_request_agree", "access_request_refuse")
    ),
    Line(
        "accounts:access_request_withdraw",
        args=waiting,
        method="post",
        may={"administrator"},
        denied=EVERYBODY - {"administrator"},
        code=302,
    ),
    Line("accounts:role_list", may=EVERYBODY),
    Line("accounts:profile", may=EVERYBODY),
    Line("accounts:email_answer", args=lambda world: [asked(world)], may=EVERYBODY, public=True),
    Line("accounts:language_set", method="post", may=EVERYBODY, code=302, public=True),
    Line("accounts:ward_switch", method="post", data=ward, may=EVERYBODY, unseen={"stranger"}, code=302),
    Line(
        "accounts:access_log_list",
        may={"administrator", "leadership"},
        denied=EVERYBODY - {"administrator", "leadership"},
    ),
    Line(
        "accounts:change_list",
        may={"administrator", "leadership"},
        denied=EVERYBODY - {"administrator", "leadership"},
    ),
    Line(
        "accounts:history_detail",
        args=lambda world: ["accounts", "unit", world.cell.pk],
        may=READERS_OF_HISTORY,
        denied=EVERYBODY - READERS_OF_HISTORY,
    ),
    Line("account_login", may=EVERYBODY, code=302, public=True, why="who is signed in goes on"),
    Line("account_logout", may=EVERYBODY, public=True, why="asks first; the button posts"),
    Line("account_change_password", may=EVERYBODY),
    Line("account_reset_password", public=True),
    Line("account_reset_password_done", public=True),
    Line("account_reset_password_from_key", args=lambda world: ["1", "no-such-key"], public=True),
    Line("account_reset_password_from_key_done", public=True),
    Line("account_reauthenticate", may=EVERYBODY),
    Line("usersessions_list", may=EVERYBODY),
    Line("mfa_index", may=EVERYBODY),
    Line("mfa_authenticate", public=True, may=EVERYBODY, code=302, why="the second step of a sign-in begun"),
    Line("mfa_reauthenticate", may=EVERYBODY, code=302, why="only for those with a second step"),
    Line("mfa_activate_totp", may=EVERYBODY, code=302, why="asks for the password first"),
    Line("mfa_deactivate_totp", unseen=EVERYBODY, public=True, why="there is nothing to turn off"),
    Line("mfa_view_recovery_codes", unseen=EVERYBODY, public=True, why="there are none"),
    Line("mfa_generate_recovery_codes", may=EVERYBODY, code=302, why="asks for the password first"),
    Line("mfa_download_recovery_codes", unseen=EVERYBODY, public=True, why="there are none"),
]
