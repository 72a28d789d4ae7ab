"""Reading the environment: every setting that differs between machines comes through here, or fails in words."""

import os
import re
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable's value; without a default a missing or empty one stops the start."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name} in the environment (see docs/administrator.md).")
    return default


def flag(name: str, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def integer(name: str, default: int, *, low: int = 0, high: int = 10**9) -> int:
    raw = text(name, str(default))
    if not re.fullmatch(r"-?[0-9]+", raw) or not low <= int(raw) <= high:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}, not {raw!r}.")
    return int(raw)


def listing(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def web_address(name: str, default: str) -> str:
    """An address to send to: https, or plain http on this machine only; `default` where none is set."""
    value = text(name, default)
    parts = urlsplit(value)
    at_home = parts.hostname in {"127.0.0.1", "localhost"}
    if value != default and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and at_home))):
        raise ImproperlyConfigured(f"{name} must be an https address, not {value!r}.")
    return value


def beside(name: str, site: str) -> str:
    """An address like `site` under a host name of its own, or nothing. Neither name may lie below the other: the one below
    could set cookies for the one above."""
    value = text(name, "").rstrip("/")
    here, there = urlsplit(site), urlsplit(value)
    hosts = [f".{part.hostname}" for part in (here, there)]
    if value and (
        not there.hostname or (there.scheme, there.path, there.query) != (here.scheme, "", "")
        or hosts[0].endswith(hosts[1]) or hosts[1].endswith(hosts[0])
    ):  # fmt: skip
        raise ImproperlyConfigured(
            f"{name} must be an {here.scheme} address with a host name of its own, neither {here.hostname!r} nor below it, "
            f"not {value!r}."
        )
    return value


def database(url: str) -> dict:
    """A DATABASES entry from `sqlite:///absolute/path` or `postgres://user:password@host:port/name`.

    SQLite: WAL with synchronous FULL, because an airing that was acknowledged must survive a power cut, and
    IMMEDIATE transactions, because deferred ones fail with "database is locked" under two writers.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "/" + unquote(parts.path).lstrip("/"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                    "PRAGMA cache_size=-16000; PRAGMA mmap_size=134217728;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"DATABASE_URL must start with sqlite:/// or postgres://, not {parts.scheme!r}.")


def email(url: str) -> dict[str, object]:
    """Django's EMAIL_* settings from `file:///folder`, `console:`, `memory:` or `smtp[s|+tls]://user:password@host:port`."""
    parts = urlsplit(url)
    backend = "django.core.mail.backends."
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": backend + "filebased.EmailBackend", "EMAIL_FILE_PATH": unquote(parts.path)}
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": backend + "console.EmailBackend"}
    if parts.scheme == "memory":
        return {"EMAIL_BACKEND": backend + "locmem.EmailBackend"}
    if parts.scheme in {"smtp", "smtps", "smtp+tls"}:
        if not parts.hostname:
            raise ImproperlyConfigured("EMAIL_URL has no host.")
        return {
            "EMAIL_BACKEND": backend + "smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_TIMEOUT": 20,
        }
    raise ImproperlyConfigured(f"EMAIL_URL has an unknown scheme {parts.scheme!r}.")
