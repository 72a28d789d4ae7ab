"""Who changed, approved, submitted or voided what, and when: one list drawn from the facts themselves.

Nothing is written down a second time. Every act that counts already stands on its own row with its actor and its moment; a
source below says where, and in which words. What no person did (a scheduled publication, a job) is not listed. The list is
for administrators and supervisors, each for their area; acts on the public site and on what the whole province shares belong
to no commune and are shown to those who look after a province.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import registry as wagtail_log
from wagtail.models import ModelLogEntry, PageLogEntry

from campaigns.models import (
    Airing,
    Arrival,
    Bulletin,
    Consent,
    DirectSession,
    ModelEvent,
    Pledge,
    Repair,
    ResultStep,
    Rollout,
    StationKey,
    TranslationSign,
    VersionEvent,
)
from courses.models import Certificate, CertificateEvent, ComplianceSnapshot, EnrolmentEvent, SurveyWithdrawal
from people.models import Membership, User
from people.permissions import areas_for
from places.models import AdministrativeUnit
from reports.models import CitationCheck, CommunePlan, FindingStep, LegalDocument, ReportAct, Support, Visit

GROUPS = {
    "broadcast": gettext_lazy("broadcasting"),
    "site": gettext_lazy("pages and registers"),
    "villages": gettext_lazy("villages"),
    "training": gettext_lazy("training"),
    "people": gettext_lazy("people"),
    "reports": gettext_lazy("plan and reports"),
}


@dataclass(frozen=True)
class Entry:
    at: datetime
    actor: str
    act: str
    what: str
    where: str
    reason: str


@dataclass(frozen=True)
class Source:
    """`rows` with `at` and `actor` fields; `area`: the path to the unit it stands on, "" for what belongs to no commune."""

    group: str
    rows: Callable[[], QuerySet]
    at: str
    actor: str
    area: str
    act: Callable[[object], str]
    what: Callable[[object], str]
    reason: Callable[[object], str] = lambda row: ""


def _voided(model, group: str, area: str, what: Callable[[object], str], *more: str) -> Source:
    """Records that were voided with a reason."""
    return Source(
        group, lambda: model.objects.select_related("voided_by", *more), "voided_at", "voided_by", area,
        lambda row: _("voided"), what, lambda row: row.void_reason,
    )  # fmt: skip


def _named(row) -> str:
    return f"{capfirst(row._meta.verbose_name)}: {row}"


def _logged(row) -> str:
    """What Wagtail calls an action."""
    return str(wagtail_log.get_action_label(row.action)) if wagtail_log.action_exists(row.action) else row.action


SOURCES = (
    Source(
        "broadcast", lambda: VersionEvent.objects.select_related("actor", "version__language", "version__bulletin__area"),
        "at", "actor", "version__bulletin__area", lambda row: row.get_act_display(),
        lambda row: f"{row.version.bulletin.title} · {row.version.language.label}", lambda row: row.note,
    ),
    Source(
        "broadcast", lambda: Bulletin.objects.select_related("withdrawn_by", "area"), "withdrawn_at", "withdrawn_by",
        "area", lambda row: _("withdrawn"), lambda row: row.title, lambda row: row.withdrawal_reason,
    ),
    _voided(
        Airing, "broadcast", "commune", lambda row: f"{_('Airing')}: {row.version}", "commune", "version__bulletin",
        "version__language",
    ),
    Source(
        "broadcast", lambda: StationKey.objects.select_related("made_by", "station__commune"), "made_at", "made_by",
        "station__commune", lambda row: _("made"), lambda row: f"{_('Station key')}: {row.station.name}",
    ),
    Source(
        "broadcast", lambda: StationKey.objects.select_related("revoked_by", "station__commune"), "revoked_at",
        "revoked_by", "station__commune", lambda row: _("revoked"), lambda row: f"{_('Station key')}: {row.station.name}",
    ),
    Source(
        "broadcast", lambda: Repair.objects.select_related("closed_by", "commune"), "closed_at", "closed_by", "commune",
        lambda row: _("closed"), _named,
    ),
    Source(
        "site", lambda: PageLogEntry.objects.exclude(user=None).select_related("user"), "timestamp", "user", "", _logged,
        lambda row: row.label, lambda row: str(row.data.get("comment", "") or row.data.get("reason", "")),
    ),
    Source(
        "site", lambda: ModelLogEntry.objects.exclude(user=None).select_related("user"), "timestamp", "user", "", _logged,
        lambda row: row.label,
    ),
    Source(
        "site", lambda: TranslationSign.objects.select_related("by", "translation__source", "translation__locale"), "at",
        "by", "", lambda row: row.get_step_display(),
        lambda row: f"{row.translation.source.title} · {row.translation.locale}", lambda row: row.note,
    ),
    Source(
        "site", lambda: Consent.objects.select_related("withdrawn_by"), "withdrawn_at", "withdrawn_by", "",
        lambda row: _("withdrawn"), _named,
    ),
    _voided(DirectSession, "villages", "commune", _named, "commune"),
    Source(
        "villages", lambda: ResultStep.objects.select_related("actor", "result__event__commune"), "at", "actor",
        "result__event__commune", lambda row: row.get_state_display(),
        lambda row: f"{capfirst(row.result._meta.verbose_name)}: {row.result.event.title}", lambda row: row.remark,
    ),
    _voided(Arrival, "villages", "event__commune", lambda row: f"{row.event.title}: {row.people}", "event__commune"),
    _voided(Rollout, "villages", "settlement__commune", _named, "settlement__commune"),
    _voided(Pledge, "villages", "settlement__commune", _named, "settlement__commune"),
    _voided(ModelEvent, "villages", "model__commune", _named, "model__commune"),
    Source(
        "training", lambda: Certificate.objects.select_related("issued_by", "register__issuer__area"), "issued_on",
        "issued_by", "register__issuer__area", lambda row: _("issued"), lambda row: f"{row} · {row.course_title}",
    ),
    Source(
        "training", lambda: SurveyWithdrawal.objects.select_related("actor", "answer__run__course__organiser__area"), "at",
        "actor", "answer__run__course__organiser__area", lambda row: _("words of a survey taken down"),
        lambda row: str(row.answer.run), lambda row: row.reason,
    ),
    Source(
        "training", lambda: ComplianceSnapshot.objects.exclude(taken_by=None).select_related("taken_by", "area"), "taken_at",
        "taken_by", "area", lambda row: _("figures kept"), _named, lambda row: row.purpose,
    ),
    Source(
        "training", lambda: CertificateEvent.objects.select_related("actor", "certificate__register__issuer__area"), "at",
        "actor", "certificate__register__issuer__area", lambda row: row.get_kind_display(),
        lambda row: str(row.certificate), lambda row: row.reason,
    ),
    Source(
        "training",
        lambda: EnrolmentEvent.objects.exclude(actor=None).select_related(
            "actor", "enrolment__user", "enrolment__run__course__organiser__area"
        ),
        "at", "actor", "enrolment__run__course__organiser__area", lambda row: row.get_state_display(),
        lambda row: f"{_('Class')}: {row.enrolment.run.course.label} · {row.enrolment.user}", lambda row: row.reason,
    ),
    Source(
        "people", lambda: Membership.objects.exclude(granted_by=None).select_related("granted_by", "user", "area"),
        "starts_on", "granted_by", "area", lambda row: _("role given"), str,
    ),
    Source(
        "people", lambda: Membership.objects.exclude(ended_by=None).select_related("ended_by", "user", "area"), "ends_on",
        "ended_by", "area", lambda row: _("role ended"), str,
    ),
    Source(
        "people", lambda: User.objects.select_related("locked_by"), "locked_at", "locked_by", "",
        lambda row: _("account locked"), str,
    ),
    Source(
        "reports", lambda: FindingStep.objects.select_related("actor", "finding__area"), "at", "actor", "finding__area",
        lambda row: row.get_kind_display(), lambda row: f"{_('Finding')}: {row.finding}", lambda row: row.text,
    ),
    _voided(Visit, "reports", "area", _named, "area"),
    Source(
        "reports",
        lambda: ReportAct.objects.exclude(by=None).select_related(
            "by", "report__unit", "report__request__form", "report__request__period"
        ),
        "at", "by", "report__unit", lambda row: row.get_kind_display(), lambda row: f"{_('Report')}: {row.report}",
        # A signature's note is the seal of what was signed.
        lambda row: "" if row.kind == ReportAct.Kind.SIGNED else row.note,
    ),
    Source(
        "reports", lambda: CommunePlan.objects.select_related("issued_by", "unit"), "issued_at", "issued_by", "unit",
        lambda row: _("issued"), _named,
    ),
    Source(
        "reports", lambda: CitationCheck.objects.select_related("checked_by", "law"), "checked_at", "checked_by", "",
        lambda row: _("citation checked"), lambda row: row.law.number, lambda row: row.reason,
    ),
    Source(
        "reports", lambda: LegalDocument.objects.select_related("kept_by"), "kept_at", "kept_by", "",
        lambda row: _("changed"), _named,
    ),
    Source(
        "reports", lambda: Support.objects.select_related("entered_by", "partner", "area"), "entered_at", "entered_by",
        "area", lambda row: _("entered"), _named,
    ),
)  # fmt: skip


def entries(
    *, user, first: date, last: date, group: str = "", person: User | None = None, area=None, most: int = 500
) -> list[Entry]:
    """The newest `most` acts from `first` to `last`, newest first, in the areas the reader watches over (or `area` and
    what lies under it). One query a source, whatever the size."""
    watched = areas_for(user, "reports.see_audit")
    units = watched if area is None else AdministrativeUnit.objects.within(area) & watched
    family = set().union(*units.ancestry().values())
    shared = area is None and watched.filter(level=AdministrativeUnit.Level.PROVINCE).exists()
    found: list[Entry] = []
    for source in SOURCES:
        if (group and source.group != group) or not (source.area or shared):
            continue
        found += _read(source, family, first, last, person, most)
    return sorted(found, key=lambda entry: entry.at, reverse=True)[:most]


def _read(source: Source, family: set[int], first: date, last: date, person, most: int) -> list[Entry]:
    rows = source.rows()
    begins, ends = first, last + timedelta(days=1)
    if rows.model._meta.get_field(source.at).get_internal_type() == "DateTimeField":
        begins, ends = _midnight(begins), _midnight(ends)
    asked = Q(**{f"{source.at}__gte": begins, f"{source.at}__lt": ends})
    if source.area:
        asked &= Q(**{f"{source.area}__in": family})
    if person is not None:
        asked &= Q(**{source.actor: person})
    return [
        Entry(
            at=_moment(getattr(row, source.at)),
            actor=str(getattr(row, source.actor) or ""),
            act=str(source.act(row)),
            what=source.what(row),
            where=_unit(row, source.area),
            reason=source.reason(row),
        )
        for row in rows.filter(asked).order_by(f"-{source.at}", "-pk")[:most]
    ]


def _unit(row, path: str) -> str:
    for name in filter(None, path.split("__")):
        row = getattr(row, name)
    return row.label if path else ""


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _moment(value) -> datetime:
    """Some acts are known by their day only; they stand at its beginning."""
    return value if isinstance(value, datetime) else _midnight(value)
