"""The kinds of pages that carry the campaign: material, law explained, models, campaigns, news, where to get help."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.api import APIField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from campaigns.models.bulletin import Campaign
from campaigns.models.hotline import Hotline
from campaigns.models.pages import ContentPage
from core.text import NfcCharField, NfcTextField
from people.models import Organisation
from places.models import AdministrativeUnit


class MaterialPage(ContentPage):
    """Something to show, hand out, play or teach. Its key message and help line are what posters and cards print."""

    section = "materials"

    class Kind(models.TextChoices):
        POSTER = "poster", _("poster")
        LEAFLET = "leaflet", _("leaflet")
        FOLDED = "folded", _("folded leaflet")
        BANNER = "banner", _("banner")
        SKIT = "skit", _("skit")
        FEATURE = "feature", _("feature")
        VIDEO = "video", _("video")
        AUDIO = "audio", _("audio")
        LESSON = "lesson", _("school lesson pack")

    class Grade(models.TextChoices):
        PRIMARY = "1-5", _("grades 1 to 5")
        LOWER = "6-9", _("grades 6 to 9")
        UPPER = "10-12", _("grades 10 to 12")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    grade = models.CharField(_("school grade"), max_length=5, choices=Grade, blank=True)
    key_message = NfcCharField(
        _("key message"), max_length=160, help_text=_("One sentence, as it is printed and read aloud.")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="materials", verbose_name=_("campaign")
    )
    owner_body = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owning organisation")
    )
    hotline = models.ForeignKey(
        Hotline, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hotline"),
        help_text=_("Printed on it. Empty: the first line of the site."),
    )  # fmt: skip

    api_fields = [*ContentPage.api_fields, APIField("kind"), APIField("grade"), APIField("key_message")]
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("grade", help_text=_("For lesson packs only."))]),
        FieldPanel("summary"),
        FieldPanel("key_message"),
        FieldPanel("body"),
        FieldPanel("terms"),
        FieldRowPanel([FieldPanel("campaign"), FieldPanel("hotline")]),
        FieldPanel("owner_body"),
    ]
    parent_page_types = ["campaigns.SectionPage"]
    subpage_types = []
    template = "campaigns/pages/material.html"

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")

    @property
    def entry_kind(self) -> str:
        return self.kind

    def clean(self):
        super().clean()
        if (self.kind == self.Kind.LESSON) != bool(self.grade):
            raise ValidationError({"grade": _("A lesson pack needs its grades; other material has none.")})

    def entry_texts(self):
        summary, words = super().entry_texts()
        return summary, f"{self.key_message} {words}"


class ExplainerPage(ContentPage):
    """A piece of law in plain words, pinned to the document and article it explains, with the dates they hold."""

    entry_kind = section = "law"
    # A document's number is the same in every language.
    override_translatable_fields = [*ContentPage.override_translatable_fields, SynchronizedField("number")]

    document = NfcCharField(_("document"), max_length=200, help_text=_("Its name, as published."))
    number = NfcCharField(_("number"), max_length=60)
    article = NfcCharField(_("articles, clauses"), max_length=120)
    in_force_from = models.DateField(_("in force from"))
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    checked_by = NfcCharField(_("checked by (body)"), max_length=120, blank=True)
    check_again_on = models.DateField(
        _("check again on"), help_text=_("Laws change: on this day somebody reads it against the law again.")
    )

    api_fields = [
        *ContentPage.api_fields,
        APIField("document"),
        APIField("number"),
        APIField("article"),
        APIField("in_force_from"),
        APIField("in_force_until"),
        APIField("check_again_on"),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("document"),
        FieldRowPanel([FieldPanel("number"), FieldPanel("article")]),
        FieldRowPanel([FieldPanel("in_force_from"), FieldPanel("in_force_until")]),
        FieldRowPanel([FieldPanel("checked_by"), FieldPanel("check_again_on")]),
        FieldPanel("body"),
        FieldPanel("terms"),
    ]
    parent_page_types = ["campaigns.SectionPage"]
    subpage_types = []
    template = "campaigns/pages/explainer.html"

    class Meta:
        verbose_name = _("law explained")
        verbose_name_plural = _("law explained")
        constraints = [
            models.CheckConstraint(
                condition=Q(in_force_until=None) | Q(in_force_until__gt=F("in_force_from")),
                name="campaigns_explainer_ends_after_start",
            )
        ]

    def clean(self):
        super().clean()
        if self.in_force_from and self.in_force_until and self.in_force_until <= self.in_force_from:
            raise ValidationError({"in_force_until": _("It must end after it has begun.")})

    @property
    def force_state(self) -> str:
        """coming, in-force, ended, or unchecked when nobody has read it against the law again in time."""
        today = timezone.localdate()
        if self.in_force_from > today:
            return "coming"
        if self.in_force_until and self.in_force_until <= today:
            return "ended"
        return "unchecked" if self.check_again_on <= today else "in-force"

    def entry_texts(self):
        summary, words = super().entry_texts()
        return summary, f"{self.document} {self.number} {self.article} {words}"


class PreventionModelPage(ContentPage):
    """A way of working that communes can take over. No members, no names: how it runs, what it needs, how to begin."""

    entry_kind, section = "model", "models"

    class Kind(models.TextChoices):
        PREVENTION = "prevention", _("prevention in the community")
        PEER = "peer", _("peer group")
        SELF_HELP = "self-help", _("self-help group")
        SUPPORT = "support", _("support after return")
        SCHOOL = "school", _("school")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        TRIAL = "trial", _("on trial")
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")

    kind = models.CharField(_("type"), max_length=10, choices=Kind)
    status = models.CharField(_("status"), max_length=8, choices=Status)
    commune = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("commune"),
        limit_choices_to={"level": "commune"}, help_text=_("Leave empty for a model nobody runs yet."),
    )  # fmt: skip
    since = models.DateField(_("since"), null=True, blank=True)
    needs = NfcTextField(_("what it needs"), max_length=600, blank=True)

    api_fields = [*ContentPage.api_fields, APIField("kind"), APIField("status"), APIField("since"), APIField("needs")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("status")]),
        FieldRowPanel([FieldPanel("commune"), FieldPanel("since")]),
        FieldPanel("needs"),
        FieldPanel("body", help_text=_("How it runs, and how another commune can begin.")),
        FieldPanel("terms"),
    ]
    parent_page_types = ["campaigns.SectionPage"]
    subpage_types = []
    template = "campaigns/pages/model.html"

    class Meta:
        verbose_name = _("prevention model")
        verbose_name_plural = _("prevention models")


class CampaignPage(ContentPage):
    """A campaign's public face: its theme and period come from the register, its material from the tree."""

    entry_kind, section = "campaign", "campaigns"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pages", verbose_name=_("campaign"))

    content_panels = [
        *Page.content_panels,
        FieldPanel("campaign"),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("terms"),
    ]
    parent_page_types = ["campaigns.SectionPage"]
    subpage_types = []
    template = "campaigns/pages/campaign.html"

    class Meta:
        verbose_name = _("campaign page")
        verbose_name_plural = _("campaign pages")

    def get_context(self, request, *args, **kwargs):
        from campaigns.pages.context import campaign_context

        return super().get_context(request, *args, **kwargs) | campaign_context(self)


class NewsPage(ContentPage):
    """A piece of news of the campaign."""

    entry_kind = section = "news"

    day = models.DateField(_("date"), default=timezone.localdate)

    api_fields = [*ContentPage.api_fields, APIField("day")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("day"),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("terms"),
    ]
    parent_page_types = ["campaigns.SectionPage"]
    subpage_types = []
    template = "campaigns/pages/news.html"

    class Meta:
        verbose_name = _("news article")
        verbose_name_plural = _("news articles")

    def entry_day(self):
        return self.day


class HelpPage(ContentPage):
    """Where to get help: the checked lines of the register, the public service directory, and what happens after a
    call. It has no form and invites nobody to tell what happened."""

    entry_kind = "help"

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types = ["campaigns.HomePage"]
    is_creatable = False
    subpage_types = []
    template = "campaigns/pages/help.html"

    class Meta:
        verbose_name = _("help page")

    def get_context(self, request, *args, **kwargs):
        from campaigns.pages.context import help_context

        return super().get_context(request, *args, **kwargs) | help_context(self)
