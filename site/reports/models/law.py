"""The law register: documents and the days between which they hold."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField
from people.models import User


class LegalDocumentQuerySet(models.QuerySet):
    def in_force(self, on: date | None = None):
        on = on or timezone.localdate()
        return self.filter(valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gt=on))


class LegalDocument(models.Model):
    """A law, decree, decision or resolution that plans and texts stand on. Loaded by reports.plans.load_laws."""

    number = NfcCharField(_("number"), max_length=40, unique=True)
    title = NfcCharField(_("title"), max_length=300)
    title_en = models.CharField(_("title in English"), max_length=300, blank=True)
    issuer = NfcCharField(_("issued by"), max_length=120)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("no longer in force from"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )
    note = NfcCharField(_("note"), max_length=300, blank=True)
    # A document somebody keeps here by hand is no longer changed by the file it was loaded from.
    kept_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    kept_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LegalDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal document")
        verbose_name_plural = _("legal documents")
        ordering = ["-valid_from", "number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")), name="reports_law_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(replaced_by=F("id")), name="reports_law_replaced_by_another"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def label(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title

    def holds(self, on: date | None = None) -> bool:
        on = on or timezone.localdate()
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


class CitationCheck(models.Model):
    """Somebody read a text that cites a document which no longer holds, and says why it may stay as it is. Written by
    reports.citations.check_citation; a later change of the document asks again."""

    law = models.ForeignKey(LegalDocument, models.PROTECT, related_name="checks")
    # What cites, as reports.citations names it: "page:12", "bulletin:3", "course:law".
    key = models.CharField(max_length=60)
    reason = NfcCharField(_("why it may stay"), max_length=300)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("check of a citation")
        ordering = ["-checked_at", "-pk"]
        indexes = [models.Index(fields=["law", "key"], name="reports_citationcheck_of")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="reports_citationcheck_has_reason")]

    def __str__(self) -> str:
        return f"{self.law}: {self.key}"
