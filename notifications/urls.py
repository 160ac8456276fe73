from django.urls import path

from notifications.views import browsers, health, log, messages, operations, preferences, rules, unsubscribe, why

app_name = "notifications"
urlpatterns = [
    path("operations/", operations.overview, name="operations"),
    path("operations/stop/", operations.sending_stop, name="sending_stop"),
    path("operations/resume/", operations.sending_resume, name="sending_resume"),
    path("operations/messages/", operations.failure_list, name="failure_list"),
    path("operations/messages/send/", operations.failure_send, name="failure_send"),
    path("operations/messages/drop/", operations.failure_drop, name="failure_drop"),
    path("operations/messages/<int:pk>/send/", operations.message_send, name="message_send"),
    path("operations/messages/<int:pk>/drop/", operations.message_drop, name="message_drop"),
    path("operations/messages/<int:pk>/mend/", operations.message_mend, name="message_mend"),
    path("health/", health.health, name="health"),
    path("health/live/", health.live, name="health_live"),
    path("notifications/", messages.message_list, name="message_list"),
    path("notifications/count/", messages.message_count, name="message_count"),
    path("notifications/read/", messages.message_read_all, name="message_read_all"),
    path("notifications/<int:pk>/open/", messages.message_open, name="message_open"),
    path("notifications/mail-off/<str:token>/", unsubscribe.mail_off, name="mail_off"),
    path("notifications/preferences/", preferences.preference_edit, name="preference_edit"),
    path("notifications/browsers/add/", browsers.browser_add, name="browser_add"),
    path("notifications/browsers/<int:pk>/remove/", browsers.browser_remove, name="browser_remove"),
    path("manifest.webmanifest", browsers.manifest, name="manifest"),
    path("sw.js", browsers.service_worker, name="service_worker"),
    path("notifications/<int:pk>/why/", why.message_why, name="message_why"),
    path("reminders/", rules.rule_list, name="rule_list"),
    path("reminders/new/", rules.rule_new, name="rule_new"),
    path("reminders/standard/", rules.rule_standard, name="rule_standard"),
    path("reminders/copy/", rules.rule_copy, name="rule_copy"),
    path("reminders/log/", log.log_list, name="log_list"),
    path("reminders/<int:pk>/", rules.rule_detail, name="rule_detail"),
    path("reminders/<int:pk>/switch/", rules.rule_switch, name="rule_switch"),
]
