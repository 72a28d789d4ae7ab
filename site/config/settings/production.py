"""A real installation, on one machine (bin/run) or several (deploy/). Refuses to start half-configured."""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env
from config.settings.base import *
from config.settings.base import (
    ALLOWED_HOSTS,
    BADGE_KEY_FILE,
    BADGE_KEY_MAY_BE_MADE,
    CELERY_BROKER_URL,
    DATABASES,
    HTTPS,
    REDIS_URL,
    SITE_URL,
)

for required in ("SECRET_KEY", "SITE_URL", "DATA_DIR", "ALLOWED_HOSTS", "EMAIL_URL", "EMAIL_FROM"):
    env.text(required)

SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.listing("SECRET_KEY_FALLBACKS")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("SECRET_KEY must be at least 50 random characters.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts; '*' lets anyone poison links in e-mails.")

_host = urlsplit(SITE_URL).hostname or ""
if _host not in ALLOWED_HOSTS:
    raise ImproperlyConfigured(f"ALLOWED_HOSTS must contain {_host!r}, the host of SITE_URL.")
if not HTTPS and _host not in {"127.0.0.1", "localhost", "::1"} and not env.flag("ALLOW_HTTP", False):
    raise ImproperlyConfigured("SITE_URL must start with https:// (or set ALLOW_HTTP=1 inside a closed network).")
if not BADGE_KEY_MAY_BE_MADE and not Path(BADGE_KEY_FILE).is_file():
    raise ImproperlyConfigured(f"BADGE_KEY_FILE names a file that is not there: {BADGE_KEY_FILE}.")
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    if CELERY_BROKER_URL.startswith("filesystem:"):
        raise ImproperlyConfigured(
            "With PostgreSQL, set BROKER_URL to Redis or RabbitMQ: other machines cannot see a folder."
        )
    if REDIS_URL == "-":
        raise ImproperlyConfigured(
            "With PostgreSQL, set REDIS_URL: rate limits are counted in a cache that all machines share."
        )
    if BADGE_KEY_MAY_BE_MADE:
        raise ImproperlyConfigured(
            "With PostgreSQL, set BADGE_KEY_FILE: every machine must sign with the same key (docs/administrator.md)."
        )
