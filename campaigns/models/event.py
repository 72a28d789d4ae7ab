"""The season of 30 July and each commune's rally in it."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.facts import FactQuerySet
from campaigns.models.bulletin import Bulletin
from campaigns.models.hotline import Hotline
from campaigns.models.taxonomy import Term
from core.text import NfcCharField, NfcTextField
from places.models import AdministrativeUnit


class Season(models.Model):
    """A year's season: its theme, and the texts every commune's kit is made from. Saved by campaigns.season.seasons.save_season.

    In the texts {xa} stands for the commune's name, {nam} for the year, {chu_de} for the theme. The programme is one line
    an item, "07:30 | Đón đại biểu | người phụ trách".
    """

    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="seasons", verbose_name=_("area"))
    year = models.PositiveSmallIntegerField(_("year"))
    theme = NfcCharField(_("theme"), max_length=200)
    slogans = NfcTextField(_("slogans, one a line"), max_length=1500)
    legal_basis = NfcTextField(_("legal basis, one document a line"), max_length=3000)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    hotline = models.ForeignKey(Hotline, models.PROTECT, related_name="seasons", verbose_name=_("hotline"))
    starts_at = models.DateTimeField(_("the rally begins at"))
    ends_at = models.DateTimeField(_("the rally ends at"))
    title = NfcCharField(_("title of the event"), max_length=160)
    summary = NfcTextField(_("what it is about"), max_length=1000)
    programme = NfcTextField(_("programme, one item a line: time | what | who"), max_length=3000)
    speech = NfcTextField(_("opening speech"), max_length=8000)
    plan_text = NfcTextField(_("plan"), max_length=8000)
    announcement = NfcTextField(_("announcement for the loudspeakers"), max_length=1500)
    keep_days = models.PositiveSmallIntegerField(
        _("days that contacts are kept after the approved report"), default=30,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )  # fmt: skip
    terms = models.ManyToManyField(
        Term, blank=True, related_name="+", verbose_name=_("integrated programmes and objectives of the plan")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = _("season of 30 July")
        verbose_name_plural = _("seasons of 30 July")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year"], name="campaigns_season_once_a_year",
                violation_error_message=_("This area has a season of that year already."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), ends_at__gt=F("starts_at")),
                name="campaigns_season_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.year} · {self.theme}"


class EventQuerySet(FactQuerySet):
    act = "campaigns.see_sessions"

    def public(self):
        """What everybody may see."""
        return self.filter(published_at__isnull=False)


class Event(models.Model):
    """A commune's rally. Made by campaigns.season.seasons.make_kit, changed by change_event and set_status.

    `made_from` is what the season said when the kit was made or a change of it was taken over, field by field: a field
    that still says so was not edited by the commune.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("takes place")
        POSTPONED = "postponed", _("postponed")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")

    class Mode(models.TextChoices):
        PERSON = "person", _("in person")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("in person and online")

    season = models.ForeignKey(Season, models.PROTECT, related_name="events")
    commune = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="events")
    title = NfcCharField(_("title of the event"), max_length=160)
    summary = NfcTextField(_("what it is about"), max_length=1000)
    starts_at = models.DateTimeField(_("begins at"))
    ends_at = models.DateTimeField(_("ends at"))
    mode = models.CharField(_("how it is held"), max_length=6, choices=Mode, default=Mode.PERSON)
    place = NfcCharField(_("place"), max_length=200, blank=True)
    route = NfcTextField(_("how to get there"), max_length=600, blank=True)
    access = NfcTextField(_("for people who walk, see or hear with difficulty"), max_length=600, blank=True)
    livestream = models.URLField(_("livestream address"), blank=True)
    programme = NfcTextField(_("programme, one item a line: time | what | who"), max_length=3000)
    speech = NfcTextField(_("opening speech"), max_length=8000)
    plan_text = NfcTextField(_("plan"), max_length=8000)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PLANNED)
    status_note = NfcCharField(_("what changes, and why"), max_length=300, blank=True)
    status_at = models.DateTimeField(null=True, blank=True, editable=False)
    bulletin = models.ForeignKey(
        Bulletin, models.SET_NULL, null=True, blank=True, editable=False, related_name="events"
    )
    terms = models.ManyToManyField(
        Term, blank=True, related_name="+", verbose_name=_("integrated programmes and objectives of the plan")
    )
    made_from = models.JSONField(default=dict, editable=False)
    # Grows with each change: calendars that subscribed take the newer one.
    revision = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["starts_at", "commune__name"]
        constraints = [
            models.UniqueConstraint(fields=["season", "commune"], name="campaigns_event_once_a_season"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="campaigns_event_ends_after_start",
                violation_error_message=_("The end lies before the beginning."),
            ),
            models.CheckConstraint(
                condition=Q(status="planned") | ~Q(status_note=""), name="campaigns_event_says_what_changes"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.title} · {self.commune}"

    @property
    def integrated(self) -> list[Term]:
        """Programmes and objectives the commune chose; those of the season while it chose none."""
        return list(self.terms.all()) or list(self.season.terms.all())

    @property
    def items(self) -> list[dict]:
        """The programme as [{time, what, who}]."""
        found = []
        for line in filter(None, (line.strip() for line in self.programme.splitlines())):
            time, what, who = [*(part.strip() for part in line.split("|", 2)), "", ""][:3]
            found.append({"time": time, "what": what, "who": who} if what else {"time": "", "what": time, "who": ""})
        return found

    @property
    def face(self) -> str:
        """before, now or after; an event that is off has no "after"."""
        now = timezone.now()
        if self.status in (self.Status.CANCELLED, self.Status.POSTPONED) or now < self.starts_at:
            return "before"
        return "now" if now <= self.ends_at else "after"
