"""Two demonstration classes, filled by the same functions as people use: one that is over, with its attendance and
certificates, and one that is coming, with seats kept for two communes and a wait list. The officers are nobody."""

import uuid
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from courses import runs, seats
from courses.attendance import record_roll
from courses.batches import order_batch
from courses.completion import completed
from courses.demo.lineage import load_lineage
from courses.demo.quizzes import take_tests
from courses.models import Course, CourseRun, Mark
from media import jobs
from media.models import Job
from people.membership import grant_membership
from people.models import Duty, Organisation, User
from people.roles import Role
from places.models import AdministrativeUnit

_NAMES = ("An Mẫu", "Bhling Mẫu", "Chi Mẫu", "Dũng Mẫu", "Hiền Mẫu", "Khánh Mẫu", "Lan Mẫu", "Nghĩa Mẫu", "Phương Mẫu")
_PLACE = "Hội trường tầng 2, Sở Y tế (mẫu)"
_SUBJECTS = ("Luật Phòng, chống mua bán người: điều cần nhớ", "Tình huống giả định và thực hành giải thích luật")


def load_classes(*, manager: User, trainer: User, trainee: User) -> list[CourseRun]:
    """Both classes; the certificates of the first are written by the job, now."""
    with transaction.atomic():
        people = [trainee, *_officers()]
        held = _class(-7, seats=12, manager=manager, trainer=trainer)
        for one in people[:8]:
            seats.approve(enrolment=seats.nominate(run=held, user=one, actor=manager), actor=manager)
        _attendance(held, people[:8], trainer)
        take_tests(held)
        batch = order_batch(
            course=held.course, holders=completed(held), on=timezone.localdate(), signer="Giám đốc, Trần Văn Mẫu",
            actor=manager, run=held,
        )  # fmt: skip
        coming = _class(
            14, seats=4, manager=manager, trainer=trainer, quotas_until=timezone.localdate() + timedelta(days=7)
        )
        for one in people[6:]:
            seats.approve(enrolment=seats.nominate(run=coming, user=one, actor=manager), actor=manager)
    jobs.run(Job.objects.get(key=f"certificates:{batch.pk}").pk)
    load_lineage(manager=manager, trainer=trainer, officers=people[1:])
    return [held, coming]


def _officers() -> list[User]:
    duty = Duty.objects.get(code="ho-tro-nan-nhan")
    communes = list(AdministrativeUnit.objects.current().communes().order_by("name")[: len(_NAMES)])
    found = []
    for number, name in enumerate(_NAMES):
        commune = communes[number % len(communes)]
        body, _new = Organisation.objects.get_or_create(
            name=f"UBND {commune.name} (mẫu)", area=commune, defaults={"kind": "committee"}
        )
        person = User.objects.create_user(f"hoc-vien-{number + 1}@demo.example", None, name=name)
        grant_membership(
            user=person, role=Role.TRAINEE, organisation=body, area=commune, post="Cán bộ hỗ trợ nạn nhân", duties=[duty],
            starts_on=timezone.localdate() - timedelta(days=60 + 30 * number),
        )  # fmt: skip
        found.append(person)
    return found


def _class(days: int, *, manager: User, trainer: User, **fields) -> CourseRun:
    """Two mornings one after the other, from `days` after today, announced."""
    run = CourseRun(
        course=Course.objects.get(code="phap-luat"), place=_PLACE, note="Mang theo điện thoại và bút.", **fields
    )
    runs.save_run(run=run, trainers=[trainer], actor=manager)
    zone = timezone.get_current_timezone()
    for number, subject in enumerate(_SUBJECTS):
        day = timezone.localdate() + timedelta(days=days + number)
        begins, ends = (datetime.combine(day, at, zone) for at in (time(8), time(11, 30)))
        runs.add_session(run=run, starts_at=begins, ends_at=ends, title=subject, actor=manager)
    if "quotas_until" in fields:
        for commune in AdministrativeUnit.objects.current().communes().order_by("-name")[:2]:
            runs.set_quota(run=run, area=commune, seats=1, actor=manager)
    return runs.announce(run=run, actor=manager)


def _attendance(run: CourseRun, people: list[User], trainer: User) -> None:
    """One missed a morning; of another the roll call and the signed sheet say different things."""
    everybody = {one.pk for one in people}
    for session, away in zip(run.sessions.all(), ({people[4].pk}, {people[5].pk}), strict=True):
        common = {"session": session, "at": session.starts_at, "actor": trainer, "listed": everybody}
        record_roll(present=everybody - away, client_uuid=uuid.uuid4(), **common)
        if people[5].pk in away:
            record_roll(present=everybody, client_uuid=uuid.uuid4(), way=Mark.Way.SHEET, **common)
