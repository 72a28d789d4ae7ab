"""Every page that somebody comes to in the demonstration by following links, as each of its people and as a reader."""

import io
import random
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from unittest import mock
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation

from campaigns.demo import listening, load
from campaigns.models import Event, PreventionModel, Registration
from campaigns.season.tickets import ticket_key
from campaigns.villages import registers
from courses import attempts
from courses.models import CourseRun, Submission
from media import jobs, recordings
from media.models import Rendition
from media.storage import absolute
from people import invitations
from people.models import User
from people.roles import Role
from reports import commune_plans
from reports.models import Report

LANGUAGES = ("vi", "en", "ktv", "sed", "jeh", "cua")
FILES = listening.FILES
COMMANDS = ("load_places", "load_plan", "setup_site", "load_demo", "load_course_demo", "load_reports_demo")


@dataclass(frozen=True)
class Sheet:
    """One page as it was answered: to whom (empty: a reader), in which language, and the templates it was made of."""

    person: str
    language: str
    path: str
    status: int
    html: str
    templates: frozenset[str]

    def __str__(self) -> str:
        return f"{self.status} {self.path} for {self.person or 'a reader'}"


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
            # Who draws which questions decides what a class found hard, and so what its page shows.
            mock.patch.object(attempts, "secrets", SimpleNamespace(randbelow=random.Random(30_07).randrange)),
            # All voices are one file here, and files of the same bytes lie in the same place.
            mock.patch.object(recordings, "measure", cache(recordings.measure)),
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


def addresses(people: dict[str, User]) -> dict[str, list[str]]:
    """Where the links of the demonstration do not lead by themselves, {person's name, "" a reader: addresses}: one of many
    alike that has more to show, and what follows an act, which is done here."""
    operator, trainee = people["radio-operator"], people["trainee"]
    post = operator.memberships.select_related("area", "organisation").first()
    today = timezone.localdate()
    held = Submission.objects.first().enrolment.run
    marked = Submission.objects.filter(reviews__isnull=False).first()
    alone = CourseRun.objects.get(mode="self")
    attempt = attempts.open_attempt(quiz=alone.course.quizzes.first(), run=alone, user=trainee)
    model = PreventionModel(commune=post.area, kind="prevention", name="Tổ tự quản mẫu", since=today)
    registers.enter_model(actor=operator, model=model, status="running", client_uuid=uuid.uuid4())
    plan = commune_plans.begin(actor=operator, unit=post.area, year=today.year + 1)
    invitation = invitations.invite(
        actor=people["administrator"], email="moi@demo.example", name="Mời Mẫu", role=Role.TRAINEE,
        organisation=post.organisation, area=post.area,
    )  # fmt: skip
    with translation.override("vi"):
        packages = reverse("courses:packages", args=["tiep-can-ban-dau"])
        return {
            "": [
                reverse("quick_exit"),
                reverse("account_signup"),
                invitations.link(invitation).removeprefix(settings.SITE_URL),
                reverse("events:event", args=[Event.objects.filter(results__state="approved").first().pk]),
                reverse("events:ticket", args=[ticket_key(Registration.objects.first())]),
            ],
            "administrator": [reverse("campaigns:source_log")],
            "course-manager": [packages],
            "programme-manager": [reverse("reports:report", args=[Report.objects.exclude(frozen=None).first().pk])],
            "radio-operator": [
                reverse("campaigns:keys", args=[post.area.stations.first().pk]),
                reverse("reports:commune_plan", args=[plan.pk]),
            ],
            "trainee": [
                packages,
                reverse("courses:attempt", args=[attempt.pk]),
                reverse("courses:quiz", args=[held.pk, held.course.quizzes.get(purpose="post").pk]),
                reverse("courses:assignment", args=[held.pk, held.course.assignments.get().pk]),
            ],
            "trainer": [
                reverse("courses:results", args=[held.pk]),
                reverse("courses:submission", args=[marked.pk]),
            ],
        }


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


def sheet(client: Client, path: str, *, person: str = "", language: str = "") -> Sheet | None:
    """What `path` answers; None when it is no page."""
    answer = client.get(path, follow=True)
    assert answer.status_code < 500, path
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        return None
    names = frozenset(template.name for template in answer.templates if template.name)
    asked = answer.request["QUERY_STRING"]
    path = answer.request["PATH_INFO"] + (f"?{asked}" if asked else "")
    return Sheet(person, language, path, answer.status_code, answer.content.decode(), names)


def walk(client: Client, language: str, *, begin: list[str], seen: set, person: str = "") -> Iterator[Sheet]:
    """From `begin` through the links of one language; one page of each kind of address, kept in `seen`, with a query and
    without one."""
    waiting = list(begin)
    while waiting:
        found = sheet(client, waiting.pop(0), person=person, language=language)
        if found is None:
            continue
        yield found
        for link in links_of(found.html):
            parts = urlsplit(urljoin(f"http://testserver{found.path}", link))
            if link.startswith("#") or not _is_page(parts, language):
                continue
            try:
                match = resolve(parts.path)
            except Resolver404:
                continue
            # One page of Wagtail's is not like another.
            own = parts.path if match.view_name == "wagtail_serve" else ""
            kind = match.view_name, own, bool(parts.query)
            if kind not in seen:
                seen.add(kind)
                waiting.append(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _is_page(parts, language: str) -> bool:
    """Of this site, in this language, no file; the workbench in /cms/ is a house of its own."""
    first = parts.path.lstrip("/").partition("/")[0]
    return (
        parts.netloc == "testserver"
        and not re.search(r"\.\w{2,5}$", parts.path)
        and first != "cms"
        and (first not in LANGUAGES or first == language)
    )
