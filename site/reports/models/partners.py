"""Who stands behind the work: partners, and what each supports. Names and labels only, no accounts."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Event
from core.text import NfcCharField, NfcTextField
from courses.models import Course
from people.permissions import areas_for
from places.models import AdministrativeUnit


class Partner(models.Model):
    """A body that supports the work: an office, a union, an organisation, a business. Entered by reports.partners."""

    class Kind(models.TextChoices):
        STATE = "state", _("state body")
        UNION = "union", _("Fatherland Front and unions")
        INTERNATIONAL = "international", _("international organisation")
        SOCIAL = "social", _("social organisation")
        BUSINESS = "business", _("business")

    name = NfcCharField(_("name"), max_length=160, unique=True)
    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    note = NfcTextField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SupportQuerySet(models.QuerySet):
    def visible_to(self, user):
        units = areas_for(user, "reports.see_dashboard")
        return self.filter(area__in=set().union(*units.ancestry().values()))

    def current(self, on=None):
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Support(models.Model):
    """What a partner supports, how, and out of which budget source (a label). At most one of campaign, event and course;
    with none of them it is support of the work as a whole."""

    class Form(models.TextChoices):
        MONEY = "money", _("money")
        GOODS = "goods", _("goods and print")
        PEOPLE = "people", _("people and knowledge")

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="supports", verbose_name=_("partner"))
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", verbose_name=_("area"))
    form = models.CharField(_("form"), max_length=6, choices=Form)
    what = NfcCharField(_("what it is for"), max_length=200)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="supports", verbose_name=_("campaign")
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="supports", verbose_name=_("event")
    )
    course = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, related_name="supports", verbose_name=_("course")
    )
    budget_source = NfcCharField(
        _("budget source"), max_length=80, blank=True, help_text=_("A label only, such as “sự nghiệp địa phương”.")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    entered_by = models.ForeignKey("people.User", models.PROTECT, related_name="+", editable=False)
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SupportQuerySet.as_manager()

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("support")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="reports_support_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(campaign=None, event=None) | Q(campaign=None, course=None) | Q(event=None, course=None),
                name="reports_support_of_one_thing",
                violation_error_message=_("Choose one of campaign, event and course, or none of them."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.partner}: {self.what}"

    @property
    def target(self):
        """What is supported, or None for the work as a whole."""
        return self.campaign or self.event or self.course
