import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from notifications.gateways import unsubscribe
from notifications.models import Job, Message, PushSubscription
from tests.access_rules import Line
from tests.notifications import factories as make
from tests.world import World


def own(world: World) -> list[Any]:
    """A sent message to the head of the cell."""
    message = make.message(world, link="/notifications/", event=make.event(world, kind="campaigns.task.assigned"))
    Message.objects.filter(pk=message.pk).update(
        state="sent", provider_id="x", sent_at=message.not_before, line="Chi bộ 7: việc mới"
    )
    return [message.pk]


def failed(world: World) -> list[Any]:
    """A mail to the head of the cell that nobody could deliver."""
    return [make.message(world, channel="email", state="failed", event=make.event(world)).pk]


def something_failed(world: World) -> dict[str, str]:
    failed(world)
    return {}


OPERATORS = {"administrator"}
OTHERS = {"leadership", "campaign_officer", "records_clerk", "head", "field_member", "superior_viewer"}
REASON = {"reason": "Thử"}
EDITORS = {"campaign_officer", "administrator"}
READERS = {"leadership", "records_clerk", "clearance_officer", "media_officer", "supervisor"}
BELOW = {"head", "field_member", "superior_viewer"}


def rule(world: World) -> list[Any]:
    return [make.rule(world, code="r", source="campaigns.task.due", anchor="due_on", year=world.campaign.year).pk]


def last_years_rule(world: World) -> list[Any]:
    make.rule(world, code="r", source="campaigns.task.due", anchor="due_on", year=world.campaign.year - 1)
    return []


def browser(world: World) -> list[Any]:
    """A browser of the head of the cell."""
    row, _new = PushSubscription.objects.get_or_create(
        ward=world.ward, user=world.head, endpoint="https://push.example.com/x", defaults={"p256dh": "k", "auth": "a"}
    )
    return [row.pk]


def own_job(world: World) -> list[Any]:
    """Something that the head of the cell asked for and that still waits."""
    return [Job.objects.create(ward=world.ward, kind="tests.work", asked_by=world.head).pk]


def own_file(world: World) -> list[Any]:
    job = Job(ward=world.ward, kind="tests.work", asked_by=world.head, state="done", ended_at=timezone.now())
    job.file_name, job.expires_at = "a.csv", timezone.now() + datetime.timedelta(hours=1)
    job.file.save("a.csv", ContentFile(b"a"))
    return [job.pk]


def mail_link(world: World) -> list[Any]:
    address = unsubscribe.address(world.ward.pk, world.head.pk, ["campaigns.task.due"])
    return [address.rstrip("/").rpartition("/")[2]]


LINES = [
    Line("notifications:operations", may=OPERATORS, denied=OTHERS),
    Line("notifications:sending_stop", may=OPERATORS, denied=OTHERS),
    Line("notifications:sending_resume", may=OPERATORS, denied=OTHERS, code=302, why="nothing is stopped"),
    Line("notifications:failure_list", may=OPERATORS, denied=OTHERS),
    Line("notifications:failure_send", data=something_failed, may=OPERATORS, denied=OTHERS),
    Line("notifications:failure_drop", data=something_failed, may=OPERATORS, denied=OTHERS),
    Line(
        "notifications:failure_drop", method="post", data=lambda world: REASON, may=OPERATORS, denied=OTHERS, code=302
    ),
    Line("notifications:message_send", args=failed, may=OPERATORS, denied=OTHERS),
    Line("notifications:message_send", args=failed, method="post", may=OPERATORS, denied=OTHERS, code=302),
    Line("notifications:message_drop", args=failed, may=OPERATORS, denied=OTHERS),
    Line("notifications:message_mend", args=failed, may=OPERATORS, denied=OTHERS),
    Line("notifications:rule_list", may=EDITORS | READERS, denied=BELOW),
    Line("notifications:rule_new", may=EDITORS, denied=READERS | BELOW),
    Line("notifications:rule_detail", args=rule, may=EDITORS | READERS, denied=BELOW),
    Line("notifications:rule_detail", args=rule, may=EDITORS, denied=READERS, method="post"),
    Line(
        "notifications:rule_switch",
        args=rule,
        may=EDITORS,
        denied=READERS | BELOW,
        method="post",
        data=lambda world: {"on": "no"},
        code=302,
    ),
    Line("notifications:rule_standard", may=EDITORS, denied=READERS | BELOW, method="post", code=302),
    Line("notifications:rule_copy", args=last_years_rule, may=EDITORS, denied=READERS | BELOW, method="post", code=302),
    Line("notifications:log_list", may=EDITORS | READERS, denied=BELOW),
    Line("notifications:message_why", args=own, may={"head"}, unseen={"administrator", "leadership"}),
    Line("notifications:health", public=True, code=503, why="a monitor outside; in a test no worker runs"),
    Line("notifications:health_live", public=True),
    Line("notifications:message_list", may={"head", "field_member", "superior_viewer", "administrator"}),
    Line("notifications:message_read_all", may={"head"}, method="post", code=302),
    Line("notifications:message_open", args=own, may={"head"}, unseen={"administrator", "leadership"}, code=302),
    Line("notifications:preference_edit", may={"head", "field_member", "superior_viewer", "administrator"}),
    Line("notifications:browser_add", may={"head", "superior_viewer"}, method="post", code=302),
    Line(
        "notifications:browser_remove",
        args=browser,
        may={"head"},
        unseen={"administrator", "leadership"},
        method="post",
        code=302,
    ),
    Line("notifications:job_list", may={"head", "field_member", "superior_viewer", "administrator"}),
    Line("notifications:job_detail", args=own_job, may={"head"}, unseen={"administrator", "leadership"}),
    Line(
        "notifications:job_cancel",
        args=own_job,
        may={"head"},
        unseen={"administrator", "leadership"},
        method="post",
        code=302,
    ),
    Line("notifications:job_file", args=own_file, may={"head"}, unseen={"administrator", "leadership"}),
    Line("notifications:manifest", may={"head"}, public=True),
    Line("notifications:mail_test", may=OPERATORS, denied=OTHERS),
    Line("notifications:service_worker", may={"head"}, public=True),
    Line("notifications:mail_off", args=mail_link, may={"head", "stranger"}, public=True, why="the link is signed"),
    Line("notifications:message_count", may={"head", "superior_viewer"}, code=302, why="htmx gets the number"),
]
