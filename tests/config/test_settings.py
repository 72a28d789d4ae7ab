"""Production refuses every half-configuration in words; the environment is read strictly; nothing shadows `site`."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parents[2]
KEY = "k9Vw2-hF7xQ0rTz5LmYb8NcEj4SgUa1PdIo6_WqXvRtHyBnGsKuZ3"
WHOLE = {
    "SECRET_KEY": KEY,
    "SITE_URL": "https://loa.example.org",
    "ALLOWED_HOSTS": "loa.example.org",
    "EMAIL_URL": "smtp+tls://mail.example.org",
    "EMAIL_FROM": "no-reply@loa.example.org",
}
OURS = (*WHOLE, "DATABASE_URL", "BROKER_URL", "REDIS_URL", "DATA_DIR", "ALLOW_HTTP", "S3_BUCKET", "TRUSTED_PROXY_COUNT",
        "BADGE_KEY_FILE", "PACKAGES_URL")  # fmt: skip


def production(tmp_path, expression: str = "''", **changes: str | None) -> subprocess.CompletedProcess:
    """Loads the production settings in a process of its own and prints `expression` (s is the settings)."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    given = {**inherited, **WHOLE, "DATA_DIR": str(tmp_path), "PYTHONPATH": "site:.", **changes}
    given["DJANGO_SETTINGS_MODULE"] = "config.settings.production"
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings as s; s.DEBUG; print({expression})"],
        cwd=ROOT,
        env={name: value for name, value in given.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_starts_whole_and_shut(tmp_path):
    facts = (
        "s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, "
        "s.REQUIRE_STAFF_MFA, s.ALLOWED_HOSTS"
    )
    done = production(tmp_path, facts)
    assert (done.stdout, done.stderr) == ("False True True True 31536000 True ['loa.example.org']\n", "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SECRET_KEY": None}, "Set SECRET_KEY in the environment (see docs/administrator.md)."),
        ({"SECRET_KEY": "  "}, "Set SECRET_KEY in the environment (see docs/administrator.md)."),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must be at least 50 random characters."),
        ({"SECRET_KEY": "abc" * 30}, "SECRET_KEY must be at least 50 random characters."),
        ({"SITE_URL": None}, "Set SITE_URL in the environment (see docs/administrator.md)."),
        ({"DATA_DIR": None}, "Set DATA_DIR in the environment (see docs/administrator.md)."),
        ({"ALLOWED_HOSTS": None}, "Set ALLOWED_HOSTS in the environment (see docs/administrator.md)."),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the hosts; '*' lets anyone poison links in e-mails."),
        ({"ALLOWED_HOSTS": "a.org"}, "ALLOWED_HOSTS must contain 'loa.example.org', the host of SITE_URL."),
        ({"EMAIL_URL": None}, "Set EMAIL_URL in the environment (see docs/administrator.md)."),
        ({"EMAIL_URL": "smtp:"}, "EMAIL_URL has no host."),
        ({"EMAIL_URL": "pigeon://loft"}, "EMAIL_URL has an unknown scheme 'pigeon'."),
        ({"EMAIL_FROM": None}, "Set EMAIL_FROM in the environment (see docs/administrator.md)."),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must start with sqlite:/// or postgres://, not 'mysql'."),
        (
            {"SITE_URL": "http://loa.example.org"},
            "SITE_URL must start with https:// (or set ALLOW_HTTP=1 inside a closed network).",
        ),
        (
            {"DATABASE_URL": "postgres://u:p@db/platform", "REDIS_URL": "redis://cache/0"},
            "With PostgreSQL, set BROKER_URL to Redis or RabbitMQ: other machines cannot see a folder.",
        ),
        (
            {"DATABASE_URL": "postgres://u:p@db/platform", "BROKER_URL": "redis://cache/1"},
            "With PostgreSQL, set REDIS_URL: rate limits are counted in a cache that all machines share.",
        ),
        (
            {"DATABASE_URL": "postgres://u:p@db/platform", "REDIS_URL": "redis://c/0", "BROKER_URL": "redis://c/1"},
            "With PostgreSQL, set BADGE_KEY_FILE: every machine must sign with the same key (docs/administrator.md).",
        ),
        ({"BADGE_KEY_FILE": "/nowhere/key.pem"}, "BADGE_KEY_FILE names a file that is not there: /nowhere/key.pem."),
        ({"TRUSTED_PROXY_COUNT": "two"}, "TRUSTED_PROXY_COUNT must be a whole number from 0 to 5, not 'two'."),
        ({"ALLOW_HTTP": "perhaps"}, "ALLOW_HTTP must be 1 or 0, not 'perhaps'."),
        ({"S3_BUCKET": "audio"}, "Set S3_ENDPOINT in the environment (see docs/administrator.md)."),
    ],
)
def test_production_refuses_a_half_configuration(tmp_path, changes, reason):
    # ALLOW_HTTP is only asked for when the address is plain.
    plain = {"SITE_URL": "http://loa.example.org"} if "ALLOW_HTTP" in changes else {}
    done = production(tmp_path, **plain, **changes)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {reason}"


def test_production_with_several_machines_starts(tmp_path):
    done = production(
        tmp_path,
        "s.DATABASES['default']['HOST'], s.CACHES['default']['LOCATION'], s.CELERY_BROKER_URL, "
        "s.STORAGES['default']['BACKEND'], s.SECURE_PROXY_SSL_HEADER",
        DATABASE_URL="postgres://u:p%40ss@db.internal:5433/platform",
        REDIS_URL="redis://cache.internal/0",
        BROKER_URL="redis://cache.internal/1",
        BADGE_KEY_FILE=__file__,
        TRUSTED_PROXY_COUNT="1",
    )
    assert done.stdout == (
        "db.internal redis://cache.internal/0 redis://cache.internal/1 "
        "django.core.files.storage.FileSystemStorage ('HTTP_X_FORWARDED_PROTO', 'https')\n"
    )


def test_database_address_of_sqlite_survives_a_power_cut_and_two_writers():
    entry = env.database("sqlite:////srv/with%20space/db.sqlite3")
    assert entry["NAME"] == "/srv/with space/db.sqlite3"
    assert (entry["OPTIONS"]["transaction_mode"], entry["OPTIONS"]["timeout"]) == ("IMMEDIATE", 20)
    assert entry["OPTIONS"]["init_command"].startswith("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;")


def test_database_address_of_postgresql_is_read_whole():
    entry = env.database("postgres://user:p%40ss@db.internal:5433/plat%20form")
    wanted = {"USER": "user", "PASSWORD": "p@ss", "HOST": "db.internal", "PORT": "5433", "NAME": "plat form"}
    assert {name: entry[name] for name in wanted} == wanted


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://mail.example.org:25", 25, False, False),
        ("smtp+tls://mail.example.org", 587, True, False),
        ("smtps://mail.example.org", 465, False, True),
    ],
)
def test_email_address_chooses_port_and_encryption(url, port, tls, ssl):
    read = env.email(url)
    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (port, tls, ssl)


@pytest.mark.parametrize("value", ["1.5", "-1", "101", "many", "--5", ""])
def test_whole_numbers_are_read_strictly(monkeypatch, value):
    monkeypatch.setenv("HOW_MANY", value)
    if value == "":
        assert env.integer("HOW_MANY", 7, low=0, high=100) == 7
    else:
        with pytest.raises(ImproperlyConfigured, match=r"HOW_MANY must be a whole number from 0 to 100, not "):
            env.integer("HOW_MANY", 7, low=0, high=100)


@pytest.mark.parametrize(
    "value",
    [
        "goi.example.org", "http://goi.example.org", "https://loa.example.org", "https://loa.example.org:8443",
        "https://goi.loa.example.org", "https://example.org", "https://goi.example.org/a", "https://", "x",
    ],
)  # fmt: skip
def test_packages_have_a_name_that_shares_no_cookies_with_the_site(monkeypatch, value):
    monkeypatch.setenv("PACKAGES_URL", value)
    with pytest.raises(ImproperlyConfigured, match="PACKAGES_URL"):
        env.beside("PACKAGES_URL", "https://loa.example.org")


def test_packages_name_is_answered(tmp_path):
    done = production(tmp_path, "s.PACKAGES_URL, s.ALLOWED_HOSTS", PACKAGES_URL="https://goi.example.org/")
    assert (done.stdout, done.stderr) == ("https://goi.example.org ['loa.example.org', 'goi.example.org']\n", "")


@pytest.mark.parametrize(("value", "read"), [("1", True), ("yes", True), ("OFF", False), ("0", False)])
def test_flags_are_read(monkeypatch, value, read):
    monkeypatch.setenv("A_FLAG", value)
    assert env.flag("A_FLAG", not read) is read


@pytest.mark.parametrize("language", ["vi", "en", "ktv", "cua"])
def test_a_typed_day_is_read_with_the_day_first(language):
    from datetime import date

    from django import forms
    from django.utils import translation

    with translation.override(language):
        typed = [forms.DateField().clean(text) for text in ("2026-12-03", "03/12/2026", "3-12-2026", "03.12.2026")]
    assert typed == [date(2026, 12, 3)] * 4


def test_site_folder_is_no_package_and_holds_packages_only():
    assert not (ROOT / "site/__init__.py").exists()
    assert [path.name for path in (ROOT / "site").iterdir() if path.is_file()] == []
    # Python's own module of that name is the one that is found.
    assert importlib.util.find_spec("site").submodule_search_locations is None


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_and_hashed(name):
    text = re.sub(r"(?m)^\s*#.*$", "", (ROOT / name).read_text()).replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert len(lines) > 30
    assert [line for line in lines if not re.match(r"[\w.\-\[\],]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_direct_requirements_are_among_the_pinned():
    pinned = (ROOT / "requirements.txt").read_text().lower()
    for line in (ROOT / "requirements.in").read_text().split():
        name, version = re.sub(r"\[.*?\]", "", line).lower().split("==")
        assert re.search(rf"(?m)^{name}(\[[\w,]+\])?=={re.escape(version)}\b", pinned), line
