"""The plan as data: clauses, the bodies that answer for them, targets and deadlines. Read from data/plan by
reports.plans; a later programme is one more file there. Bodies end and pass their duties on, so ask as of a day."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField
from places.models import AdministrativeUnit
from reports.models.law import LegalDocument


def own_words(row, name: str) -> str:
    """A text in English where there is one and the reader reads English, else in Vietnamese."""
    english = getattr(row, f"{name}_en")
    return english if english and get_language() == "en" else getattr(row, name)


class Plan(models.Model):
    """A plan or programme of several years."""

    code = models.SlugField(unique=True)
    number = NfcCharField(_("number"), max_length=40, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    title = NfcCharField(_("title"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    outlook_until = models.DateField(_("orientation until"), null=True, blank=True)
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", verbose_name=_("area"))
    legal_basis = models.ManyToManyField(LegalDocument, related_name="plans", verbose_name=_("legal basis"))
    source = NfcCharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="reports_plan_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.number or self.code

    @property
    def label(self) -> str:
        return own_words(self, "title")


class Body(models.Model):
    """Who answers for a clause: a department, the committees of a level, the unions. After `until` its duties are with
    `successors`."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="bodies")
    code = models.SlugField()
    name = NfcCharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    until = models.DateField(_("no longer exists from"), null=True, blank=True)
    successors = models.ManyToManyField("self", symmetrical=False, related_name="predecessors", blank=True)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="reports_body_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return own_words(self, "name")


class Clause(models.Model):
    """A clause of the plan, word for word. `serves`: keys of reports.features; `outside`: why the rest is not here."""

    class Kind(models.TextChoices):
        PREAMBLE = "preamble", _("preamble")
        SECTION = "section", _("part")
        PURPOSE = "purpose", _("purpose")
        OBJECTIVE = "objective", _("objective")
        TASK = "task", _("task")
        FUNDING = "funding", _("funding")
        DUTY = "duty", _("duty of a body")
        CLOSING = "closing", _("closing")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="clauses")
    ref = models.CharField(_("clause"), max_length=20)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=9, choices=Kind)
    text = NfcTextField(_("text"), max_length=4000)
    position = models.PositiveSmallIntegerField()
    serves = models.JSONField(default=list, blank=True)
    outside = NfcCharField(_("outside this system, because"), max_length=200, blank=True)
    outside_en = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "ref"], name="reports_clause_once"),
            models.CheckConstraint(
                condition=Q(kind="section") | ~Q(serves=[]) | ~Q(outside=""), name="reports_clause_served_or_outside"
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def outside_local(self) -> str:
        return own_words(self, "outside")


class Responsibility(models.Model):
    """A body leads a clause or takes part in it."""

    class Part(models.TextChoices):
        LEAD = "lead", _("leads")
        WITH = "with", _("takes part")

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="responsibilities")
    body = models.ForeignKey(Body, models.PROTECT, related_name="responsibilities")
    part = models.CharField(max_length=4, choices=Part)

    class Meta:
        verbose_name = _("responsibility")
        ordering = ["part", "pk"]
        constraints = [models.UniqueConstraint(fields=["clause", "body"], name="reports_responsibility_once")]

    def __str__(self) -> str:
        return f"{self.clause}: {self.body}"


class Target(models.Model):
    """A figure the plan wants reached, counted by an indicator of reports.indicators."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets")
    code = models.SlugField()
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="targets")
    name = NfcCharField(_("name"), max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    formula = NfcCharField(_("formula"), max_length=300)
    formula_en = models.CharField(max_length=300, blank=True)
    indicator = models.SlugField()
    goal = models.PositiveSmallIntegerField(_("goal, per cent"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="reports_target_once"),
            models.CheckConstraint(condition=Q(goal__gte=1, goal__lte=100), name="reports_target_goal_is_a_share"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        return own_words(self, "name")

    @property
    def formula_local(self) -> str:
        return own_words(self, "formula")


class DeadlineQuerySet(models.QuerySet):
    def current(self, on: date | None = None):
        on = on or timezone.localdate()
        return self.filter(valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gt=on))


class Deadline(models.Model):
    """Something due every year "before" a day, from the units of a level."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="deadlines")
    code = models.SlugField()
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="deadlines")
    name = NfcCharField(_("name"), max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    level = models.CharField(_("level"), max_length=8, choices=AdministrativeUnit.Level)
    body = models.ForeignKey(Body, models.PROTECT, related_name="deadlines")
    month = models.PositiveSmallIntegerField()
    before_day = models.PositiveSmallIntegerField()
    recipients = NfcCharField(_("sent to"), max_length=200)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until, not included"), null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["month", "before_day"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="reports_deadline_once"),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, before_day__gte=1, before_day__lte=31),
                name="reports_deadline_is_a_day_of_the_year",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="reports_deadline_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        return own_words(self, "name")

    def last_day(self, year: int) -> date:
        """The last day in time: "before 10/12" ends with the 9th."""
        return date(year, self.month, self.before_day) - timedelta(days=1)

    def next_day(self, on: date | None = None) -> date:
        on = on or timezone.localdate()
        this_year = self.last_day(on.year)
        return this_year if this_year >= on else self.last_day(on.year + 1)
