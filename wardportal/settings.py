"""All settings. Every value that a ward may change comes from the environment; README.md has the table."""

from email.utils import parseaddr
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.contrib.messages import constants as message_levels
from django.urls import reverse_lazy as reverse
from django.utils.translation import gettext_lazy as _

from wardportal import embedded, environment

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(environment.text("PORTAL_VAR", str(ROOT / "var"))).resolve()

DEBUG = environment.flag("PORTAL_DEBUG", default=False)
# The embedded portal of ./run is for one machine: its key lives in var/, made at the first start.
SECRET_KEY = environment.text("PORTAL_SECRET_KEY", "") or embedded.secret_key(VAR)
# What phone numbers, identity numbers and the like are sealed with: apart from the database and its backups.
KEY_RING = Path(environment.text("PORTAL_KEY_RING", str(VAR / "key_ring.json"))).resolve()
ALLOWED_HOSTS = environment.words("PORTAL_HOSTS", "localhost,127.0.0.1,[::1]")
BASE_URL = environment.text("PORTAL_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "wardportal",
    "reports",
    "clearance",
    "beautification",
    "models_registry",
    "publicity",
    "campaigns",
    "intake",
    "notifications",
    "deadlines",
    "accounts",
    "core",
    "wardportal.site.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "pghistory",
    "pgtrigger",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.middleware.SmallPageMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "core.middleware.PlainAddressMiddleware",
    "accounts.middleware.SessionAgeMiddleware",
    "accounts.middleware.OneTimePasswordMiddleware",
    "accounts.middleware.WardMiddleware",
    "accounts.middleware.HouseholdPageMiddleware",
    "campaigns.middleware.CampaignMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.HistoryMiddleware",
    "campaigns.middleware.PastMiddleware",
    "core.middleware.SavedViewMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.refusals.RefusedMiddleware",
]

ROOT_URLCONF = "wardportal.urls"
WSGI_APPLICATION = "wardportal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["core.layout.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["core.templatetags.ui", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wardportal.context.layout",
            ],
        },
    }
]

# ---- storage -------------------------------------------------------------------------------------
DATABASES = {
    "default": environment.database(environment.text("DATABASE_URL", embedded.postgres_url(VAR)))
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
REDIS_URL = environment.redis_url(environment.text("REDIS_URL", embedded.valkey_url(VAR)))
CACHES = {"default": {"BACKEND": "core.cache.PatientCache", "LOCATION": REDIS_URL}}
MEDIA_ROOT = VAR / "files"
MADE_ROOT = VAR / "made"  # what the portal made for somebody: kept for some hours, and in no backup
FILE_UPLOAD_PERMISSIONS = 0o600
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UPLOAD_MAX_BYTES = environment.number("PORTAL_UPLOAD_MAX_MB", 10, at_least=1) * 1024 * 1024
# Office files are archives: how much may be inside, told by their directory before anything is unpacked.
UPLOAD_MAX_ENTRIES = environment.number("PORTAL_UPLOAD_MAX_ENTRIES", 2000, at_least=1)
UPLOAD_UNPACKED_MAX_BYTES = environment.number("PORTAL_UPLOAD_UNPACKED_MAX_MB", 100, at_least=1) * 1024 * 1024
UPLOAD_MAX_RATIO = environment.number("PORTAL_UPLOAD_MAX_RATIO", 100, at_least=1)
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.uploads.BoundedUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# ---- language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "wardportal" / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = ["wardportal.formats"]

# ---- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.PersonBackend",
]
ABSOLUTE_URL_OVERRIDES = {"accounts.unit": lambda unit: reverse("reports:unit_dashboard", args=[unit.slug])}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that belong to nobody
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "change_password": "accounts.forms.sign_in.PasswordChangeForm",
    "reset_password": "accounts.forms.sign_in.PasswordResetForm",
    "reset_password_from_key": "accounts.forms.sign_in.PasswordResetKeyForm",
    "reauthenticate": "accounts.forms.sign_in.PasswordAgainForm",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.sign_in.CodeForm",
    "reauthenticate": "accounts.forms.sign_in.CodeAgainForm",
    "activate_totp": "accounts.forms.sign_in.CodeActivateForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": False}  # axes throttles sign-in, by name and address
SESSION_COOKIE_AGE = 8 * 3600  # idle hours; a ticked "stay signed in" is 30 days for those who may
SESSION_SAVE_EVERY_REQUEST = False
SESSION_LONG_AGE = 30 * 24 * 3600
AXES_FAILURE_LIMIT = environment.number("PORTAL_SIGN_IN_TRIES", 5, at_least=1)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time to try again that was told stays true
AXES_CLIENT_IP_CALLABLE = "accounts.throttle.address"
AXES_LOCKOUT_CALLABLE = "accounts.throttle.locked_out"
AXES_RESET_ON_SUCCESS = True
ALLAUTH_TRUSTED_PROXY_COUNT = environment.number("PORTAL_PROXIES", 0)
AXES_VERBOSE = False

# ---- mail ----------------------------------------------------------------------------------------
_mail = environment.mail(environment.text("MAIL_URL", "console://"))
EMAIL_BACKEND = _mail.backend
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp+starttls"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = environment.text("MAIL_FROM", "portal@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ---- other ways to people ------------------------------------------------------------------------
# A provider of SMS or Zalo messages that keeps to docs/webhook.md; without one nobody is offered that way.
WEBHOOK_URL, WEBHOOK_SECRET = environment.webhook(
    environment.text("PORTAL_WEBHOOK_URL", ""), environment.text("PORTAL_WEBHOOK_SECRET", "")
)
# Browsers know the portal by this key; with another one everybody has to switch notifications on again.
PUSH_KEY = environment.push_key(environment.text("PORTAL_PUSH_KEY", "")) or embedded.push_key(VAR)
# Whom a push service may ask about the messages.
PUSH_CONTACT = BASE_URL if HTTPS else f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}"
PUSH_AT_HOME = False  # tests have a push service on their own machine

# ---- background work -----------------------------------------------------------------------------
CELERY_BROKER_URL = environment.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # tasks carry nothing and come again with the next tick
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker that lost its broker comes back by itself, however long it took
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
NOTIFICATIONS_DOORBELL = "notifications.tasks.ring"
JOBS_DOORBELL = "notifications.tasks.ring_for_jobs"
# How many jobs all workers together run at a time: fewer than they have processes, so that messages go on leaving.
JOBS_AT_ONCE = environment.number("PORTAL_JOBS_AT_ONCE", 1, at_least=1)
# How long a file that somebody asked for (an export) can be fetched; then it is deleted.
JOB_FILE_HOURS = environment.number("PORTAL_JOB_FILE_HOURS", 48, at_least=1)
# Hours in which people may be disturbed; what is mandatory goes at any hour.
MESSAGE_HOURS = environment.hours("PORTAL_MESSAGE_HOURS", "07:30-20:00")
# A sender that is silent for so long is taken for dead, and its messages are sent by another.
MESSAGE_LEASE_SECONDS = environment.number("PORTAL_LEASE_SECONDS", 120, at_least=1)
# How many messages each process of a worker sends at the same time, each with a connection to the database.
MESSAGE_THREADS = environment.number("PORTAL_SEND_THREADS", 4, at_least=1)
# How many messages a gateway is given in any 60 seconds, by all workers together; 0: as many as wait.
MESSAGES_PER_MINUTE = {
    "email": environment.number("PORTAL_MAIL_PER_MINUTE", 0),
    "gateway": environment.number("PORTAL_WEBHOOK_PER_MINUTE", 0),
}
# Short ticks read due rows from the database; nothing is ever scheduled inside the broker. A tick that no worker took
# until the next one is thrown away.
TICK = environment.number("PORTAL_TICK_SECONDS", 60, at_least=1)
CELERY_BEAT_SCHEDULE = {
    # Every minute: events become messages, and messages that are due leave. Usually the doorbell was faster.
    "sweep": {"task": "notifications.tasks.sweep", "schedule": TICK, "options": {"expires": TICK}},
    # Every minute: jobs that people asked for and no doorbell was heard for, or whose worker was killed.
    "jobs": {"task": "notifications.tasks.work", "schedule": TICK, "options": {"expires": TICK}},
    # Every minute: files of documents are read for search.
    "texts": {"task": "campaigns.tasks.read_files", "schedule": TICK, "options": {"expires": TICK}},
    # Every ten minutes: files that have expired are deleted.
    "files": {"task": "notifications.tasks.sweep_files", "schedule": 10 * TICK, "options": {"expires": 10 * TICK}},
    # Every ten minutes: lists that nobody took over for a month are left, and their files deleted.
    "lists": {"task": "intake.tasks.expire", "schedule": 10 * TICK, "options": {"expires": 10 * TICK}},
    # Every five minutes: reminder rules become messages.
    "plan": {"task": "notifications.tasks.plan", "schedule": 5 * TICK, "options": {"expires": 5 * TICK}},
    # Every ten minutes: clean-ups of the coming five weeks are made, and heed what changed in the calendar.
    "cleanups": {
        "task": "beautification.tasks.generate_cleanups",
        "schedule": 10 * TICK,
        "options": {"expires": 10 * TICK},
    },
    # Every ten minutes: tasks that come again are given when their turn has come.
    "series": {"task": "campaigns.tasks.give_series", "schedule": 10 * TICK, "options": {"expires": 10 * TICK}},
    # Every morning: the administrators hear how many messages failed and wait for a decision.
    "failures": {
        "task": "notifications.tasks.count_failures",
        "schedule": crontab(hour="8", minute="5"),
        "options": {"expires": 3600},
    },
}
# What counts as trouble, for the page of operations, the health answer and the mail to the administrators.
WATCH_SECONDS = environment.number("PORTAL_WATCH_SECONDS", 60, at_least=1)  # between two looks
WATCH_SILENT_SECONDS = environment.number("PORTAL_WATCH_SILENT_SECONDS", 120, at_least=1)
WATCH_LATE_SECONDS = environment.number("PORTAL_WATCH_LATE_SECONDS", 180, at_least=1)
WATCH_WAIT_SECONDS = environment.number("PORTAL_WATCH_WAIT_SECONDS", 900, at_least=1)
WATCH_MAIL = environment.words("PORTAL_WATCH_MAIL")  # told beside the wards' administrators
HEALTH_TOKEN = environment.text("PORTAL_HEALTH_TOKEN", "")

# ---- forms and look ------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "core.widgets.HouseRenderer"
MESSAGE_TAGS = {message_levels.ERROR: "bad", message_levels.WARNING: "warn", message_levels.SUCCESS: "ok"}
INSTALLED_APPS.append("django.forms")

# ---- security ------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# For years binding, and for other sites of the domain too: said by the ward alone, so no check asks for it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and environment.flag("PORTAL_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = HTTPS and environment.flag("PORTAL_HSTS_PRELOAD", default=False)
if environment.number("PORTAL_PROXIES", 0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "wardportal.views.csrf_failure"

# ---- history -------------------------------------------------------------------------------------
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("PORTAL_LOG_LEVEL", "WARNING")},
}

# Triggers follow the code at every migrate, instead of standing in migration files that copy them.
PGTRIGGER_MIGRATIONS = False
PGTRIGGER_INSTALL_ON_MIGRATE = True
