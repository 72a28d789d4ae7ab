"""Many certificates at once: a job writes them, one after the other, and makes one file to print."""

import hashlib
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.errors import DomainError
from courses.certificates import issue_certificate
from courses.models import Batch, BatchEntry, Certificate, Course, CourseRun
from courses.paper import certificates_pdf
from media import jobs, storage
from people.models import User
from people.permissions import require

MOST = 2000
# So many in one transaction: the register is locked only for a moment, and a worker that is killed loses little.
AT_ONCE = 50


@transaction.atomic
def order_batch(
    *, course: Course, holders: list[User], on: date, signer: str, actor: User, run: CourseRun | None = None
) -> Batch:
    """Writes down who is to have one, and wakes a worker. A person named twice stands there once. `run`: the class whose
    first and last day are printed."""
    require(actor, "courses.certify", course.organiser.area)
    people = list(dict.fromkeys(holders))
    if not people:
        raise DomainError(_("Nobody was named. Nothing was issued."))
    if len(people) > MOST:
        raise DomainError(_("Issue at most %(most)s at once. Nothing was issued.") % {"most": MOST})
    if on > timezone.localdate():
        raise DomainError(_("A certificate cannot be dated in the future. Nothing was issued."))
    if not signer.strip():
        raise DomainError(_("Say who signs it. Nothing was issued."))
    batch = Batch.objects.create(course=course, run=run, on=on, signer=signer.strip(), actor=actor)
    BatchEntry.objects.bulk_create(BatchEntry(batch=batch, holder=one) for one in people)
    jobs.enqueue("certificates", str(batch.pk), {"batch": batch.pk})
    return batch


@jobs.handles("certificates")
def batch_job(args: dict):
    """Safe to run again: whoever has a certificate or a refusal is passed over, and the file is made anew."""
    batch = Batch.objects.select_related("course__organiser__area", "actor", "run").get(pk=args["batch"])
    days = _days(batch.run)
    waiting = Q(certificate=None, refusal="")
    while rows := list(batch.entries.filter(waiting).select_related("holder")[:AT_ONCE]):
        with transaction.atomic():
            for row in rows:
                _issue(batch, row, days)
    path = _file(batch)
    return lambda: Batch.objects.filter(pk=batch.pk).update(path=path, finished_at=timezone.now())


def _days(run: CourseRun | None) -> dict:
    held = list(run.sessions.filter(cancelled_at=None)) if run else []
    if not held:
        return {}
    first, last = timezone.localdate(held[0].starts_at), max(timezone.localdate(one.ends_at) for one in held)
    return {"held_from": first, "held_until": last}


def _issue(batch: Batch, row: BatchEntry, days: dict) -> None:
    try:
        with transaction.atomic():
            row.certificate = issue_certificate(
                holder=row.holder, course=batch.course, on=batch.on, signer=batch.signer, actor=batch.actor, **days
            )
    except DomainError as error:
        with override(None):
            row.refusal = str(error)[:300]
    row.save(update_fields=["certificate", "refusal"])


def _file(batch: Batch) -> str:
    rows = Certificate.objects.filter(batch_entry__batch=batch).order_by("number")
    found = list(rows.select_related("register__issuer__parent", "register__issuer__area"))
    if not found:
        return ""
    data = certificates_pdf(found)
    path = f"certificates/{hashlib.sha256(data).hexdigest()}.pdf"
    with storage.workdir() as folder:
        made = folder / "certificates.pdf"
        made.write_bytes(data)
        storage.install(made, storage.absolute(path))
    return path


def named(text: str) -> tuple[list[User], list[tuple[int, str]]]:
    """People by their e-mail addresses, one a line (also separated by commas). Returns (people, [(line, what was not
    found)]); whoever stands there twice is found once."""
    wanted: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        for word in line.replace(";", ",").split(","):
            if word.strip():
                wanted.setdefault(word.strip().lower(), number)
    people = {one.email: one for one in User.objects.filter(email__in=list(wanted), is_active=True)}
    missing = [(number, word) for word, number in wanted.items() if word not in people]
    return [people[word] for word in wanted if word in people], missing
