from tests.access_rules import Line
from tests.reports.factories import report

READERS = {"administrator", "leadership", "campaign_officer", "supervisor", "superior_viewer", "head", "records_clerk"}
LINES = [
    Line("reports:overview", may={"administrator", "leadership", "campaign_officer", "supervisor"}),
    Line("reports:today", may={"field_member", "head", "campaign_officer", "superior_viewer"}),
    Line(
        "reports:unit_dashboard",
        args=lambda world: [world.cell.slug],
        may={"head", "leadership", "campaign_officer", "supervisor"},
        denied={"neighbour", "field_member", "superior_viewer"},
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
        args=lambda world: [report(world).pk],
        may=READERS,
        unseen={"field_member", "grievance_officer"},
    ),
    Line(
        "reports:report_export",
        args=lambda world: [report(world).pk],
        may=READERS,
        unseen={"field_member", "grievance_officer"},
    ),
    Line(
        "reports:report_edit",
        args=lambda world: [report(world).pk],
        may={"campaign_officer"},
        denied={"head", "leadership", "superior_viewer"},
        unseen={"field_member"},
    ),
]
