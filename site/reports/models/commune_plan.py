"""The yearly plan of a commune: what it means to do, when, by whom, from which budget."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField
from people.permissions import areas_for
from places.models import AdministrativeUnit
from reports.models.plan import Clause, Plan


class CommunePlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Plans of the person's area, past units included; whoever only watches sees issued ones."""
        seen = set().union(*areas_for(user, "reports.see").ancestry().values())
        drafts = set().union(*areas_for(user, "reports.see_drafts").ancestry().values())
        return self.filter(Q(unit__in=seen, issued_at__isnull=False) | Q(unit__in=drafts))


class CommunePlan(models.Model):
    """A unit's plan for a year. Written and issued by reports.commune_plans; an issued plan is not edited any more."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="commune_plans", verbose_name=_("plan"))
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="yearly_plans", verbose_name=_("unit"))
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2021), MaxValueValidator(2100)])
    subject = NfcCharField(_("subject of the paper"), max_length=300)
    grounds = NfcTextField(_("legal basis, one document a line"), max_length=3000, blank=True)
    purpose = NfcTextField(_("purpose and requirements"), max_length=4000, blank=True)
    carrying_out = NfcTextField(_("who carries it out"), max_length=4000, blank=True)
    recipients = NfcTextField(_("recipients, one a line"), max_length=1000, blank=True)
    number = NfcCharField(_("number of the paper"), max_length=20, blank=True)
    by_deputy = models.BooleanField(_("signed by the deputy for the head (KT.)"), default=False)
    signer_name = NfcCharField(_("name under the signature"), max_length=120, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    issued_on = models.DateField(_("date of the paper"), null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    issued_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CommunePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("yearly plan of a commune")
        verbose_name_plural = _("yearly plans of communes")
        ordering = ["-year", "unit__name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="reports_communeplan_once_a_year"),
            models.CheckConstraint(
                condition=Q(issued_at=None, issued_by=None)
                | Q(issued_at__isnull=False, issued_by__isnull=False, issued_on__isnull=False),
                name="reports_communeplan_issued_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year}"

    @property
    def is_open(self) -> bool:
        return self.issued_at is None


class PlanTask(models.Model):
    """A task of a commune's plan. Bound to an indicator, its progress is counted from the same facts as the reports."""

    plan = models.ForeignKey(CommunePlan, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField(default=0)
    clause = models.ForeignKey(
        Clause, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("clause of the plan")
    )
    what = NfcCharField(_("what is to be done"), max_length=300)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    responsible = NfcCharField(_("responsible"), max_length=160)
    joining = NfcCharField(_("takes part"), max_length=200, blank=True)
    budget = NfcCharField(_("budget source"), max_length=120, blank=True)
    cost = models.PositiveBigIntegerField(_("planned cost, đồng"), null=True, blank=True)
    indicator = models.SlugField(_("progress counted by"), blank=True)
    goal = models.PositiveIntegerField(_("goal"), null=True, blank=True)

    class Meta:
        verbose_name = _("task of a plan")
        verbose_name_plural = _("tasks of a plan")
        ordering = ["position", "starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="reports_task_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(goal=None) | ~Q(indicator=""), name="reports_task_goal_of_an_indicator",
                violation_error_message=_("A goal needs a figure that counts it."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.what
