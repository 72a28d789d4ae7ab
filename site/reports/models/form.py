"""What a report consists of, as data that a manager edits: heads and signature, recipients, sections, lines."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField
from places.models import AdministrativeUnit
from reports.models.plan import own_words


class ReportForm(models.Model):
    """The form that the units of a level fill in. Loaded by reports.form_loading, kept by reports.form_keeping. A report that
    is signed keeps what the form said then, so that a form may change from one year to the next.

    In the texts {don_vi} stands for the unit, {tren} for the one above it, {ky} for the period.
    """

    code = models.SlugField(_("code"), unique=True)
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="report_forms", verbose_name=_("area"))
    level = models.CharField(_("level"), max_length=8, choices=AdministrativeUnit.Level)
    name = NfcCharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    subject = NfcCharField(_("subject of the paper"), max_length=300)
    parent_body = NfcCharField(_("body above, in the head"), max_length=160, blank=True)
    issuing_body = NfcCharField(_("issuing body, in the head"), max_length=160)
    symbol = NfcCharField(_("number and symbol"), max_length=40, default="/BC-UBND")
    addressed_to = NfcTextField(_("addressed to, one a line"), max_length=1000)
    grounds = NfcTextField(_("legal basis, one document a line"), max_length=3000, blank=True)
    recipients = NfcTextField(_("recipients, one a line"), max_length=1000)
    signs_for = NfcCharField(_("signs for"), max_length=120, default="TM. Uỷ ban nhân dân")
    post = NfcCharField(_("post of the head"), max_length=120, default="Chủ tịch")
    deputy_post = NfcCharField(_("post of the deputy"), max_length=120, default="Phó Chủ tịch")
    other_signer = models.BooleanField(_("somebody else than the writer signs"), default=True)

    class Meta:
        verbose_name = _("report form")
        verbose_name_plural = _("report forms")
        ordering = ["level", "name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return own_words(self, "name")


class FormSection(models.Model):
    """A part of a form: lines with figures, a text with guidance, or both."""

    form = models.ForeignKey(ReportForm, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = NfcCharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    asks_text = models.BooleanField(_("asks for a text"), default=True)
    guidance = NfcTextField(_("what to write"), max_length=1000, blank=True)
    guidance_en = models.TextField(_("what to write, in English"), max_length=1000, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("section of a form")
        verbose_name_plural = _("sections of a form")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return own_words(self, "title")


class FormLine(models.Model):
    """A figure of a section: counted by an indicator, added up from a line of the units' reports, or entered by hand."""

    section = models.ForeignKey(FormSection, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    label = NfcCharField(_("figure"), max_length=200)
    label_en = models.CharField(_("figure in English"), max_length=200, blank=True)
    unit = NfcCharField(_("counted in"), max_length=40)
    unit_en = models.CharField(_("counted in, in English"), max_length=40, blank=True)
    indicator = models.SlugField(_("counted by"), blank=True)
    adds_up = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="added_in",
        verbose_name=_("adds up this line of the units below"),
    )  # fmt: skip
    is_share = models.BooleanField(_("a part of a whole, when entered by hand"), default=False)
    guidance = NfcCharField(_("what to count"), max_length=300, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("line of a form")
        verbose_name_plural = _("lines of a form")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(indicator="") | Q(adds_up=None), name="reports_line_one_source",
                violation_error_message=_("A line is counted or added up, not both."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.label
