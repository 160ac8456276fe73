from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.views import mergers, opening, people, slips

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("opening/", opening.opening, name="opening"),
    path("opening/superior/", opening.opening_superior, name="opening_superior"),
    path("opening/units/", opening.opening_units, name="opening_units"),
    path("opening/duties/", opening.opening_duties, name="opening_duties"),
    path("opening/people/", opening.opening_people, name="opening_people"),
    path("opening/officer/", opening.opening_officer, name="opening_officer"),
    path("begin/<str:token>/", opening.ward_open, name="ward_open"),
    path("people/slips/", slips.slips, name="slips"),
    path("units/", people.unit_list, name="unit_list"),
    path("units/mine/", people.unit_mine, name="unit_mine"),
    path("units/mergers/", mergers.merger_list, name="merger_list"),
    path("units/mergers/new/", mergers.merger_new, name="merger_new"),
    path("units/mergers/<int:pk>/", mergers.merger_detail, name="merger_detail"),
    path("units/mergers/<int:pk>/edit/", mergers.merger_edit, name="merger_edit"),
    path("units/mergers/<int:pk>/drop/", mergers.merger_drop, name="merger_drop"),
    path("units/mergers/<int:pk>/<slug:part>/", mergers.merger_rows, name="merger_rows"),
    path("units/<slug:slug>/about/", people.unit_about, name="unit_about"),
    path("people/", people.person_list, name="person_list"),
    path("people/<int:pk>/sign-in/", people.person_sign_in, name="person_sign_in"),
    path("people/<int:pk>/one-time-password/", people.one_time_password, name="one_time_password"),
    path("people/<int:pk>/second-step-off/", people.second_step_off, name="second_step_off"),
    path("people/<int:pk>/lift-pause/", people.pause_lift, name="pause_lift"),
    path("people/<int:pk>/ask/<str:kind>/", people.access_request_new, name="access_request_new"),
    path("access-requests/", people.access_request_list, name="access_request_list"),
    path("access-requests/<int:pk>/", people.access_request_detail, name="access_request_detail"),
    path("access-requests/<int:pk>/agree/", people.access_request_agree, name="access_request_agree"),
    path("access-requests/<int:pk>/refuse/", people.access_request_refuse, name="access_request_refuse"),
    path("access-requests/<int:pk>/withdraw/", people.access_request_withdraw, name="access_request_withdraw"),
    path("roles/", people.role_list, name="role_list"),
    path("email/<str:token>/", people.email_answer, name="email_answer"),
    path("profile/", people.profile, name="profile"),
    path("account/language/", people.language_set, name="language_set"),
    path("account/ward/", people.ward_switch, name="ward_switch"),
    path("access-log/", people.access_log_list, name="access_log_list"),
    path("history/", people.change_list, name="change_list"),
    path("history/<str:app_label>/<str:name>/<int:pk>/", people.history_detail, name="history_detail"),
]
# allauth asks for its addresses by these names, without a namespace. Only what the portal uses: nobody signs up.
entrance: list[URLPattern | URLResolver] = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/sent/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("account/password-again/", allauth.reauthenticate, name="account_reauthenticate"),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("account/second-step/", include("allauth.mfa.base.urls")),
    path("account/second-step/app/", include("allauth.mfa.totp.urls")),
    path("account/second-step/recovery-codes/", include("allauth.mfa.recovery_codes.urls")),
]
