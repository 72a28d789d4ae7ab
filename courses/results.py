"""Who was in which class with what result, row by row, for a spreadsheet."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from courses.attendance import Presence
from courses.certificates import state_of
from courses.models import Certificate, CourseRun, Enrolment, Mark


@dataclass(frozen=True)
class Result:
    """A person with a seat in a class whose first sitting lies in the span. `share`: 0…1 of the time held, or None."""

    enrolment: Enrolment
    run: CourseRun
    share: float | None
    certificate: Certificate | None
    state: str


def results(*, courses, since: date, until: date) -> list[Result]:
    """By class and name. A fixed number of queries whatever the size."""
    runs = {
        one.pk: one
        for one in CourseRun.objects.filter(course__in=courses, cancelled_at=None, announced_at__isnull=False)
        .with_times()
        .filter(first__date__gte=since, first__date__lte=until)
        .select_related("course")
        .prefetch_related("sessions")
    }
    seen: dict = defaultdict(Presence)
    marks = Mark.objects.filter(session__run__in=runs).order_by("at", "received_at", "pk")
    for session, user, way, present in marks.values_list("session", "user", "way", "present").iterator(
        chunk_size=20_000
    ):
        seen[session, user].ways[way] = present
    papers = Certificate.objects.filter(batch_entry__batch__run__in=runs).select_related(
        "register", "batch_entry__batch"
    )
    held = {(one.batch_entry.batch.run_id, one.holder_id): one for one in papers.prefetch_related("events")}
    rows = Enrolment.objects.filter(run__in=runs, state=Enrolment.State.BOOKED).select_related("user", "area")
    found = []
    for one in rows:
        run = runs[one.run_id]
        sessions = [s for s in run.sessions.all() if not s.cancelled_at]
        length = {s.pk: (s.ends_at - s.starts_at).total_seconds() for s in sessions}
        whole = sum(length.values())
        there = sum(seconds for pk, seconds in length.items() if seen[pk, one.user_id].present)
        paper = held.get((run.pk, one.user_id))
        found.append(Result(one, run, there / whole if whole else None, paper, state_of(paper) if paper else ""))
    return sorted(found, key=lambda row: (row.run.first, row.run.pk, row.enrolment.user.search_key))
