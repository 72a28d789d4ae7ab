"""Reports: the period, who is asked for what until when, what was written, signed, sent and answered."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.text import NfcCharField, NfcTextField
from people.permissions import areas_for
from places.models import AdministrativeUnit
from reports.models.form import FormLine, FormSection, ReportForm
from reports.models.plan import own_words

User = settings.AUTH_USER_MODEL


class ReportingPeriod(models.Model):
    """A year, or the several years of a review, in an area. Kept by reports.form_keeping."""

    class Kind(models.TextChoices):
        YEAR = "year", _("yearly report")
        INTERIM = "interim", _("interim review")
        FINAL = "final", _("final review")

    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="periods", verbose_name=_("area"))
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.YEAR)
    name = NfcCharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    starts_on = models.DateField(_("counted from"))
    ends_on = models.DateField(_("counted to"))

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ["-ends_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind", "starts_on", "ends_on"], name="reports_period_once",
                violation_error_message=_("This period is entered already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="reports_period_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return own_words(self, "name")

    @property
    def is_review(self) -> bool:
        return self.kind != self.Kind.YEAR


class RequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What is asked of the person's units, or of those below them."""
        areas = areas_for(user, "reports.see")
        family = set().union(*areas.ancestry().values())
        above = AdministrativeUnit.objects.filter(Q(children__in=family) | Q(children__children__in=family))
        return self.filter(Q(period__area__in=family) | Q(period__area__in=above.values("pk")))


class ReportRequest(models.Model):
    """Asks every unit of the form's level in the period's area for a report. Who that is on a day: reports.obligations."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="requests", verbose_name=_("period"))
    form = models.ForeignKey(ReportForm, models.PROTECT, related_name="requests", verbose_name=_("form"))
    due_on = models.DateField(_("last day in time"))
    adds_up = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="added_in",
        verbose_name=_("adds up the reports of"),
    )  # fmt: skip

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for reports")
        verbose_name_plural = _("requests for reports")
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "form"], name="reports_request_once",
                violation_error_message=_("This form is asked for in this period already."),
            ),
            models.CheckConstraint(
                condition=Q(adds_up=None) | ~Q(adds_up=F("pk")), name="reports_request_not_of_itself"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.form} · {self.period}"

    def days_left(self, on: date | None = None) -> int:
        """Below zero: so many days late."""
        return (self.due_on - (on or timezone.localdate())).days


class ReportQuerySet(models.QuerySet):
    def current(self):
        """Without those that a corrected one has replaced."""
        return self.filter(superseded_at=None)

    def sent(self):
        return self.filter(state__in=(Report.State.SUBMITTED, Report.State.ACCEPTED))

    def visible_to(self, user):
        """Reports of the person's area, past units included; whoever only watches sees none that is still being written."""
        seen = set().union(*areas_for(user, "reports.see").ancestry().values())
        drafts = set().union(*areas_for(user, "reports.see_drafts").ancestry().values())
        return self.filter(Q(unit__in=seen) & ~Q(submitted_at=None) | Q(unit__in=drafts))


class Report(models.Model):
    """One unit's answer to a request. Written by reports.writing, moved by reports.flow.

    From the signature on `frozen` holds all that the paper says, with the numbers, the rule versions and how many rows stood
    behind them (shape: reports.content); it is what is read, printed and added up. A report that was sent is never edited:
    returned, it is followed by a corrected one (`supersedes`).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being written")
        SIGNED = "signed", _("signed")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", pgettext_lazy("report", "accepted")

    request = models.ForeignKey(ReportRequest, models.PROTECT, related_name="reports")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="reports", verbose_name=_("unit"))
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT, editable=False)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="successor", editable=False
    )
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    number = NfcCharField(_("number of the paper"), max_length=20, blank=True)
    issued_on = models.DateField(_("date of the paper"), null=True, blank=True)
    by_deputy = models.BooleanField(_("signed by the deputy for the head (KT.)"), default=False)
    signer_name = NfcCharField(_("name under the signature"), max_length=120, blank=True)
    computed = models.JSONField(default=dict, editable=False)
    counted_at = models.DateTimeField(null=True, blank=True, editable=False)
    counted_until = models.DateField(null=True, blank=True, editable=False)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    signed_at = models.DateTimeField(null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    frozen = models.JSONField(null=True, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "unit"], condition=Q(superseded_at=None), name="reports_report_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", frozen__isnull=True, sha256="", signed_by=None, signed_at=None)
                | (~Q(state="draft") & Q(frozen__isnull=False, signed_by__isnull=False, signed_at__isnull=False)
                   & ~Q(sha256="")),
                name="reports_report_frozen_when_signed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "signed"), submitted_at=None)
                | Q(state__in=("submitted", "returned", "accepted"), submitted_at__isnull=False),
                name="reports_report_submitted_at",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at=None) | Q(state="returned"), name="reports_report_superseded_when_returned"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit} · {self.request}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.DRAFT


class Entry(models.Model):
    """What a person says to a line: a figure of their own (a correction where one was counted), and why. Beside it the
    counted figure stays. Written by reports.writing.save_section."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="entries")
    line = models.ForeignKey(FormLine, models.PROTECT, related_name="entries")
    part = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    whole = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    note = NfcCharField(max_length=300, blank=True)
    corrects = models.BooleanField(default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "line"], name="reports_entry_once"),
            models.CheckConstraint(
                condition=Q(corrects=False) | (Q(part__isnull=False) & ~Q(note="")),
                name="reports_entry_corrects_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(part=None, whole=None) | Q(part__gte=0), name="reports_entry_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(whole=None) | Q(part__lte=F("whole")), name="reports_entry_part_within_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.part}"


class ReportText(models.Model):
    """The words of a section. Written by reports.writing.save_section."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="texts")
    section = models.ForeignKey(FormSection, models.PROTECT, related_name="texts")
    text = NfcTextField(max_length=8000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "section"], name="reports_text_once")]

    def __str__(self) -> str:
        return self.text[:40]


class Attachment(models.Model):
    """A file that goes with a report, judged by its content (reports.attachments)."""

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="attachments")
    name = NfcCharField(max_length=120)
    kind = models.CharField(max_length=4)
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=160)
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name


class ReportAct(models.Model):
    """A line of a report's log: who did what, when, with which words. Appended by reports.flow and reports.writing only."""

    class Kind(models.TextChoices):
        BEGUN = "begun", _("begun")
        COUNTED = "counted", _("figures counted")
        CORRECTED = "corrected", _("figure corrected")
        SIGNED = "signed", _("signed")
        TAKEN_BACK = "taken-back", _("signature taken back")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", pgettext_lazy("report", "accepted")
        SUPERSEDED = "superseded", _("a corrected report begun")
        ADDED_UP = "added-up", _("reports added up")

    report = models.ForeignKey(Report, models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = NfcTextField(max_length=1000, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="returned") | ~Q(note=""), name="reports_act_returned_with_remarks"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report}: {self.get_kind_display()}"


class Consolidation(models.Model):
    """The reports of the units below, added up for one report. Made by the job of reports.consolidation; the newest counts.

    `lines`: line id → {"part", "whole", "counted_once"}; `units`: [{"unit", "name", "state", "report", "sha256", "lines"}].
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="consolidations")
    lines = models.JSONField(default=dict)
    units = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.report}: {self.made_at:%Y-%m-%d %H:%M}"


class ReportReminder(models.Model):
    """One reminder of a report to one person by one channel. Written by reports.reminders; never sent twice."""

    person = models.ForeignKey(User, models.PROTECT, related_name="report_reminders")
    request = models.ForeignKey(ReportRequest, models.PROTECT, related_name="reminders")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "request", "unit", "days", "channel"], name="reports_reminder_once"
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(dropped_at=None), name="reports_reminder_sent_or_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.request} · {self.days}"
