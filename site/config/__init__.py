"""The platform's settings, addresses and Celery application (imported here, so that every process has it)."""

import os

if os.environ.get("DJANGO_SETTINGS_MODULE"):
    from config.celery import app as celery_app

    __all__ = ["celery_app"]
