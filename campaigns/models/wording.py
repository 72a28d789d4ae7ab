"""Words to avoid and what to say instead, in each language: checked before a page goes out, and used by translators."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField
from places.models import Language


class WatchedWord(models.Model):
    """A word or phrase that stigmatises, blames or misleads. Loaded once by campaigns.pages.ethics.load_watched_words."""

    class Weight(models.TextChoices):
        STOP = "stop", _("never: the page does not go out with it")
        ASK = "ask", _("better not: the approver is told")

    language = models.ForeignKey(Language, models.PROTECT, related_name="+", verbose_name=_("language"))
    word = NfcCharField(_("word or phrase"), max_length=80)
    instead = NfcCharField(_("say instead"), max_length=120, blank=True)
    why = NfcCharField(_("why"), max_length=200, blank=True)
    weight = models.CharField(_("how strictly"), max_length=4, choices=Weight, default=Weight.STOP)

    class Meta:
        verbose_name = _("word to avoid")
        verbose_name_plural = _("words to avoid")
        ordering = ["language__position", "word"]
        constraints = [models.UniqueConstraint(fields=["language", "word"], name="campaigns_watchedword_once")]

    def __str__(self) -> str:
        return self.word
