"""What lists and the search show of a page: one row a live page, written when it is published (campaigns.pages.entries)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page

from campaigns.models.taxonomy import Term
from core.text import NfcCharField, NfcTextField


class PageEntry(models.Model):
    """A live page's title, summary and words. `locale` is where the page stands, `language` what its words are in: for
    an alias they differ. The four search keys hold words as written and folded, a space before each word, so that
    " ban" finds a beginning; the same LIKE does it on SQLite and PostgreSQL."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="entry")
    locale = models.ForeignKey(Locale, models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    is_alias = models.BooleanField(default=False)
    kind = models.CharField(max_length=20)
    title = NfcCharField(max_length=255)
    summary = NfcTextField(blank=True)
    exact_title = models.TextField(blank=True)
    exact = models.TextField(blank=True)
    folded_title = models.TextField(blank=True)
    folded = models.TextField(blank=True)
    day = models.DateField()
    terms = models.ManyToManyField(Term, related_name="entries")

    class Meta:
        verbose_name = _("page in lists")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["locale", "is_alias"], name="campaigns_entry_in_locale")]

    def __str__(self) -> str:
        return self.title
