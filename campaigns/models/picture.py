"""Pictures of the site. Whoever can be recognised has agreed in writing, and nobody is shown as a victim."""

from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition

from campaigns.photos import clean_original
from core.text import NfcCharField, NfcTextField


class ConsentQuerySet(models.QuerySet):
    def valid(self, on=None):
        """Given, not run out and not withdrawn on a day."""
        on = on or timezone.localdate()
        return self.filter(given_on__lte=on, expires_on__gte=on, withdrawn_at=None)


class Consent(models.Model):
    """A signed agreement to be seen in a picture. The paper stays with the office that holds it; here stand its number,
    what it allows and until when. Withdrawn by campaigns.pages.pictures.withdraw_consent."""

    reference = NfcCharField(
        _("number of the signed paper"), max_length=60, unique=True,
        help_text=_("As it is filed in the office. Write no names here."),
    )  # fmt: skip
    holder = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+", verbose_name=_("kept by"))
    scope = NfcTextField(_("what it allows"), max_length=400)
    given_on = models.DateField(_("given on"))
    expires_on = models.DateField(_("good until"))
    child_agreed = models.BooleanField(_("the child, seven or older, agreed"), default=False)
    guardian_agreed = models.BooleanField(_("a parent or guardian agreed"), default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent to a picture")
        verbose_name_plural = _("consents to pictures")
        ordering = ["-given_on"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_on__gt=F("given_on")), name="campaigns_consent_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.reference

    def clean(self):
        super().clean()
        if self.given_on and self.expires_on and self.expires_on <= self.given_on:
            raise ValidationError({"expires_on": _("It must end after the day it was given.")})

    def is_valid(self, on=None) -> bool:
        on = on or timezone.localdate()
        return self.withdrawn_at is None and self.given_on <= on <= self.expires_on


class Picture(AbstractImage):
    """An image of the site. What it shows decides what it needs; a victim is never shown, with or without a face."""

    class Subject(models.TextChoices):
        DRAWING = "drawing", _("a drawing, a sign, a diagram")
        THING = "thing", _("a place or a thing, nobody in it")
        CROWD = "crowd", _("people who cannot be recognised")
        ADULT = "adult", _("adults who can be recognised")
        CHILD = "child", _("a child who can be recognised")
        VICTIM = "victim", _("a victim, or somebody shown as one")

    subject = models.CharField(_("who or what is seen"), max_length=7, choices=Subject)
    consent = models.ForeignKey(
        Consent, models.PROTECT, null=True, blank=True, related_name="pictures", verbose_name=_("consent")
    )
    credit = NfcCharField(_("made by"), max_length=120, blank=True)

    # The fields of Wagtail's own form, less its tags and collections, which nobody here sorts by.
    admin_form_fields = ("title", "file", "description", "subject", "consent", "credit", "focal_point_x",
                         "focal_point_y", "focal_point_width", "focal_point_height")  # fmt: skip

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(condition=~Q(subject="victim"), name="campaigns_picture_shows_no_victim"),
            models.CheckConstraint(
                condition=~Q(subject__in=["adult", "child"]) | Q(consent__isnull=False),
                name="campaigns_picture_of_people_has_consent",
            ),
        ]

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Only the pixels of a new file are kept, and a worker is asked for the sizes the site shows."""
        if self.file and not self.file._committed:
            self._keep_pixels_only()
        super().save(*args, **kwargs)
        if kwargs.get("update_fields") is None:
            from campaigns.pages.renditions import ask_for

            ask_for(self)

    def _keep_pixels_only(self) -> None:
        self.file.open()
        self.file.seek(0)
        bare = clean_original(self.file)
        self.file = ContentFile(bare.data, name=PurePath(self.file.name).stem + bare.suffix)
        self._set_image_file_metadata()

    def clean(self):
        super().clean()
        problems = {}
        if not self.description.strip():
            problems["description"] = _("Say in one sentence what is seen: some readers hear the page.")
        if self.subject == self.Subject.VICTIM:
            problems["subject"] = _("A victim is never shown, also not from behind or blurred. Choose another picture.")
        elif self.subject in (self.Subject.ADULT, self.Subject.CHILD):
            if self.consent is None or not self.consent.is_valid():
                problems["consent"] = _(
                    "Whoever can be recognised must have agreed in writing, and the paper be valid."
                )
            elif self.subject == self.Subject.CHILD and not (
                self.consent.child_agreed and self.consent.guardian_agreed
            ):
                problems["consent"] = _("For a child both the child and a parent or guardian must have agreed.")
        if problems:
            raise ValidationError(problems)

    @property
    def may_be_shown(self) -> bool:
        """Nobody can be recognised in it, or who is seen agrees today."""
        return not self.consent_id or self.consent.is_valid()

    @property
    def default_alt_text(self) -> str:
        return self.description


class PictureRendition(AbstractRendition):
    """A size the site shows; made by a worker (campaigns.pages.renditions), handed out by campaigns.views.pictures."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    @property
    def url(self) -> str:
        # Wherever the files lie: the application decides whether this picture may still be shown.
        return reverse("picture", args=[PurePath(self.file.name).name])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="campaigns_picturerendition_once"
            )
        ]
