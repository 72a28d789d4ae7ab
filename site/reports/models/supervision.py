"""What those who watch over the work see and say: findings with answers and a due date, and visits with a check list.

Both are about communication and training only. Nothing here tells of a person who was helped.
"""

import uuid

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField
from people.models import Organisation, User
from people.permissions import areas_for
from places.models import AdministrativeUnit


class OfAnArea(models.QuerySet):
    """Rows that stand on a unit; whoever looks after what the unit has become sees them too."""

    act = ""

    def visible_to(self, user):
        units = areas_for(user, self.act)
        return self.filter(area__in=set().union(*units.ancestry().values()))


class FindingQuerySet(OfAnArea):
    act = "reports.see_findings"

    def with_state(self):
        """Each with `state` (open, answered, closed): what the last line of its log says."""
        steps = FindingStep.objects.filter(finding=OuterRef("pk")).order_by("-at", "-pk")
        returned = steps.filter(kind=FindingStep.Kind.RETURNED)
        return self.annotate(
            last_step=Coalesce(Subquery(steps.values("kind")[:1]), Value("")),
            due=Coalesce(Subquery(returned.values("due_on")[:1]), F("due_on")),
            state=Case(
                When(last_step=FindingStep.Kind.CLOSED, then=Value(Finding.CLOSED)),
                When(last_step=FindingStep.Kind.ANSWERED, then=Value(Finding.ANSWERED)),
                default=Value(Finding.OPEN),
            ),
        )


class Finding(models.Model):
    """Something a supervisor saw that has to be put right, by a day. Raised by reports.supervision.raise_finding; what
    becomes of it is a line of its log (FindingStep)."""

    OPEN, ANSWERED, CLOSED = "open", "answered", "closed"

    class Subject(models.TextChoices):
        BROADCAST = "broadcast", _("monthly broadcast")
        MATERIAL = "material", _("materials and pages")
        SESSION = "session", _("direct sessions and events")
        TRAINING = "training", _("training")
        REPORT = "report", _("plan and reports")

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="findings", verbose_name=_("area"))
    subject = models.CharField(_("about"), max_length=9, choices=Subject)
    text = NfcTextField(_("what was found, and what is asked for"), max_length=1000)
    due_on = models.DateField(_("answer by"))
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="findings", editable=False)
    raised_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="reports_finding_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.get_subject_display()}"

    @property
    def is_overdue(self) -> bool:
        """Not answered by its day. Needs `with_state`."""
        return self.state == Finding.OPEN and self.due < timezone.localdate()


class FindingStep(models.Model):
    """A line of a finding's log: an answer, a "not settled yet" with a new day, or its end."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", _("answered")
        RETURNED = "returned", _("not settled yet")
        CLOSED = "closed", _("closed")

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind)
    text = NfcTextField(max_length=1000)
    due_on = models.DateField(null=True, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("line of a finding's log")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="reports_findingstep_says_something"),
            models.CheckConstraint(
                condition=Q(kind="returned", due_on__isnull=False) | (~Q(kind="returned") & Q(due_on=None)),
                name="reports_findingstep_returned_with_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding_id}: {self.get_kind_display()}"


class VisitQuestion(models.Model):
    """A line of the check list for visits. Data, loaded with the plan; a question that is no longer asked keeps its row."""

    code = models.SlugField(unique=True)
    text = NfcCharField(max_length=200)
    text_en = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField()
    is_asked = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("question of the check list")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.text_en if self.text_en and get_language() == "en" else self.text


class VisitQuerySet(OfAnArea):
    act = "reports.see_findings"


class Visit(models.Model):
    """A visit to a commune, on communication and training only. Written by reports.supervision.log_visit, never edited;
    a visit that was written down wrongly is voided with a reason."""

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="visits", verbose_name=_("commune"))
    visited_on = models.DateField(_("day of the visit"))
    note = NfcTextField(_("note"), max_length=2000, blank=True)
    logged_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="visits", editable=False)
    logged_at = models.DateTimeField(default=timezone.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    void_reason = NfcCharField(max_length=200, blank=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="reports_visit_voided_with_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.visited_on:%d/%m/%Y}"


class VisitAnswer(models.Model):
    """What one visit saw to one question."""

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")
        NOT_SEEN = "unseen", _("not looked at")

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="answers")
    question = models.ForeignKey(VisitQuestion, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=6, choices=Answer)

    class Meta:
        verbose_name = _("answer of a visit")
        ordering = ["question__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["visit", "question"], name="reports_visitanswer_once")]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.answer}"
