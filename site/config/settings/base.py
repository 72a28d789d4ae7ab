"""What is the same on every machine. What differs comes from the environment (config/env.py)."""

from pathlib import Path
from urllib.parse import urlsplit

import django.conf.locale
from csp.constants import NONE, SELF

from config import env
from config.formats.en import formats

ROOT = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env.text("DATA_DIR", str(ROOT / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
WAGTAILADMIN_BASE_URL = SITE_URL
# A name of its own for SCORM packages, where they may have an origin (courses/views/packages.py); empty: they have none.
PACKAGES_URL = env.beside("PACKAGES_URL", SITE_URL)
if PACKAGES_URL:
    ALLOWED_HOSTS.append(urlsplit(PACKAGES_URL).hostname)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

INSTALLED_APPS = [
    "core",
    "places",
    "people",
    "media",
    "campaigns",
    "courses",
    "reports",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.api.v2",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "rest_framework",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "courses.middleware.PackagesHostMiddleware",
    "core.middleware.UnreadableAddressMiddleware",
    "campaigns.pages.cache.PageCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.CmsPolicyMiddleware",
    "core.middleware.PermissionsPolicyMiddleware",
    "core.middleware.DomainErrorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.middleware.SecondFactorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    }
]

# Data ------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{DATA_DIR}/db.sqlite3"))}
REDIS_URL = env.text("REDIS_URL", "-")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}
        if REDIS_URL == "-"
        else {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    )
}

# Work: the database row is the truth, the message only wakes a worker (media/models.py: Job) ---------------------
# What reads drafts aloud (media.voices); empty: nothing.
DRAFT_VOICE = env.text("DRAFT_VOICE", "media.voices.EspeakNg")
# Dotted paths, comma-separated; campaigns.broadcast.channels says what one has to do.
REMINDER_CHANNELS = env.listing("REMINDER_CHANNELS", "campaigns.broadcast.channels.Email")

CELERY_BROKER_URL = env.text("BROKER_URL", "filesystem://localhost/")
JOB_LEASE_SECONDS = env.integer("JOB_LEASE_SECONDS", 30, low=1, high=3600)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker/messages"),
        "data_folder_out": str(DATA_DIR / "broker/messages"),
        "control_folder": str(DATA_DIR / "broker/control"),
    }

# Requests of one smart loudspeaker: as many a minute ("120/m"), hour ("/h") or day ("/d").
STATION_API_RATE = env.text("STATION_API_RATE", "120/m")
# The source information system (campaigns/broadcast/source_log.py): where airings are sent, how, and under which names.
SOURCE_LOG_URL = env.web_address("SOURCE_LOG_URL", "-")
SOURCE_LOG_TOKEN = env.text("SOURCE_LOG_TOKEN", "-")
SOURCE_LOG_FORMAT = env.text("SOURCE_LOG_FORMAT", "json")
SOURCE_LOG_MAPPING = env.text("SOURCE_LOG_MAPPING", "-")

# Readings of pages are added up in memory this long before the day's total is written.
READINGS_EVERY_SECONDS = env.integer("READINGS_EVERY_SECONDS", 30, low=1, high=3600)

# How many days photos and clips of broadcasts stay at the most (campaigns/broadcast/proof_retention.py).
PROOF_CLIP_DAYS = env.integer("PROOF_CLIP_DAYS", 120, low=1, high=400)
PROOF_PHOTO_DAYS = env.integer("PROOF_PHOTO_DAYS", 730, low=1, high=3660)

# People ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "people.backends.MembershipBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0, high=5)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Bình yên bản làng"

# Open Badges: Ed25519 keys in PEM, the first signs; made once beside the data where there is none ----------------------
BADGE_KEY_FILE = env.text("BADGE_KEY_FILE", str(DATA_DIR / "badge-key.pem"))
BADGE_KEY_MAY_BE_MADE = not env.text("BADGE_KEY_FILE", "")

# Language --------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = USE_TZ = True
# Of every language that says nothing else; Django's own English does.
FORMAT_MODULE_PATH = ["config.formats"]
DATE_INPUT_FORMATS, DATETIME_INPUT_FORMATS = formats.DATE_INPUT_FORMATS, formats.DATETIME_INPUT_FORMATS
WAGTAIL_I18N_ENABLED = True
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("vi", "Tiếng Việt"),
    ("en", "English"),
    ("ktv", "Cơ Tu"),
    ("sed", "Xơ Đăng"),
    ("jeh", "Giẻ Triêng"),
    ("cua", "Cor"),
]
LOCALE_PATHS = [ROOT / "locale"]
# Django knows none of these four; without an entry here (and a compiled django.mo) their pages answer 404.
django.conf.locale.LANG_INFO.update(
    {
        code: {"bidi": False, "code": code, "name": name, "name_local": name}
        for code, name in LANGUAGES
        if code not in {"vi", "en"}
    }
)
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

# Files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_URL = "/uploads/"
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if S3_BUCKET := env.text("S3_BUCKET", ""):
    # Pictures and documents of the CMS. Sound is made and served from MEDIA_ROOT, which the machines share.
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.text("S3_ENDPOINT"),
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "region_name": env.text("S3_REGION", "us-east-1"),
            "default_acl": None,
            "file_overwrite": False,
            # A presigned address outlives a slow download.
            "querystring_expire": 6 * 3600,
        },
    }
# The group reads too: behind nginx its user is in the group.
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
ACCEL_REDIRECT_PREFIX = env.text("ACCEL_REDIRECT_PREFIX", "-")
FFMPEG_BINARY = env.text("FFMPEG_BINARY", "-")

# Wagtail ---------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Bình yên bản làng"
# As everybody here writes a day; a calendar that expects another order silently puts today in its place.
WAGTAIL_DATE_FORMAT, WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y", "%d/%m/%Y %H:%M"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
# Addresses people can say on the phone: "Hỏi kỹ" → hoi-ky.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILIMAGES_IMAGE_MODEL = "campaigns.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "campaigns.cms.pictures.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 2**20
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "avif"]
# Photos on small screens: beyond this nobody sees the difference, and a village pays for it.
WAGTAILIMAGES_AVIF_QUALITY, WAGTAILIMAGES_WEBP_QUALITY, WAGTAILIMAGES_JPEG_QUALITY = 50, 68, 72
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 2**20
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# Safety ----------------------------------------------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
# Administrators and approvers must have a passkey or codes; off on a machine of one's own, where demo accounts live.
REQUIRE_STAFF_MFA = env.flag("REQUIRE_STAFF_MFA", HTTPS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    # No other name under the same domain (that of packages, say) can set these.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
# The page editor writes inline styles and scripts; it is behind a login and gets a looser policy of its own.
CMS_CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        **CONTENT_SECURITY_POLICY["DIRECTIVES"],
        "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
    }
}
globals().update(env.email(env.text("EMAIL_URL", f"file://{DATA_DIR}/mail")))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "Bình yên bản làng <no-reply@localhost>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    # A request that waits for a moment is not worth a line each.
    "loggers": {"waitress.queue": {"level": "ERROR"}},
}
