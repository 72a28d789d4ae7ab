"""Claiming, finishing, failing and sweeping jobs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.errors import DomainError
from media import jobs
from media.models import Job, Programme

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kind():
    """A kind of job whose handler a test sets; gone afterwards."""
    outcomes = {}
    jobs._HANDLERS["test"] = lambda args: outcomes["handler"](args)
    jobs._ON_FAILURE["test"] = lambda args, reason: outcomes.setdefault("failed", (args, reason))
    yield outcomes
    del jobs._HANDLERS["test"], jobs._ON_FAILURE["test"]


def test_the_same_key_is_one_job(kind):
    assert jobs.enqueue("test", "a", {}).pk == jobs.enqueue("test", "a", {"other": 1}).pk
    assert Job.objects.count() == 1


def test_only_one_worker_wins_a_job(kind):
    job = jobs.enqueue("test", "a", {})
    assert Job.objects.claim(job.pk) is not None
    assert Job.objects.claim(job.pk) is None


def test_a_job_finishes_with_its_result(kind):
    kind["handler"] = lambda args: lambda: Programme.objects.create(key="made", parts=[args["n"]])
    job = jobs.enqueue("test", "a", {"n": 7})
    assert jobs.run(job.pk) is True
    job.refresh_from_db()
    assert (job.state, Programme.objects.get().parts) == ("done", [7])
    assert jobs.run(job.pk) is False


def test_a_result_after_a_lost_lease_is_dropped(kind):
    job = jobs.enqueue("test", "a", {})

    def slow(_args):
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        assert Job.objects.claim(job.pk) is not None
        return lambda: Programme.objects.create(key="late", parts=[])

    kind["handler"] = slow
    jobs.run(job.pk)
    assert not Programme.objects.exists()
    assert Job.objects.get().state == "running"


def test_a_result_and_its_row_stand_or_fall_together(kind):
    def broken() -> None:
        Programme.objects.create(key="half", parts=[])
        raise RuntimeError("disk")

    kind["handler"] = lambda _args: broken
    job = jobs.enqueue("test", "a", {})
    jobs.run(job.pk)
    assert not Programme.objects.exists()
    assert Job.objects.get().state == "queued"


def test_errors_are_tried_again_and_then_given_up(kind):
    kind["handler"] = lambda _args: 1 / 0
    job = jobs.enqueue("test", "a", {"n": 1})
    for attempt in range(1, 6):
        Job.objects.update(not_before=timezone.now())
        assert jobs.run(job.pk) is True
        job.refresh_from_db()
        assert job.attempts == attempt
    assert job.state == "failed"
    assert kind["failed"][0] == {"n": 1}
    assert "division by zero" in job.reason


def test_a_refusal_ends_at_once_with_its_sentence(kind):
    def refuse(_args):
        raise DomainError("Quá ồn.")

    kind["handler"] = refuse
    job = jobs.enqueue("test", "a", {})
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.reason) == ("failed", 1, "Quá ồn.")


def test_retry_starts_over(kind):
    kind["handler"] = lambda _args: None
    job = jobs.enqueue("test", "a", {})
    Job.objects.update(state="failed", attempts=5, reason="x")
    jobs.retry_job(Job.objects.get())
    jobs.run(job.pk)
    assert Job.objects.get().state == "done"


def test_sweep_finds_what_waits_and_what_was_abandoned(kind):
    waiting, abandoned, spent, busy = (jobs.enqueue("test", key, {"key": key}) for key in "abcd")
    past, future = timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(minutes=1)
    Job.objects.filter(pk=abandoned.pk).update(state="running", lease_until=past, attempts=1)
    Job.objects.filter(pk=spent.pk).update(state="running", lease_until=past, attempts=5)
    Job.objects.filter(pk=busy.pk).update(state="running", lease_until=future, attempts=1)
    assert jobs.sweep() == 2
    spent.refresh_from_db()
    assert spent.state == "failed"
    assert kind["failed"][0] == {"key": "c"}
    assert {waiting.pk, abandoned.pk} == set(Job.objects.claimable().values_list("pk", flat=True))
