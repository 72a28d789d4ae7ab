"""The public service directory: whom one can go to."""

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField
from places.models import AdministrativeUnit


class ServiceQuerySet(models.QuerySet):
    def shown(self, on=None):
        """In use, and somebody has checked it within its time."""
        return self.filter(is_active=True, check_again_on__gt=on or timezone.localdate())


class Service(models.Model):
    """A public place that helps: reception, health, law, work, loans. Addresses that must stay secret do not belong
    here; shelters are reached through the help lines."""

    class Kind(models.TextChoices):
        RECEPTION = "reception", _("reception and advice")
        HEALTH = "health", _("health")
        LAW = "law", _("legal aid")
        SCHOOL = "school", _("school and vocational training")
        WORK = "work", _("work and loans")
        POLICE = "police", _("police and border guard")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    name = NfcCharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    offers = NfcTextField(_("what it offers"), max_length=300)
    offers_en = models.TextField(_("what it offers, in English"), max_length=300, blank=True)
    address = NfcCharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    hours = NfcCharField(_("open"), max_length=120, blank=True)
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", verbose_name=_("for whom (area)"))
    check_again_on = models.DateField(
        _("check again on"), help_text=_("After this day it is no longer shown until somebody has checked it.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("public service")
        verbose_name_plural = _("public services")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def offers_local(self) -> str:
        return self.offers_en if self.offers_en and get_language() == "en" else self.offers

    @property
    def tel(self) -> str:
        return "tel:" + "".join(c for c in self.phone if c.isdigit() or c == "+")
