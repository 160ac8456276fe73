from reports.models import CalendarFeed
from tests.access_rules import Line
from tests.reports.factories import report, sent

READERS = {"administrator", "leadership", "campaign_officer", "supervisor", "superior_viewer", "head", "records_clerk"}
WRITERS = {"campaign_officer", "leadership"}
LINES = [
    Line("reports:robots", public=True, may={"stranger"}),
    Line("reports:public_home", args=lambda world: [world.ward.slug], public=True, may={"stranger"}),
    Line("reports:public_feed", args=lambda world: [world.ward.slug], public=True, may={"stranger"}),
    Line("reports:public_sitemap", args=lambda world: [world.ward.slug], public=True, may={"stranger"}),
    Line("reports:overview", may={"administrator", "leadership", "campaign_officer", "supervisor"}),
    Line(
        "reports:work_list",
        may={"administrator", "leadership", "campaign_officer", "supervisor"},
        denied={"superior_viewer", "head", "field_member"},
    ),
    Line("reports:calendar", may={"field_member", "head", "campaign_officer", "superior_viewer"}),
    Line("reports:calendar_feed", may={"field_member", "head", "superior_viewer"}),
    Line("reports:calendar_feed", may={"field_member", "head"}, method="post"),
    Line("reports:calendar_feed_end", may={"field_member", "head"}, method="post", code=302),
    Line(
        "reports:public_calendar",
        args=lambda world: [world.ward.slug, CalendarFeed.begin(by=world.head, ward=world.ward)],
        may={"head", "stranger"},
        public=True,
        why="nobody can guess the address",
    ),
    Line("reports:search", may={"field_member", "head", "campaign_officer", "superior_viewer"}),
    Line("reports:today", may={"field_member", "head", "campaign_officer", "superior_viewer"}),
    Line(
        "reports:unit_dashboard",
        args=lambda world: [world.cell.slug],
        may={"head", "leadership", "campaign_officer", "supervisor"},
        denied={"neighbour", "field_member", "superior_viewer"},
    ),
    Line(
        "reports:export_new",
        data=lambda world: {"list": "/tasks/"},
        may={"campaign_officer", "head"},
        denied={"superior_viewer"},
    ),
    Line(
        "reports:export_new",
        data=lambda world: {"list": "/operations/messages/"},
        may={"administrator"},
        denied={"campaign_officer", "head"},
    ),
    Line("reports:report_list", may=READERS, denied={"field_member", "grievance_officer"}),
    Line("reports:figure_list", may=READERS, denied={"field_member", "grievance_officer"}),
    Line(
        "reports:report_new",
        may={"campaign_officer"},
        denied={"leadership", "head", "administrator", "supervisor", "superior_viewer"},
    ),
    Line(
        "reports:report_detail",
        args=lambda world: [sent(world).pk],
        may=READERS,
        unseen={"field_member", "grievance_officer"},
    ),
    Line(
        "reports:report_detail",
        args=lambda world: [report(world).pk],
        may=WRITERS,
        unseen=READERS - WRITERS,
    ),
    Line(
        "reports:report_export",
        args=lambda world: [sent(world).pk],
        may=READERS,
        unseen={"field_member", "grievance_officer"},
    ),
    Line(
        "reports:report_export",
        args=lambda world: [report(world).pk],
        may=WRITERS,
        unseen=READERS - WRITERS,
    ),
    Line(
        "reports:report_edit",
        args=lambda world: [report(world).pk],
        may={"campaign_officer"},
        denied={"leadership"},
        unseen={"field_member", "head", "superior_viewer", "supervisor"},
    ),
    Line(
        "reports:report_send",
        args=lambda world: [report(world).pk],
        may={"campaign_officer"},
        denied={"leadership"},
        unseen={"field_member", "head", "superior_viewer", "supervisor", "records_clerk"},
    ),
]
