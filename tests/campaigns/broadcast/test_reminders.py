"""Who is reminded when, in which words, and what ends it."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.broadcast import reminders
from campaigns.broadcast.airings import log_airing, report_missed
from campaigns.models import Airing, Reminder
from media import jobs
from media.models import Job
from people.membership import lock_account
from people.roles import Role
from tests.campaigns.released import make_released
from tests.factories import make_commune, make_user, merge, today


def at(day, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def end():
    return reminders.month_end(today())


def first():
    return today().replace(day=1)


def last_month():
    return (first() - timedelta(days=1)).replace(day=1)


@pytest.fixture(autouse=True)
def morning(monkeypatch):
    """Whatever the hour of the test: it is day when a message leaves."""
    monkeypatch.setattr(reminders, "AWAKE", range(24))


@pytest.fixture
def commune(db):
    return make_commune("Xã Tây Thử")


@pytest.fixture
def operator(commune):
    return make_user("loa@demo.example", role=Role.RADIO_OPERATOR, area=commune)


@pytest.fixture
def officer(commune):
    return make_user("xa@demo.example", role=Role.COMMUNICATOR, area=commune)


@pytest.fixture
def manager(commune):
    return make_user("tinh@demo.example", role=Role.PROGRAMME_MANAGER, area=commune.parent)


@pytest.fixture
def version(commune):
    return make_released()


def deliver() -> None:
    for pk in Job.objects.filter(kind="broadcast-reminder", state=Job.State.QUEUED).values_list("pk", flat=True):
        jobs.run(pk)


def told(now: datetime, mailoutbox) -> list[str]:
    """Who is written to at this hour."""
    before = len(mailoutbox)
    reminders.plan(now)
    deliver()
    return sorted(mail.to[0] for mail in mailoutbox[before:])


def air(operator, version, commune):
    return log_airing(
        operator=operator, version=version, commune=commune, aired_at=None, plays=1, client_uuid=uuid.uuid4()
    )


def test_the_operator_is_told_five_days_before_the_end_and_once(version, operator, officer, manager, mailoutbox):
    assert told(at(end() - timedelta(days=6)), mailoutbox) == []
    assert told(at(end() - timedelta(days=5)), mailoutbox) == ["loa@demo.example"]
    assert told(at(end() - timedelta(days=5), 15), mailoutbox) == []
    assert told(at(end() - timedelta(days=1)), mailoutbox) == []
    assert told(at(end()), mailoutbox) == ["xa@demo.example"]
    assert told(at(end(), 15), mailoutbox) == []


def test_nothing_leaves_at_night_and_nothing_is_lost(version, operator, monkeypatch, mailoutbox):
    monkeypatch.setattr(reminders, "AWAKE", range(7, 20))
    day = end() - timedelta(days=5)
    assert reminders.plan(at(day, 6)) == reminders.plan(at(day, 20)) == 0
    assert not Reminder.objects.exists()
    assert reminders.plan(at(day, 19)) == 1
    # The worker comes late, in the night: the morning's plan sends it.
    monkeypatch.setattr(reminders, "AWAKE", range(0))
    deliver()
    assert mailoutbox == []
    monkeypatch.setattr(reminders, "AWAKE", range(24))
    assert told(at(day + timedelta(days=1), 8), mailoutbox) == ["loa@demo.example"]


def test_a_recorded_broadcast_or_a_reason_ends_it(version, operator, officer, commune, mailoutbox):
    other = make_commune("Xã Đông Thử")
    make_user("dong@demo.example", role=Role.RADIO_OPERATOR, area=other)
    third = make_commune("Xã Nam Thử")
    south = make_user("nam@demo.example", role=Role.RADIO_OPERATOR, area=third)
    report_missed(operator=south, commune=third, month=today(), reason=_reason(), client_uuid=uuid.uuid4())
    air(operator, version, commune)
    assert told(at(end()), mailoutbox) == ["dong@demo.example"]
    Airing.objects.update(voided_at=timezone.now(), voided_by=operator, void_reason="nhầm")
    assert told(at(end(), 10), mailoutbox) == ["loa@demo.example", "xa@demo.example"]


def _reason() -> str:
    from campaigns.models import MissedBroadcast

    return next(value for value in MissedBroadcast.Reason.values if value != "other")


def test_what_is_settled_between_the_plan_and_the_sending_is_not_sent(version, operator, commune, mailoutbox):
    reminders.plan(at(end()))
    air(operator, version, commune)
    deliver()
    assert mailoutbox == []
    assert Reminder.objects.get().dropped_at
    assert told(at(end(), 12), mailoutbox) == []


def test_without_an_operator_the_officer_is_told_at_once(version, officer, mailoutbox):
    assert told(at(end() - timedelta(days=5)), mailoutbox) == ["xa@demo.example"]


def test_nobody_is_reminded_of_what_was_never_asked(operator, officer, manager, mailoutbox):
    make_released(audience=[make_commune("Xã Khác Thử")])
    assert told(at(end()), mailoutbox) == []


def test_a_locked_account_gets_nothing(version, operator, mailoutbox):
    administrator = make_user(role=Role.ADMINISTRATOR)
    lock_account(user=operator, actor=administrator)
    assert told(at(end()), mailoutbox) == []


def test_after_a_merger_those_of_the_old_commune_are_told_of_the_new(version, commune, mailoutbox):
    old = make_commune("Xã Cũ Thử", valid_from=today() - timedelta(days=900))
    merge(old, commune)
    make_user("cu@demo.example", role=Role.RADIO_OPERATOR, area=old)
    assert told(at(end()), mailoutbox) == ["cu@demo.example"]
    assert f"?xa={commune.pk}" in mailoutbox[0].body


def test_a_failed_sending_is_tried_again(version, operator, mailoutbox, monkeypatch):
    from campaigns.broadcast.channels import Email

    real = Email.send

    def down(self, person, subject, body):
        raise OSError("mail server is down")

    monkeypatch.setattr(Email, "send", down)
    assert told(at(end()), mailoutbox) == []
    assert Reminder.objects.get().sent_at is None
    monkeypatch.setattr(Email, "send", real)
    Job.objects.update(state=Job.State.FAILED, finished_at=timezone.now())
    assert told(at(end(), 15), mailoutbox) == ["loa@demo.example"]


def test_the_words_are_in_the_persons_language_and_lead_to_the_page(version, operator, commune, mailoutbox):
    told(at(end()), mailoutbox)
    operator.language = "en"
    operator.save()
    [mail] = mailoutbox
    assert "Xã Tây Thử" in mail.subject
    assert f"{today():%m/%Y}" in mail.subject
    assert f"/phat-thanh/?xa={commune.pk}" in mail.body
    assert "repair list" not in mail.body
    reminder = Reminder.objects.get()
    assert (reminder.subject, reminder.body) == (mail.subject, mail.body)
    _subject, body = reminders.words(
        Reminder.objects.select_related("person", "commune").get(), reminders.silent_communes(today())
    )
    assert "repair list" in body


# The list of the first ---------------------------------------------------------------------------------------------
def test_on_the_first_managers_get_the_list_of_last_month(commune, operator, officer, manager, mailoutbox):
    make_released(month=last_month(), released_at=at(last_month()))
    second = make_commune("Xã Nam Thử")
    south = make_user(role=Role.RADIO_OPERATOR, area=second)
    report_missed(operator=south, commune=second, month=last_month(), reason=_reason(), client_uuid=uuid.uuid4())
    assert told(at(first()), mailoutbox) == ["tinh@demo.example"]
    [mail] = mailoutbox
    assert "- Xã Tây Thử" in mail.body
    assert "- Xã Nam Thử" in mail.body
    assert mail.body.index("Xã Tây Thử") < mail.body.index("Xã Nam Thử")
    assert "/bao-cao/phu-song/?on=" in mail.body
    assert told(at(first() + timedelta(days=1)), mailoutbox) == []


def test_a_manager_elsewhere_hears_nothing_and_a_full_month_is_silent(commune, operator, manager, mailoutbox):
    from tests.factories import make_province

    make_user("xa-kia@demo.example", role=Role.PROGRAMME_MANAGER, area=make_province("Tỉnh Khác Thử"))
    version = make_released(month=last_month(), released_at=at(last_month()), area=commune.parent)
    reminders.plan(at(first()))
    assert [row.person for row in Reminder.objects.all()] == [manager]
    Reminder.objects.all().delete()
    Job.objects.all().delete()
    Airing.objects.create(
        version=version,
        commune=commune,
        aired_at=at(last_month() + timedelta(days=3)),
        plays=1,
        minutes=1,
        operator=operator,
    )
    assert told(at(first()), mailoutbox) == []


def test_a_manager_who_missed_the_first_gets_it_within_five_days(commune, manager, mailoutbox):
    make_released(month=last_month(), released_at=at(last_month()))
    assert told(at(first() + timedelta(days=5)), mailoutbox) == []
    assert told(at(first() + timedelta(days=4)), mailoutbox) == ["tinh@demo.example"]


# In the application ------------------------------------------------------------------------------------------------
def test_it_stands_in_the_application_until_it_is_settled(client, version, operator, officer, commune, mailoutbox):
    told(at(end()), mailoutbox)
    desk = f"{reverse('campaigns:desk')}?xa={commune.pk}"
    home = reverse("wagtailadmin_home")
    client.force_login(officer)
    assert desk in client.get(home).content.decode()
    client.force_login(make_user(role=Role.COMMUNICATOR, area=make_commune("Xã Khác Thử")))
    assert desk not in client.get(home).content.decode()
    air(operator, version, commune)
    client.force_login(officer)
    assert desk not in client.get(home).content.decode()


def test_planning_costs_the_same_for_many_communes(version, operator, commune, django_assert_max_num_queries):
    for number in range(30):
        make_user(role=Role.RADIO_OPERATOR, area=make_commune(f"Xã {number} Thử"))
    with django_assert_max_num_queries(30):
        reminders._to_communes(first(), is_last_day=True)
