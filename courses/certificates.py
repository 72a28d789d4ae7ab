"""Issuing, renewing, replacing, suspending, revoking. Numbers have no gap, no row is changed back, codes answer for ever."""

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
IN_FORCE = ("valid", "expiring")


def months_later(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day (31 January + 1 → 28 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@transaction.atomic
def issue_certificate(
    *,
    holder: User,
    course: Course,
    on: date,
    signer: str,
    actor: User,
    held_from: date | None = None,
    held_until: date | None = None,
) -> Certificate:
    """Writes the next number of the organiser's book of the year. A certificate of the same course that still stands is
    replaced: it keeps its row and its code, and says since when. `held_from`, `held_until`: first and last day of the
    class, both included, as they are printed."""
    require(actor, "courses.certify", course.organiser.area)
    _check(on, signer)
    register = _open_register(course, on)
    held = list(Certificate.objects.filter(holder=holder, course=course, ended_on=None))
    if any(one.valid_from >= on for one in held):
        raise DomainError(_("This person holds a certificate of that day or later already. Nothing was issued."))
    for old in held:
        _end(old, Kind.SUPERSEDED, on, "", actor)
    until = months_later(on, course.validity_months) if course.validity_months else None
    return _write(register, holder, course, on, until, signer, actor, held_from, held_until)


@transaction.atomic
def supersede_certificate(*, certificate: Certificate, reason: str, signer: str, actor: User) -> Certificate:
    """A new paper in place of one that is wrong or lost: the name and the course as they are written today, the same last
    day. The old one keeps its row and code and says why it was replaced."""
    certificate = _locked(certificate)
    require(actor, "courses.certify", certificate.course.organiser.area)
    today = timezone.localdate()
    _check(today, signer)
    reason = _reason(reason)
    if state_of(certificate) not in IN_FORCE:
        raise DomainError(_("Only a certificate in force can be replaced. Nothing was changed."))
    register = _open_register(certificate.course, today)
    _end(certificate, Kind.SUPERSEDED, today, reason, actor)
    return _write(
        register, certificate.holder, certificate.course, today, certificate.valid_until, signer, actor,
        certificate.held_from, certificate.held_until,
    )  # fmt: skip


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, reason: str, actor: User) -> Certificate:
    """From today it proves nothing any more; its code says so, with the reason. Revoking twice changes nothing."""
    certificate = _locked(certificate)
    require(actor, "courses.revoke", certificate.course.organiser.area)
    reason = _reason(reason)
    if not certificate.events.filter(kind=Kind.REVOKED).exists():
        _end(certificate, Kind.REVOKED, timezone.localdate(), reason, actor)
    return certificate


@transaction.atomic
def suspend_certificate(*, certificate: Certificate, reason: str, actor: User) -> Certificate:
    """It proves nothing until it is restored. Only what is in force can be suspended."""
    certificate = _locked(certificate)
    require(actor, "courses.revoke", certificate.course.organiser.area)
    reason = _reason(reason)
    if state_of(certificate) not in IN_FORCE:
        raise DomainError(_("Only a certificate in force can be suspended. Nothing was changed."))
    certificate.events.create(kind=Kind.SUSPENDED, on=timezone.localdate(), reason=reason, actor=actor)
    return certificate


@transaction.atomic
def restore_certificate(*, certificate: Certificate, reason: str, actor: User) -> Certificate:
    """Ends a suspension from today; the days between stay days without proof."""
    certificate = _locked(certificate)
    require(actor, "courses.revoke", certificate.course.organiser.area)
    reason = _reason(reason)
    if state_of(certificate) != Kind.SUSPENDED:
        raise DomainError(_("This certificate is not suspended. Nothing was changed."))
    certificate.events.create(kind=Kind.RESTORED, on=timezone.localdate(), reason=reason, actor=actor)
    return certificate


def _locked(certificate: Certificate) -> Certificate:
    return Certificate.objects.select_for_update().get(pk=certificate.pk)


def _check(on: date, signer: str) -> None:
    if on > timezone.localdate():
        raise DomainError(_("A certificate cannot be dated in the future. Nothing was issued."))
    if not signer.strip():
        raise DomainError(_("Say who signs it. Nothing was issued."))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    return reason.strip()


def _open_register(course: Course, on: date) -> Register:
    """The organiser's book of the year; from here to the end of the transaction nobody else takes a number from it."""
    Register.objects.get_or_create(issuer=course.organiser, year=on.year)
    return Register.objects.select_for_update().get(issuer=course.organiser, year=on.year)


def _write(register, holder, course, on, until, signer, actor, held_from, held_until) -> Certificate:
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
        held_from=held_from,
        held_until=held_until,
        valid_from=on,
        valid_until=until,
        issued_by=actor,
    )


def _end(certificate: Certificate, kind: str, on: date, reason: str, actor: User) -> None:
    certificate.events.create(kind=kind, on=on, reason=reason, actor=actor)
    certificate.ended_on = min(on, certificate.ended_on or on)
    certificate.save(update_fields=["ended_on"])


def state_of(certificate: Certificate, on: date | None = None) -> str:
    """valid, expiring (within 90 days), expired, suspended, superseded or revoked, on a day."""
    on = on or timezone.localdate()
    events = [event for event in certificate.events.all() if event.on <= on]
    if events and events[-1].kind != Kind.RESTORED:
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
