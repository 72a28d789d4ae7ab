"""Issuing, renewing, revoking. Numbers have no gap, rows are never changed back, old codes answer for ever."""

from calendar import monthrange
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.models import Certificate, CertificateEvent, Course, Register
from people.models import User
from people.permissions import require

EXPIRING = timedelta(days=90)
Kind = CertificateEvent.Kind


def months_later(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day (31 January + 1 → 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@transaction.atomic
def issue_certificate(*, holder: User, course: Course, on: date, signer: str, actor: User) -> Certificate:
    """Writes the next number of the organiser's book of the year. A valid certificate of the same course is replaced:
    it keeps its row and its code, and says since when."""
    require(actor, "courses.certify", course.organiser.area)
    if on > timezone.localdate():
        raise DomainError(_("A certificate cannot be dated in the future. Nothing was issued."))
    if not signer.strip():
        raise DomainError(_("Say who signs it. Nothing was issued."))
    Register.objects.get_or_create(issuer=course.organiser, year=on.year)
    # From here to the end of the transaction nobody else takes a number from this book.
    register = Register.objects.select_for_update().get(issuer=course.organiser, year=on.year)
    held = list(Certificate.objects.filter(holder=holder, course=course, ended_on=None))
    if any(one.valid_from >= on for one in held):
        raise DomainError(_("This person holds a certificate of that day or later already. Nothing was issued."))
    for old in held:
        _record(old, Kind.SUPERSEDED, on, "", actor)
    register.last_number += 1
    register.save(update_fields=["last_number"])
    return Certificate.objects.create(
        register=register,
        number=register.last_number,
        holder=holder,
        course=course,
        holder_name=holder.name,
        course_title=course.title,
        hours=course.hours,
        signer=signer.strip(),
        issued_on=on,
        valid_from=on,
        valid_until=months_later(on, course.validity_months) if course.validity_months else None,
        issued_by=actor,
    )


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, reason: str, actor: User) -> Certificate:
    """From today it proves nothing any more; its code says so, with the reason. Revoking twice changes nothing."""
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    require(actor, "courses.revoke", certificate.course.organiser.area)
    if not reason.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    if not certificate.events.filter(kind=Kind.REVOKED).exists():
        _record(certificate, Kind.REVOKED, timezone.localdate(), reason.strip(), actor)
    return certificate


def _record(certificate: Certificate, kind: str, on: date, reason: str, actor: User) -> None:
    certificate.events.create(kind=kind, on=on, reason=reason, actor=actor)
    certificate.ended_on = min(on, certificate.ended_on or on)
    certificate.save(update_fields=["ended_on"])


def state_of(certificate: Certificate, on: date | None = None) -> str:
    """valid, expiring (within 90 days), expired, superseded or revoked, on a day."""
    on = on or timezone.localdate()
    events = [event for event in certificate.events.all() if event.on <= on]
    if events:
        return events[-1].kind
    if certificate.valid_until and certificate.valid_until <= on:
        return "expired"
    if certificate.valid_until and certificate.valid_until - EXPIRING <= on:
        return "expiring"
    return "valid"


def shown_name(name: str) -> str:
    """What a stranger sees of a name: the given name and the first letters of the others ("N. T. Hoa")."""
    *others, given = name.split() or [""]
    return " ".join([*(f"{word[0].upper()}." for word in others), given])
