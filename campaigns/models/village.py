"""What the plan asks for in every settlement: its roll-out, prevention models and groups, pledges. Counts, no names."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.facts import FactQuerySet
from campaigns.models.facts import Fact
from core.text import NfcCharField, NfcTextField
from places.models import AdministrativeUnit, Settlement


class SettlementFactQuerySet(FactQuerySet):
    commune = "settlement__commune"


class RolledPlan(models.Model):
    """A plan of the province that has to reach every settlement. Entered by campaigns.villages.rollout.enter_plan; plans follow
    one another, so each keeps its own records."""

    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="rolled_plans", verbose_name=_("area"))
    number = NfcCharField(_("number"), max_length=60)
    name = NfcCharField(_("name"), max_length=200)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("plan to roll out")
        verbose_name_plural = _("plans to roll out")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "number"], name="campaigns_rolledplan_once",
                violation_error_message=_("This plan is entered already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="campaigns_rolledplan_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} – {self.name}"


class Rollout(Fact):
    """A plan reached a settlement. Written by campaigns.villages.rollout.log_rollout."""

    class Form(models.TextChoices):
        MEETING = "meeting", _("meeting")
        LOUDSPEAKER = "loudspeaker", _("loudspeaker")
        LEAFLET = "leaflet", _("leaflet")

    plan = models.ForeignKey(RolledPlan, models.PROTECT, related_name="rollouts")
    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="rollouts")
    done_on = models.DateField(_("date"))
    form = models.CharField(_("form"), max_length=11, choices=Form)
    evidence = NfcCharField(_("evidence"), max_length=200)

    objects = SettlementFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("roll-out")
        verbose_name_plural = _("roll-outs")
        ordering = ["-done_on", "-pk"]
        indexes = [models.Index(fields=["plan", "settlement"], name="campaigns_rollout_reached")]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=~Q(evidence=""), name="campaigns_rollout_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.settlement} {self.done_on}"


class PreventionModel(models.Model):
    """A way of working, or a peer or self-help group, that runs in a commune. Never its members. Entered by
    campaigns.villages.registers.enter_model; what becomes of it is a line of its log (ModelEvent)."""

    class Kind(models.TextChoices):
        PREVENTION = "prevention", _("prevention in the community")
        PEER = "peer", _("peer group")
        SELF_HELP = "self-help", _("self-help group")
        SUPPORT = "support", _("support after return")
        SCHOOL = "school", _("school")

    commune = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="prevention_models", verbose_name=_("commune")
    )
    kind = models.CharField(_("type"), max_length=10, choices=Kind, default=Kind.PREVENTION)
    name = NfcCharField(_("name"), max_length=120)
    since = models.DateField(_("since"))
    guide = NfcTextField(_("how another commune can begin"), max_length=2000, blank=True)
    copied_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="copies", verbose_name=_("made after")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("prevention model or group")
        verbose_name_plural = _("prevention models and groups")
        ordering = ["commune__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["commune", "name"], name="campaigns_preventionmodel_once",
                violation_error_message=_("A model of that name is entered already."),
            ),
            models.CheckConstraint(
                condition=Q(copied_from=None) | ~Q(copied_from=F("pk")), name="campaigns_preventionmodel_not_itself"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class ModelEvent(Fact):
    """A line in a model's log. Its status on a day is what the last line but activities says."""

    class Kind(models.TextChoices):
        ACTIVITY = "activity", _("activity")
        TRIAL = "trial", _("on trial")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        ENDED = "ended", _("ended")

    model = models.ForeignKey(PreventionModel, models.PROTECT, related_name="events")
    kind = models.CharField(_("what happened?"), max_length=8, choices=Kind)
    on = models.DateField(_("date"))
    people = models.PositiveIntegerField(_("people who took part"), default=0)
    note = NfcCharField(_("in a few words"), max_length=200, blank=True)

    class LogQuerySet(FactQuerySet):
        commune = "model__commune"

    objects = LogQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a model's log")
        ordering = ["-on", "-pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(people=0) | Q(kind="activity"), name="campaigns_modelevent_people_of_activities"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model}: {self.get_kind_display()} {self.on}"


class Pledge(Fact):
    """Pledges (bản cam kết) signed in a settlement on a day: how many, and by whom in kind. Written by
    campaigns.villages.registers.log_pledges."""

    class By(models.TextChoices):
        HOUSEHOLDS = "households", _("households")
        PUPILS = "pupils", _("pupils")
        BUSINESSES = "businesses", _("businesses and lodgings")
        UNITS = "units", _("offices and unions")

    settlement = models.ForeignKey(Settlement, models.PROTECT, related_name="pledges", verbose_name=_("settlement"))
    by = models.CharField(_("signed by"), max_length=10, choices=By, default=By.HOUSEHOLDS)
    signed_on = models.DateField(_("date"))
    number = models.PositiveIntegerField(_("number of pledges"), validators=[MinValueValidator(1)])

    objects = SettlementFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("pledges")
        verbose_name_plural = _("pledges")
        ordering = ["-signed_on", "-pk"]
        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=Q(number__gte=1), name="campaigns_pledge_one_at_least"),
        ]

    def __str__(self) -> str:
        return f"{self.settlement} {self.signed_on}: {self.number}"
