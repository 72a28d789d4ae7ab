"""The words material is sorted by. Data, because the law and the plan change: edited in /cms/, never deleted."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField


class Term(models.Model):
    """One audience, topic, form, integrated programme or objective of the plan. Loaded by campaigns.pages.terms.load_terms;
    a term that is no longer used is put out of use, so that old material keeps what it was sorted by."""

    class Kind(models.TextChoices):
        AUDIENCE = "audience", _("audience")
        TOPIC = "topic", _("topic")
        FORM = "form", _("form of communication")
        PROGRAMME = "programme", _("integrated programme")
        OBJECTIVE = "objective", _("objective of the plan")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    code = models.SlugField(_("code"), max_length=40, help_text=_("Stays in addresses; keep it when the name changes."))
    name = NfcCharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    source = NfcCharField(_("source"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["kind", "position", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="campaigns_term_code_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the interface."""
        return self.name_en if self.name_en and get_language() == "en" else self.name
