"""For the test suite: a database of its own, mail kept in memory, fast password hashing; nothing else differs."""

import os
import tempfile

os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="platform-test-"))

from config import env
from config.settings.base import *
from config.settings.base import CACHES, DATA_DIR, REDIS_URL, STORAGES

SECRET_KEY = "test-only-" + "0123456789abcdef" * 4
# WhiteNoise warns of a folder that is not there; tests take static files from their sources.
(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Tests that need a worker start one; everywhere else a queued job waits and the test runs it by hand.
CELERY_BROKER_URL = env.text("TEST_BROKER_URL", "memory://")
globals().update(env.email("memory:"))
DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{DATA_DIR}/dev.sqlite3"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: the journeys' server has threads, and shared memory has no WAL. It need not survive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
    DATABASES["default"]["TEST"] = {"NAME": f"{DATA_DIR}/test-{os.getpid()}.sqlite3"}
else:
    # A connection that outlives its request would hold the test database at the end.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
if REDIS_URL != "-":
    # Each worker of the suite clears a cache of its own.
    _base, _, _number = REDIS_URL.rpartition("/")
    _worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    CACHES = {"default": CACHES["default"] | {"LOCATION": f"{_base}/{int(_number) - _worker}"}}
# Tests write readings down themselves: no thread outlives its test.
READINGS_EVERY_SECONDS = 0
