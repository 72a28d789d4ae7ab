"""Findings and visits: who may say what, and in which order. A finding is closed by those who raised it."""

import uuid
from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from campaigns.broadcast.channels import channels
from campaigns.facts import require_past, write_once
from core.errors import DomainError
from media import jobs
from people.models import Membership, Organisation, User
from people.permissions import ACTS, current_memberships, may
from places.models import AdministrativeUnit
from reports.models import Finding, FindingStep, Visit, VisitAnswer, VisitQuestion

Kind = FindingStep.Kind


def speaks_for(user, act: str, area: AdministrativeUnit) -> Organisation:
    """The organisation in whose name the person does `act` in an area; 403 where they may not."""
    if not may(user, act, area):
        raise PermissionDenied
    heirs = AdministrativeUnit.objects.filter(pk=area.pk).successors()
    for membership in current_memberships(user):
        reach = AdministrativeUnit.objects.within(membership.area)
        if membership.role in ACTS[act] and reach.filter(pk__in=heirs.values("pk")).exists():
            return membership.organisation
    raise PermissionDenied


@transaction.atomic
def raise_finding(
    *, actor: User, area: AdministrativeUnit, subject: str, text: str, due_on: date, client_uuid: uuid.UUID
) -> Finding:
    """Says what was found and by when it has to be answered; those who answer for the area are told."""
    organisation = speaks_for(actor, "reports.raise_finding", area)
    if subject not in Finding.Subject.values:
        raise DomainError(_("Choose what the finding is about."))
    if not text.strip():
        raise DomainError(_("Say what was found and what is asked for."))
    if not timezone.localdate() <= due_on:
        raise DomainError(_("The day to answer by lies in the past."))
    said = {"area": area, "subject": subject, "text": text.strip(), "due_on": due_on}
    finding, fresh = write_once(
        Finding, client_uuid=client_uuid, said=said, raised_by=actor, organisation=organisation
    )  # fmt: skip
    if fresh:
        _tell("raised", finding, finding.pk)
    return finding


@transaction.atomic
def answer_finding(*, actor: User, finding: Finding, text: str, client_uuid: uuid.UUID) -> FindingStep:
    """Says what was done. The finder then closes it, or says that it is not settled yet."""
    if not may(actor, "reports.answer_finding", finding.area):
        raise PermissionDenied
    return _step(finding, actor, Kind.ANSWERED, text, client_uuid, allowed={Finding.OPEN})


@transaction.atomic
def return_finding(*, actor: User, finding: Finding, text: str, due_on: date, client_uuid: uuid.UUID) -> FindingStep:
    """The answer does not settle it; a new day to answer by."""
    _require_finder(actor, finding)
    if due_on < timezone.localdate():
        raise DomainError(_("The day to answer by lies in the past."))
    return _step(finding, actor, Kind.RETURNED, text, client_uuid, allowed={Finding.ANSWERED}, due_on=due_on)


@transaction.atomic
def close_finding(*, actor: User, finding: Finding, text: str, client_uuid: uuid.UUID) -> FindingStep:
    _require_finder(actor, finding)
    return _step(finding, actor, Kind.CLOSED, text, client_uuid, allowed={Finding.OPEN, Finding.ANSWERED})


def is_finder(user, finding: Finding) -> bool:
    """Who raised it, or a colleague of the same organisation who may raise findings there."""
    if not may(user, "reports.raise_finding", finding.area):
        return False
    return any(
        m.organisation_id == finding.organisation_id
        for m in current_memberships(user)
        if m.role in ACTS["reports.raise_finding"]
    )


def _require_finder(actor: User, finding: Finding) -> None:
    if not is_finder(actor, finding):
        raise PermissionDenied


def _step(
    finding: Finding, actor: User, kind: str, text: str, client_uuid: uuid.UUID, *, allowed: set[str], due_on=None
) -> FindingStep:
    said = {"finding": finding, "kind": kind, "text": text.strip(), "due_on": due_on}
    if not said["text"]:
        raise DomainError(_("Say it in a few words."))
    # Two answers at once wait for each other here.
    Finding.objects.select_for_update().get(pk=finding.pk)
    if not FindingStep.objects.filter(client_uuid=client_uuid).exists():
        state = Finding.objects.with_state().get(pk=finding.pk).state
        if state not in allowed:
            raise DomainError(_("Meanwhile this finding has gone on. Read it again; nothing was recorded."))
    step, fresh = write_once(FindingStep, client_uuid=client_uuid, said=said, actor=actor)
    if fresh:
        _tell(kind, finding, step.pk)
    return step


@transaction.atomic
def log_visit(
    *, actor: User, area: AdministrativeUnit, visited_on: date, answers: dict[VisitQuestion, str], note: str,
    client_uuid: uuid.UUID,
) -> Visit:  # fmt: skip
    """Writes down a visit with its check list. Sending it twice is harmless."""
    organisation = speaks_for(actor, "reports.log_visit", area)
    require_past(visited_on)
    seen = {question: answer for question, answer in answers.items() if answer != VisitAnswer.Answer.NOT_SEEN}
    if not seen and not note.strip():
        raise DomainError(_("Nothing was looked at and nothing is noted. Nothing was recorded."))
    said = {"area": area, "visited_on": visited_on, "note": note.strip()}
    visit, fresh = write_once(Visit, client_uuid=client_uuid, said=said, logged_by=actor, organisation=organisation)
    if fresh:
        VisitAnswer.objects.bulk_create(
            VisitAnswer(visit=visit, question=question, answer=answer) for question, answer in answers.items()
        )
    return visit


@transaction.atomic
def void_visit(*, actor: User, visit: Visit, reason: str) -> Visit:
    """Says that a visit was written down wrongly; it stays readable with its reason. By its author only."""
    if visit.logged_by_id != actor.pk or not may(actor, "reports.log_visit", visit.area):
        raise PermissionDenied
    if not reason.strip():
        raise DomainError(_("Say in a few words why this record is wrong."))
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if visit.voided_at is None:
        visit.voided_at, visit.voided_by, visit.void_reason = timezone.now(), actor, reason.strip()[:200]
        visit.save(update_fields=["voided_at", "voided_by", "void_reason"])
    return visit


# Telling people -------------------------------------------------------------------------------------------------------


def _tell(what: str, finding: Finding, number: int) -> None:
    for person in concerned(finding, what):
        args = {"finding": finding.pk, "what": what, "person": person.pk}
        jobs.enqueue("finding-notice", f"{what}:{number}:{person.pk}", args)


def concerned(finding: Finding, what: str) -> list[User]:
    """Who is told: of an answer, the finder; of everything else, those who answer for the commune, or for what lies above
    it where it has nobody."""
    if what == Kind.ANSWERED:
        return [finding.raised_by]
    found = Membership.objects.current().in_roles(*ACTS["reports.answer_finding"]).select_related("user")
    for unit in AdministrativeUnit.objects.filter(pk=finding.area_id).successors().select_related("parent__parent"):
        while unit is not None:
            people = {m.user for m in found.filter(area=unit) if m.user.is_active}
            if people:
                return sorted(people, key=lambda person: person.pk)
            unit = unit.parent
    return []


@jobs.handles("finding-notice")
def notice_job(args: dict) -> None:
    finding = Finding.objects.with_state().select_related("area", "organisation").get(pk=args["finding"])
    person = User.objects.get(pk=args["person"])
    link = settings.SITE_URL.rstrip("/")
    with override(person.written_language):
        context = {
            "finding": finding, "what": args["what"], "link": link + reverse("reports:finding", args=[finding.pk]),
        }  # fmt: skip
        subject = _("Finding: %(area)s") % {"area": finding.area.label}
        body = render_to_string("reports/email/finding.txt", context)
        for way in channels().values():
            if way.reaches(person):
                way.send(person, subject, body)
