from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count
from django.utils import timezone

from media import jobs
from media.models import Job


class Command(BaseCommand):
    help = "What waits, runs, is done and has failed, the failed ones with their reason; and starting failed ones over."

    def add_arguments(self, parser):
        parser.add_argument("--state", choices=Job.State.values, help="list the jobs of this state")
        parser.add_argument("--limit", type=int, default=50, help="list so many at most (50)")
        again = parser.add_mutually_exclusive_group()
        again.add_argument("--retry", type=int, metavar="ID", help="start this failed job over")
        again.add_argument("--all-failed", action="store_true", help="start every failed job over")

    def handle(self, *, state: str | None, limit: int, retry: int | None, all_failed: bool, **options):
        if retry is not None:
            return self._retry_one(retry)
        if all_failed:
            return self._retry_all()
        counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
        self.stdout.write("  ".join(f"{name}: {counts.get(name, 0)}" for name in Job.State.values))
        # Without a choice: what somebody must know of.
        wanted = [state] if state else [Job.State.RUNNING, Job.State.FAILED]
        for job in Job.objects.filter(state__in=wanted).order_by("state", "-created_at", "-pk")[:limit]:
            self.stdout.write(_line(job))
        return None

    def _retry_one(self, pk: int) -> None:
        job = Job.objects.filter(pk=pk).first()
        if job is None:
            raise CommandError(f"There is no job {pk}.")
        if job.state != Job.State.FAILED:
            raise CommandError(f"Job {pk} has not failed: it is {job.state}.")
        jobs.start_over(job)
        self.stdout.write(f"Job {pk} starts over.")

    def _retry_all(self) -> None:
        failed = list(Job.objects.filter(state=Job.State.FAILED))
        for job in failed:
            jobs.start_over(job)
        self.stdout.write(f"Started over: {len(failed)}.")


def _line(job: Job) -> str:
    since = timezone.localtime(job.finished_at or job.started_at or job.created_at)
    reason = f"  {jobs.in_words(job.reason)}" if job.reason else ""
    return f"{job.pk:>7}  {job.state:<7}  {job.kind:<10}  {since:%Y-%m-%d %H:%M}  attempts: {job.attempts}{reason}"
