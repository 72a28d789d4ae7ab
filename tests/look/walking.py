"""Every page that somebody comes to in the demonstration by following links, as each of its people and as a reader."""

import io
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import Resolver404, resolve
from django.utils import timezone

from campaigns.demo import listening, load
from media import jobs
from media.models import Rendition
from media.storage import absolute
from people.models import User

LANGUAGES = ("vi", "en", "ktv", "sed", "jeh", "cua")
FILES = listening.FILES
COMMANDS = ("load_places", "load_plan", "setup_site", "load_demo", "load_course_demo", "load_reports_demo")


@dataclass(frozen=True)
class Sheet:
    """One page as it was answered: to whom (empty: a reader), in which language, and the templates it was made of."""

    person: str
    language: str
    path: str
    html: str
    templates: frozenset[str]

    def __str__(self) -> str:
        return f"{self.path} for {self.person or 'a reader'}"


@contextmanager
def demonstration(folder: Path) -> Iterator[None]:
    """The data of `bin/run`, read aloud in a few seconds, inside a transaction that is rolled back at the end."""
    sounds = folder / "sounds"
    shutil.copytree(FILES, sounds)
    for sound in (sounds / "audio").glob("*-*.ogg"):
        shutil.copyfile(FILES / "audio/vi-05.ogg", sound)
    with ExitStack() as stack:
        for change in (
            # A lease that needs no heartbeat: another connection would wait for this transaction.
            override_settings(DATA_DIR=folder, MEDIA_ROOT=folder / "uploads", JOB_LEASE_SECONDS=7200),
            mock.patch.object(load, "AUDIO", sounds / "audio"),
            mock.patch.object(listening, "FILES", sounds),
            mock.patch.object(load, "reading_seconds", return_value=4.0),
            mock.patch.object(listening.listening, "reading_seconds", return_value=4.0),
            mock.patch.object(load, "request_draft"),
            mock.patch.dict(jobs._HANDLERS, {"render": _rendered, "share-kit": lambda _args: None}),
            transaction.atomic(),
        ):
            stack.enter_context(change)
        for command in COMMANDS:
            call_command(command, stdout=io.StringIO())
        yield
        transaction.set_rollback(True)


def _rendered(args: dict):
    """A programme's file without its encoding."""
    pk = args["rendition"]
    place = f"renditions/walked-{pk}.ogg"
    absolute(place).parent.mkdir(parents=True, exist_ok=True)
    # Long enough to cut a clip out of it.
    shutil.copyfile(FILES / "audio/page-111-vi.ogg", absolute(place))
    made = {"path": place, "size": absolute(place).stat().st_size, "sha256": f"{pk:064x}", "duration": 56.8}
    return lambda: Rendition.objects.filter(pk=pk).update(
        state=Rendition.State.READY, waveform=[0.5] * 96, finished_at=timezone.now(), **made
    )


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def links_of(html: str) -> list[str]:
    parser = _Links()
    parser.feed(html)
    return parser.found


def sheet(client: Client, path: str, *, person: str = "", language: str = "", data: dict | None = None) -> Sheet | None:
    """What `path` answers (to a POST of `data`, where there is some); None when it is no page."""
    answer = client.get(path, follow=True) if data is None else client.post(path, data, follow=True)
    assert answer.status_code < 500, path
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return None
    names = frozenset(template.name for template in answer.templates if template.name)
    return Sheet(person, language, answer.request["PATH_INFO"], answer.content.decode(), names)


def walk(person: User | None, language: str, *, begin: tuple[str, ...], most: int, seen: Counter) -> Iterator[Sheet]:
    """From `begin` through the links of one language; `most` pages of each kind of address, counted in `seen`."""
    client = Client(headers={"accept-language": language})
    if person:
        client.force_login(person)
    name = person.email.partition("@")[0] if person else ""
    waiting, known = list(begin), set(begin)
    while waiting:
        found = sheet(client, waiting.pop(0), person=name, language=language)
        if found is None:
            continue
        yield found
        for link in links_of(found.html):
            parts = urlsplit(urljoin(f"http://testserver{found.path}", link))
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if path in known or not _is_page(parts, language):
                continue
            known.add(path)
            try:
                match = resolve(parts.path)
            except Resolver404:
                continue
            # One page of Wagtail's is not like another.
            own = parts.path if match.view_name == "wagtail_serve" else ""
            kind = match.view_name, own, frozenset(key for key, _value in parse_qsl(parts.query))
            if seen[kind] < most:
                seen[kind] += 1
                waiting.append(path)


def _is_page(parts, language: str) -> bool:
    """Of this site, in this language, no file; the workbench in /cms/ is a house of its own."""
    first = parts.path.lstrip("/").partition("/")[0]
    return (
        parts.netloc == "testserver"
        and not re.search(r"\.\w{2,5}$", parts.path)
        and first != "cms"
        and (first not in LANGUAGES or first == language)
    )
