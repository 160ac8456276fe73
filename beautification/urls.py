import datetime

from django.urls import path, register_converter

from beautification.models.cleanup import Slot
from beautification.views import checkin, cleanup, criteria, defects, maps, plan, public, running, street
from core import dates


class SlotConverter:
    """A clean-up in an address: 2022-04-30, or 2022-04-30-2 for the second of that day."""

    regex = r"\d{4}-\d{2}-\d{2}(?:-2)?"

    def to_python(self, value: str) -> Slot:
        day = datetime.date.fromisoformat(value[:10])
        if not dates.FIRST <= day <= dates.LAST:
            raise ValueError(value)  # is no match, so 404
        return Slot(day, int(value[11:] or 1))

    def to_url(self, value: Slot | datetime.date | str) -> str:
        return str(value)


register_converter(SlotConverter, "slot")
session = "streets/<slug:slug>/cleanups/<slot:slot>/"

app_name = "beautification"
urlpatterns = [
    path("streets/", street.street_list, name="street_list"),
    path("streets/new/", street.street_new, name="street_new"),
    path("streets/plan/", plan.year_plan, name="year_plan"),
    path("streets/in-turn/", plan.rotation_new, name="rotation_new"),
    path("streets/criteria/", criteria.criteria, name="criteria"),
    path("streets/criteria/new/", criteria.criteria_new, name="criteria_new"),
    path("streets/criteria/propose/", criteria.criteria_propose, name="criteria_propose"),
    path("streets/criteria/<int:pk>/verify/", criteria.criteria_verify, name="criteria_verify"),
    path("streets/criteria/results/", criteria.result_list, name="result_list"),
    path("streets/kinds/new/", defects.kind_new, name="kind_new"),
    path("streets/kinds/<int:pk>/edit/", defects.kind_edit, name="kind_edit"),
    path("streets/defects/", defects.defect_list, name="defect_list"),
    path("streets/defects/<int:pk>/", defects.defect_detail, name="defect_detail"),
    path("streets/defects/<int:pk>/hand/", defects.defect_hand, name="defect_hand"),
    path("streets/defects/<int:pk>/mend/", defects.defect_mend, name="defect_mend"),
    path("streets/defects/<int:pk>/reopen/", defects.defect_reopen, name="defect_reopen"),
    path("streets/evidence/<int:pk>/", criteria.evidence_file, name="evidence_file"),
    path("streets/evidence/<int:pk>/remove/", criteria.evidence_remove, name="evidence_remove"),
    path("streets/<slug:slug>/", street.street_detail, name="street_detail"),
    path("streets/<slug:slug>/edit/", street.street_edit, name="street_edit"),
    path("streets/<slug:slug>/take-up/", street.street_take_up, name="street_take_up"),
    path("streets/<slug:slug>/line/", maps.line_draw, name="line_draw"),
    path("streets/<slug:slug>/line/wipe/", maps.line_wipe, name="line_wipe"),
    path("streets/<slug:slug>/turnout/", street.street_turnout, name="street_turnout"),
    path("streets/<slug:slug>/defects/new/", defects.defect_new, name="defect_new"),
    path("streets/<slug:slug>/assessments/", criteria.assessment_list, name="assessment_list"),
    path("streets/<slug:slug>/assessments/new/", criteria.assessment_new, name="assessment_new"),
    path("streets/<slug:slug>/assessments/<int:pk>/", criteria.assessment_detail, name="assessment_detail"),
    path("streets/<slug:slug>/assessments/<int:pk>/edit/", criteria.assessment_edit, name="assessment_edit"),
    path("streets/<slug:slug>/results/<int:pk>/evidence/", criteria.evidence_new, name="evidence_new"),
    path("streets/<slug:slug>/series/new/", street.series_new, name="series_new"),
    path("streets/<slug:slug>/series/<int:pk>/edit/", street.series_edit, name="series_edit"),
    path("streets/<slug:slug>/series/<int:pk>/needs/", running.series_needs, name="series_needs"),
    path("p/<slug:ward>/streets/<slug:slug>.ics", public.street_feed, name="public_street_feed"),
    path("p/<slug:ward>/streets/<slug:slug>/", public.public_street, name="public_street"),
    path("p/<slug:ward>/photos/<int:pk>/", public.public_photo, name="public_photo"),
    path("cleanups/", cleanup.cleanup_list, name="cleanup_list"),
    path("cleanups/paper/", cleanup.cleanup_paper, name="cleanup_paper"),
    path("streets/<slug:slug>/cleanups/new/", cleanup.cleanup_new, name="cleanup_new"),
    path(session, cleanup.cleanup_detail, name="cleanup_detail"),
    path(f"{session}confirm/", cleanup.cleanup_confirm, name="cleanup_confirm"),
    path(f"{session}open/", cleanup.cleanup_open, name="cleanup_open"),
    path(f"{session}tally/", cleanup.cleanup_tally, name="cleanup_tally"),
    path(f"{session}counts/", cleanup.cleanup_count, name="cleanup_count"),
    path(f"{session}close/", cleanup.cleanup_close, name="cleanup_close"),
    path(f"{session}reopen/", cleanup.cleanup_reopen, name="cleanup_reopen"),
    path(f"{session}postpone/", cleanup.cleanup_postpone, name="cleanup_postpone"),
    path(f"{session}cancel/", cleanup.cleanup_cancel, name="cleanup_cancel"),
    path(f"{session}decide/", cleanup.cleanup_decide, name="cleanup_decide"),
    path(f"{session}needs/", running.cleanup_needs, name="cleanup_needs"),
    path(f"{session}reply/", running.cleanup_reply, name="cleanup_reply"),
    path(f"{session}lead/", running.cleanup_lead, name="cleanup_lead"),
    path(f"{session}code/", running.cleanup_code, name="cleanup_code"),
    path(f"{session}scans/", running.cleanup_scans, name="cleanup_scans"),
    path(f"{session}scans/<int:pk>/remove/", running.scan_remove, name="scan_remove"),
    path(f"{session}sheet/", running.cleanup_sheet, name="cleanup_sheet"),
    path(f"{session}photos/new/", running.photo_new, name="cleanup_photo"),
    path("streets/photos/<int:pk>/", running.photo_file, name="photo_file"),
    path("streets/pairs/<int:pk>/clear/", running.pair_clear, name="pair_clear"),
    path("streets/pairs/<int:pk>/hide/", running.pair_hide, name="pair_hide"),
    path("streets/pairs/<int:pk>/remove/", running.pair_remove, name="pair_remove"),
    path("c/", checkin.checkin_find, name="checkin_find"),
    path("c/<str:token>/", checkin.checkin, name="checkin"),
]
