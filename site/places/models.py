"""Administrative units as they were and are, settlements, languages and where they are spoken.

Units merge and official codes are reused, so nothing here is keyed on a code: the row is the unit, its dates say when.
`valid_from` is the first day a unit exists, `valid_until` the first day it no longer does (empty: it still does).
"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, fold
from places.querysets import AdministrativeUnitQuerySet, LanguageQuerySet, SettlementQuerySet


class AdministrativeUnit(models.Model):
    """A province, district or commune between two dates. Changed only by loading data (places.loading)."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        DISTRICT = "district", _("district")
        COMMUNE = "commune", _("commune")

    class Kind(models.TextChoices):
        PROVINCE = "tinh", _("province")
        MUNICIPALITY = "thanh-pho-tw", _("city under the central government")
        CITY = "thanh-pho", _("provincial city")
        TOWN_DISTRICT = "thi-xa", _("district-level town")
        URBAN_DISTRICT = "quan", _("urban district")
        DISTRICT = "huyen", _("rural district")
        COMMUNE = "xa", _("commune")
        WARD = "phuong", _("ward")
        TOWN = "thi-tran", _("commune-level town")
        SPECIAL_ZONE = "dac-khu", _("special zone")

    level = models.CharField(_("level"), max_length=8, choices=Level)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    official_code = models.CharField(_("official code"), max_length=8, blank=True)
    name = NfcCharField(_("full name"), max_length=80)
    short_name = NfcCharField(_("short name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(_("exists from"))
    valid_until = models.DateField(_("no longer exists from"), null=True, blank=True)
    is_border = models.BooleanField(_("on the land border"), default=False)
    is_mountain = models.BooleanField(_("in the mountains"), default=False)
    is_remote = models.BooleanField(_("remote"), default=False)
    is_priority = models.BooleanField(_("priority area"), default=False)
    search_key = models.CharField(max_length=200, editable=False, db_index=True)
    successors = models.ManyToManyField("self", through="Succession", symmetrical=False, related_name="predecessors")

    objects = AdministrativeUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("administrative unit")
        verbose_name_plural = _("administrative units")
        ordering = ["name", "valid_from"]
        indexes = [models.Index(fields=["level", "valid_from", "valid_until"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="places_unit_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["official_code", "level", "valid_from", "parent"], name="places_unit_code_once_a_date"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def save(self, *args, **kwargs):
        self.search_key = fold(f"{self.name} {self.name_en}")[:200]
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        """The name in the language of the interface."""
        return self.name_en if self.name_en and get_language() == "en" else self.name

    def is_valid(self, on=None) -> bool:
        on = on or timezone.localdate()
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


class Succession(models.Model):
    """`successor` took over all of `predecessor`, or a part of it, on the successor's first day."""

    class Relation(models.TextChoices):
        WHOLE = "whole", _("whole")
        PART = "part", _("part")

    predecessor = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="succession_out")
    successor = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="succession_in")
    relation = models.CharField(max_length=5, choices=Relation, default=Relation.WHOLE)
    note = NfcCharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="places_succession_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="places_succession_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor} ({self.relation})"


class UnitAlias(models.Model):
    """Another spelling of a unit's name (Bha Lê, Bhalêê), so that imports and searches find it."""

    unit = models.ForeignKey(AdministrativeUnit, models.CASCADE, related_name="aliases")
    name = NfcCharField(max_length=80)
    search_key = models.CharField(max_length=100, editable=False, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="places_alias_once")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.search_key = fold(self.name)
        super().save(*args, **kwargs)


class Settlement(models.Model):
    """A village or residential group (thôn, bản, tổ dân phố). Imported by places.settlement_import; outlives mergers:
    it stays with the commune it was recorded in, and is found through that commune's successors."""

    class Kind(models.TextChoices):
        VILLAGE = "thon", _("village (thôn)")
        HAMLET = "ban", _("hamlet (bản)")
        RESIDENTIAL_GROUP = "to-dan-pho", _("residential group (tổ dân phố)")
        BLOCK = "khoi-pho", _("block (khối phố)")

    commune = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, related_name="settlements", verbose_name=_("commune")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.VILLAGE)
    # With its kind in front, as people say it: "Thôn Aur", "Tổ dân phố 3".
    name = NfcCharField(_("name"), max_length=80)
    households = models.PositiveIntegerField(_("households"), null=True, blank=True)
    is_remote = models.BooleanField(_("remote"), default=False)
    is_priority = models.BooleanField(_("priority area"), default=False)
    valid_from = models.DateField(_("exists from"), default=timezone.localdate)
    valid_until = models.DateField(_("no longer exists from"), null=True, blank=True)
    search_key = models.CharField(max_length=100, editable=False, db_index=True)

    objects = SettlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["commune__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["commune", "kind", "name", "valid_from"], name="places_settlement_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="places_settlement_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.search_key = fold(self.name)
        super().save(*args, **kwargs)


class Language(models.Model):
    """A language, or a variety of one, in which material is written or only spoken."""

    class Mode(models.TextChoices):
        TEXT = "text", _("written and spoken")
        AUDIO_ONLY = "audio", _("audio only: no settled script")

    tag = models.CharField(_("tag (BCP 47)"), max_length=20)
    variety = NfcCharField(_("variety"), max_length=60, blank=True)
    own_name = NfcCharField(_("name in the language itself"), max_length=60)
    name_vi = NfcCharField(_("name in Vietnamese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    locale = models.CharField(_("site locale"), max_length=10, blank=True)
    mode = models.CharField(_("mode"), max_length=5, choices=Mode, default=Mode.TEXT)
    words_per_minute = models.PositiveSmallIntegerField(
        _("reading speed, words a minute"),
        validators=[MinValueValidator(60), MaxValueValidator(300)],
        help_text=_(
            "Read aloud for a loudspeaker. A Vietnamese word is a syllable. The figures the platform starts with are "
            "estimates: time a native reader and put the measured speed here."
        ),
    )
    fallback = models.ForeignKey("self", models.PROTECT, null=True, blank=True, verbose_name=_("falls back to"))
    orthography = NfcCharField(_("orthography in use"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = LanguageQuerySet.as_manager()

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["position", "tag"]
        constraints = [models.UniqueConstraint(fields=["tag", "variety"], name="places_language_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        name = self.name_en if get_language() == "en" else self.name_vi
        return f"{name} ({self.variety})" if self.variety and self.variety not in name else name

    def fallback_chain(self) -> list["Language"]:
        """This language, then what to offer instead, in order; a circle ends where it closes."""
        chain, language = [], self
        while language is not None and language not in chain:
            chain.append(language)
            language = language.fallback
        return chain


class SpokenLanguage(models.Model):
    """`language` is spoken in `unit`: which versions a commune is offered. A default until the commune confirms it."""

    unit = models.ForeignKey(AdministrativeUnit, models.CASCADE, related_name="spoken")
    language = models.ForeignKey(Language, models.PROTECT, related_name="spoken")
    source = NfcCharField(max_length=200, blank=True)
    is_confirmed = models.BooleanField(_("confirmed by the commune"), default=False)

    class Meta:
        verbose_name = _("spoken language")
        constraints = [models.UniqueConstraint(fields=["unit", "language"], name="places_spoken_once")]

    def __str__(self) -> str:
        return f"{self.language}: {self.unit}"
