"""What people answered to the two questions of the study of reach: daily totals, and nothing about who answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from campaigns.models.session import DirectSession


class DailyAnswer(models.Model):
    """How often one choice was made on one day, after a page or after a session. Written by campaigns.pages.reach."""

    page = models.ForeignKey(Page, models.CASCADE, null=True, blank=True, related_name="answers")
    session = models.ForeignKey(DirectSession, models.CASCADE, null=True, blank=True, related_name="answers")
    question = models.CharField(max_length=20)
    choice = models.CharField(max_length=20)
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("answers of a day")
        verbose_name_plural = _("answers of a day")
        ordering = ["-day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "question", "choice", "day"], name="campaigns_dailyanswer_once_a_page"
            ),
            models.UniqueConstraint(
                fields=["session", "question", "choice", "day"], name="campaigns_dailyanswer_once_a_session"
            ),
            models.CheckConstraint(
                condition=Q(page=None, session__isnull=False) | Q(page__isnull=False, session=None),
                name="campaigns_dailyanswer_of_a_page_or_a_session",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.day} {self.question}={self.choice}: {self.times}"
