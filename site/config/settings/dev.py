"""For developers: DEBUG on, mail to the console, a throw-away key."""

from config import env
from config.settings.base import *
from config.settings.base import STORAGES

DEBUG = env.flag("DEBUG", True)
SECRET_KEY = "development-only-" + "not-a-secret-" * 4
ALLOWED_HOSTS = ["*"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
globals().update(env.email(env.text("EMAIL_URL", "console:")))
