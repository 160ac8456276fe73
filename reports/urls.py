from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("work/", views.work_list, name="work_list"),
    path("calendar/", views.calendar_page, name="calendar"),
    path("calendar/phone/", views.calendar_feed, name="calendar_feed"),
    path("calendar/phone/end/", views.calendar_feed_end, name="calendar_feed_end"),
    path("robots.txt", views.robots, name="robots"),
    path("p/<slug:ward>/", views.public_home, name="public_home"),
    path("p/<slug:ward>/feed.xml", views.public_feed, name="public_feed"),
    path("p/<slug:ward>/sitemap.xml", views.public_sitemap, name="public_sitemap"),
    path("p/<slug:ward>/calendars/<str:secret>.ics", views.public_calendar, name="public_calendar"),
    path("search/", views.search_page, name="search"),
    path("today/", views.today_page, name="today"),
    path("exports/new/", views.export_new, name="export_new"),
    path("units/<slug:slug>/", views.unit_dashboard, name="unit_dashboard"),
    path("reports/", views.report_list, name="report_list"),
    path("reports/figures/", views.figure_list, name="figure_list"),
    path("reports/figures/<str:key>/", views.figure_rows, name="figure_rows"),
    path("reports/new/", views.report_new, name="report_new"),
    path("reports/<int:pk>/", views.report_detail, name="report_detail"),
    path("reports/<int:pk>/edit/", views.report_edit, name="report_edit"),
    path("reports/<int:pk>/hand-in/", views.report_hand_in, name="report_hand_in"),
    path("reports/<int:pk>/check/", views.report_check, name="report_check"),
    path("reports/<int:pk>/send-back/", views.report_send_back, name="report_send_back"),
    path("reports/<int:pk>/sign/", views.report_sign, name="report_sign"),
    path("reports/<int:pk>/number/", views.report_number, name="report_number"),
    path("reports/<int:pk>/send/", views.report_send, name="report_send"),
    path("reports/<int:pk>/withdraw/", views.report_withdraw, name="report_withdraw"),
    path("reports/<int:pk>/replace/", views.report_replace, name="report_replace"),
    path("reports/<int:pk>/versions/", views.report_versions, name="report_versions"),
    path("reports/<int:pk>.docx", views.report_export, name="report_export"),
]
