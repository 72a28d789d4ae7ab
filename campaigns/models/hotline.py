"""Help lines. Each has an owner, a day it was last called and checked, and a day that check grows stale."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField


class HotlineQuerySet(models.QuerySet):
    def fresh(self, on=None):
        """Active lines whose check has not expired on a day."""
        on = on or timezone.localdate()
        return self.filter(is_active=True, verified_at__lte=on, expires_at__gte=on)


class Hotline(models.Model):
    """A number people can call. Checked by campaigns.hotlines.verify_hotline."""

    number = models.CharField(_("number"), max_length=20)
    name = NfcCharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    what_happens = NfcTextField(_("what happens when you call"), max_length=400)
    what_happens_en = models.TextField(_("what happens when you call, in English"), max_length=400, blank=True)
    owner = models.ForeignKey("people.Organisation", models.PROTECT, verbose_name=_("owner"))
    verified_at = models.DateField(_("last checked by calling"), null=True, blank=True)
    expires_at = models.DateField(_("check is good until"), null=True, blank=True)
    source = NfcCharField(_("source"), max_length=200, blank=True)
    on_every_page = models.BooleanField(_("show on every page"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)

    objects = HotlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        ordering = ["position", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(is_active=True), name="campaigns_hotline_number_once"
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, expires_at=None) | Q(expires_at__gt=F("verified_at")),
                name="campaigns_hotline_expires_after_check",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} – {self.name}"

    @property
    def label(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name

    @property
    def what_happens_local(self) -> str:
        return self.what_happens_en if self.what_happens_en and get_language() == "en" else self.what_happens

    @property
    def tel(self) -> str:
        return "tel:" + "".join(c for c in self.number if c.isdigit() or c == "+")

    def is_fresh(self, on=None) -> bool:
        on = on or timezone.localdate()
        return bool(self.is_active and self.verified_at and self.verified_at <= on <= self.expires_at)
