"""Reminders of reports: on which days, to whom, once, never at night, never after the report was sent; and what waits on the
screen of whoever must act."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import override

from media import jobs
from media.models import Job
from people.models import User
from people.roles import Role
from reports import flow, reminders, supervision, waiting
from reports.models import ReportReminder, ReportRequest
from tests.factories import make_commune, make_user, merge
from tests.reports.making import filled, make_form, make_place, make_request, sent, signed

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def place():
    return make_place()


def at(monkeypatch, days_before: int, request: ReportRequest, hour: int = 9) -> int:
    """What the plan does at an hour, so many days before the last day; its jobs run. How many were under way."""
    day = request.due_on - timedelta(days=days_before)
    now = timezone.make_aware(datetime(day.year, day.month, day.day, hour))
    monkeypatch.setattr(timezone, "now", lambda: now)
    found = reminders.plan(now)
    # The clock of this test may stand before the one that made the job.
    Job.objects.update(not_before=now)
    for job in Job.objects.filter(kind="report-reminder", state="queued"):
        jobs.run(job.pk)
    return found


@pytest.mark.parametrize(
    ("days", "step"), [(31, None), (30, 30), (15, 30), (14, 14), (8, 14), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)]
)
def test_each_day_belongs_to_one_step(days, step):
    assert reminders.step_of(days) == step


def test_writers_are_told_four_times_the_head_in_the_last_week(place, monkeypatch):
    commune, people = place
    request = make_request(make_form(), due_in=60)
    told = {}
    for days in (31, 30, 29, 14, 13, 7, 6, 1, 0):
        before = len(mail.outbox)
        at(monkeypatch, days, request)
        told[days] = sorted(one.to[0] for one in mail.outbox[before:])
    writer, both = [people.writer.email], sorted([people.writer.email, people.head.email])
    assert told == {31: [], 30: writer, 29: [], 14: writer, 13: [], 7: both, 6: [], 1: both, 0: []}
    said = mail.outbox[0]
    assert commune.name in said.subject
    assert f"{request.due_on:%d/%m/%Y}" in said.body
    assert "30" in said.body
    assert ReportReminder.objects.filter(sent_at=None).count() == 0


def test_nothing_leaves_at_night_and_the_morning_sends_it(place, monkeypatch):
    request = make_request(make_form(), due_in=60)
    assert at(monkeypatch, 14, request, hour=22) == 0
    assert at(monkeypatch, 13, request, hour=6) == 0
    assert at(monkeypatch, 13, request, hour=7) == 1
    assert len(mail.outbox) == 1


def test_a_sent_report_ends_them(place, monkeypatch):
    commune, people = place
    request = make_request(make_form(), due_in=14)
    sent(request, commune, people)
    reminders.plan(
        timezone.make_aware(datetime.combine(timezone.localdate(), datetime.min.time())) + timedelta(hours=9)
    )
    assert ReportReminder.objects.count() == 0
    other, others = make_place("Xã Hai")
    day = timezone.localdate()
    reminders.plan(timezone.make_aware(datetime(day.year, day.month, day.day, 9)))
    (row,) = ReportReminder.objects.all()
    sent(request, other, others)
    at(monkeypatch, 14, request)
    row.refresh_from_db()
    assert (row.sent_at, row.dropped_at is not None, mail.outbox) == (None, True, [])


def test_who_left_is_not_told_and_a_merged_communes_officer_writes_for_the_new_one(place, monkeypatch):
    commune, people = place
    people.writer.is_active = False
    people.writer.save()
    request = make_request(make_form(), due_in=60)
    heir = make_commune("Xã Mới", valid_from=timezone.localdate() - timedelta(days=1))
    merge(commune, heir)
    at(monkeypatch, 7, request)
    assert [(one.person, one.unit) for one in ReportReminder.objects.all()] == [(people.head, heir)]
    assert mail.outbox[0].to == [people.head.email]


def test_a_peer_and_a_watcher_are_not_told(place, monkeypatch):
    make_user(role=Role.SUPERVISOR)
    make_user(role=Role.TRAINEE, area=place[0])
    request = make_request(make_form(), due_in=60)
    at(monkeypatch, 14, request)
    assert [one.to for one in mail.outbox] == [[place[1].writer.email]]


# In the application ---------------------------------------------------------------------------------------------------


def waits(person) -> list[tuple[str, str]]:
    # That anything waits anywhere is asked once a minute.
    cache.clear()
    with override("vi"):
        return [(one.word, one.more) for one in waiting.waiting_for(User.objects.get(pk=person.pk))]


def test_a_due_report_waits_on_the_screen_of_who_writes_and_who_signs(place):
    commune, people = place
    near, far = make_form(), make_form(code="mau-xa-hai")
    request = make_request(near, due_in=30)
    make_request(far, due_in=31)
    assert waits(people.writer) == waits(people.head) == [("còn 30 ngày", f"{commune.label} · chưa bắt đầu")]
    request.due_on = timezone.localdate() - timedelta(days=2)
    request.save()
    assert waits(people.writer)[0][0] == "trễ 2 ngày"
    for other in (make_user(role=Role.SUPERVISOR), make_user(role=Role.TRAINEE, area=commune)):
        assert waits(other) == []
    sent(request, commune, people)
    assert waits(people.writer) == waits(people.head) == []


def test_a_signed_a_sent_and_a_returned_report_wait_for_the_next_one(place):
    commune, people = place
    manager = make_user(role=Role.PROGRAMME_MANAGER)
    request = make_request(make_form(), due_in=14)
    report = signed(filled(request, commune, people), people)
    assert waits(people.writer)[0][1].endswith("đã ký, chờ gửi")
    assert waits(manager) == []
    flow.submit(actor=people.writer, report=report)
    assert [word for word, _more in waits(manager)] == ["1"]
    assert waits(people.writer) == []
    flow.return_report(actor=manager, report=report, remarks="Thiếu số.")
    assert waits(manager) == []
    assert waits(people.writer)[0][1].endswith("bị trả lại: cần viết bản sửa")


def test_a_finding_waits_for_its_answer_and_then_for_its_finder(place):
    commune, _people = place
    finder, manager = make_user(role=Role.SUPERVISOR), make_user(role=Role.PROGRAMME_MANAGER)
    finding = supervision.raise_finding(
        actor=finder, area=commune, subject="broadcast", text="Loa im.", due_on=timezone.localdate(),
        client_uuid=uuid.uuid4(),
    )  # fmt: skip
    assert (waits(finder), [word for word, _more in waits(manager)]) == ([], ["hạn cuối: hôm nay"])
    supervision.answer_finding(actor=manager, finding=finding, text="Đã sửa.", client_uuid=uuid.uuid4())
    assert (len(waits(finder)), waits(manager)) == (1, [])


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.RADIO_OPERATOR, "/vi/phat-thanh/"), (Role.COMMUNICATOR, "/cms/"), (Role.APPROVER, "/cms/"),
        (Role.PROGRAMME_MANAGER, "/vi/bao-cao/phu-song/"),
    ],
)  # fmt: skip
def test_it_stands_where_the_person_s_work_begins(client, place, role, address):
    request = make_request(make_form(), due_in=14)
    person = make_user(role=role, area=place[0])
    client.force_login(person)
    page = client.get(address, follow=True)
    assert page.status_code == 200
    assert "còn 14 ngày" in page.content.decode()
    request.delete()
    assert "còn 14 ngày" not in client.get(address, follow=True).content.decode()
