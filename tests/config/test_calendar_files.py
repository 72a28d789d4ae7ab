"""Every calendar file of the platform, read by khal; the icalendar library reads them in the tests of each."""

from datetime import date, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from campaigns.models import BroadcastSlot, Station
from campaigns.season import registrations, seasons
from media import jobs
from media.models import Job
from people.roles import Role
from tests.campaigns.making import make_language
from tests.campaigns.season.making import edited, make_season
from tests.campaigns.season.test_registration import one
from tests.courses.test_runs import at, enrol, make_run
from tests.factories import make_commune, make_user
from tests.khal import listed

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker():
    return make_user(role=Role.RADIO_OPERATOR, area=make_commune("Xã Lịch"))


@pytest.fixture
def event(worker):
    make_language()
    author = make_user(role=Role.COMMUNICATOR)
    (commune,) = [one.area for one in worker.memberships.select_related("area")]
    event = seasons.make_kit(season=make_season(author), commune=commune, actor=author)[0]
    edited(event, worker, place="Sân vận động; nhà A, B", title="Mít tinh, hỏi kỹ")
    return seasons.publish_event(event=event, actor=worker)


def work_off() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED):
        jobs.run(job.pk)


def line(event, status: str = "CONFIRMED") -> str:
    begin, end = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    title = f"Mít tinh, hỏi kỹ · {event.commune.name}"
    return f"{begin:%Y-%m-%d %H:%M} {end:%H:%M} {title} @ Sân vận động; nhà A, B, {event.commune.name} [{status}]"


def day(event) -> date:
    return timezone.localdate(event.starts_at)


def test_an_event_and_its_cancellation(client, event, worker, tmp_path):
    book = client.get(reverse("events:event_file", args=[event.pk])).content
    assert listed(tmp_path, book, day(event), 1) == [line(event)]
    # A subscription that is fetched again changes what is there, and adds nothing.
    seasons.set_status(event=event, actor=worker, status="cancelled", note="Bão")
    book = client.get(reverse("events:subscription")).content
    assert listed(tmp_path, book, day(event), 1) == [line(event, "CANCELLED")]


def test_what_a_registered_person_is_sent(event, worker, tmp_path):
    registrations.set_seating(event=event, actor=worker, seats=10, waiting_places=0)
    one(event, contact="nguoi@thu.example")
    work_off()
    (_name, book, _kind) = mail.outbox[-1].attachments[0]
    assert listed(tmp_path, book if isinstance(book, bytes) else book.encode(), day(event), 1) == [line(event)]


def test_broadcast_hours_repeat(client, worker, tmp_path):
    (commune,) = [one.area for one in worker.memberships.select_related("area")]
    station = Station.objects.create(commune=commune, name="Đài Nghe")
    BroadcastSlot.objects.create(station=station, starts_at=time(5, 0), minutes=30)
    BroadcastSlot.objects.create(station=station, day="SA", starts_at=time(17, 30), minutes=15)
    book = client.get(reverse("feeds:hours", args=[commune.pk])).content
    found = listed(tmp_path, book, timezone.localdate() + timedelta(days=1), 7)
    assert [text[11:22] for text in found if text[11:13] == "05"] == ["05:00 05:30"] * 7
    (saturday,) = [text for text in found if text[11:13] == "17"]
    assert (date.fromisoformat(saturday[:10]).weekday(), saturday[11:22]) == (5, "17:30 17:45")


def test_an_invitation_to_a_class_and_its_withdrawal(tmp_path):
    manager, trainee = make_user(role=Role.COURSE_MANAGER), make_user(role=Role.TRAINEE, area=make_commune("Xã Lớp"))
    run = make_run(manager)
    enrol(run, trainee, manager)
    work_off()
    for _name, book, _kind in mail.outbox[-1].attachments:
        found = listed(tmp_path, book if isinstance(book, bytes) else book.encode(), timezone.localdate(at(7, 8)), 2)
    assert [text[:22] for text in found] == [f"{at(days, 8):%Y-%m-%d} 08:00 11:00" for days in (7, 8)]
    assert all("Hội trường" in text for text in found)
