"""A page's words in another language on their way to the site, who has signed for them, and the words we agreed on.

The words themselves stand in wagtail-localize's memory (String, StringTranslation): one Vietnamese sentence is kept once,
wherever it stands. Nothing here is public before campaigns.pages.translating.approve has put it on the site.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale
from wagtail_localize.models import TranslationContext, TranslationSource

from core.text import NfcCharField, NfcTextField
from places.models import Language


class PageTranslation(models.Model):
    """One page in one language. `published_digest`: what of it stands on the site; other words now mean that the
    Vietnamese page, or the translation, has changed since."""

    source = models.ForeignKey(TranslationSource, models.CASCADE, related_name="page_translations")
    locale = models.ForeignKey(Locale, models.PROTECT, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("page translation")
        verbose_name_plural = _("page translations")
        constraints = [models.UniqueConstraint(fields=["source", "locale"], name="campaigns_pagetranslation_once")]

    def __str__(self) -> str:
        return f"{self.source.object_repr} ({self.locale.language_code})"


class TranslationSign(models.Model):
    """Somebody stands by exactly these words, or sends them back. Append-only: other words need another signature."""

    class Step(models.TextChoices):
        TRANSLATED = "translated", _("translation finished")
        REVIEWED = "reviewed", _("read by a second native speaker")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("sent back")

    translation = models.ForeignKey(PageTranslation, models.CASCADE, related_name="signs")
    step = models.CharField(max_length=10, choices=Step)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    note = NfcCharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("signature under a translation")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.by}"


class BackTranslation(models.Model):
    """What a key message says when it is translated back, so that those who do not speak the language can judge it."""

    translation = models.ForeignKey(PageTranslation, models.CASCADE, related_name="backs")
    context = models.ForeignKey(TranslationContext, models.CASCADE, related_name="+")
    text = NfcTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["translation", "context"], name="campaigns_backtranslation_once")
        ]

    def __str__(self) -> str:
        return self.text


class GlossaryTerm(models.Model):
    """How a Vietnamese term is said in a language, agreed once by those who speak it."""

    language = models.ForeignKey(Language, models.PROTECT, related_name="+", verbose_name=_("language"))
    term = NfcCharField(_("Vietnamese term"), max_length=80)
    preferred = NfcCharField(_("say"), max_length=120)
    note = NfcCharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("glossary term")
        verbose_name_plural = _("glossary")
        ordering = ["language__position", "term"]
        constraints = [models.UniqueConstraint(fields=["language", "term"], name="campaigns_glossaryterm_once")]

    def __str__(self) -> str:
        return f"{self.term} → {self.preferred}"
