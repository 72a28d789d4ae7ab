"""Sending in a picture: a file that cannot be read to its end is refused in words beside its field."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from campaigns.cms.sized_files import limited
from campaigns.models import Consent
from campaigns.photos import clean_original
from core.errors import DomainError


class WholePictureField(WagtailImageField):
    def to_python(self, data):
        if data:
            # Before Wagtail asks for its size: it would end in an error of ours, not in a sentence.
            try:
                clean_original(data)
            except DomainError as refusal:
                raise ValidationError(str(refusal)) from refusal
            data.seek(0)
        return super().to_python(data)


# What every field of a picture asks for.
_HELP = {
    "description": _("One sentence, as you would tell it to somebody who does not see it."),
    "subject": _("It decides whether a consent is needed. A victim is never shown."),
    "consent": _(
        "Only where somebody can be recognised. The signed paper is entered under “Consents to pictures” first."
    ),
    "credit": _("Who drew or took it; may stay empty."),
}


class PictureForm(BaseImageForm):
    class Media:
        js = ["cms/file-size.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, told in _HELP.items():
            if name in self.fields:
                self.fields[name].help_text = told
        if "description" in self.fields:
            self.fields["description"].required = True
        if "consent" in self.fields:
            # One that has ended stays where it stands already; it cannot be chosen anew.
            kept = Q(pk=self.instance.consent_id) if self.instance.consent_id else Q(pk=None)
            self.fields["consent"].queryset = Consent.objects.filter(kept | Q(pk__in=Consent.objects.valid()))
        if field := self.fields.get("file"):
            self.fields["file"] = WholePictureField(
                label=field.label, required=field.required, help_text=field.help_text,
                widget=limited(field.widget, settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE),
            )  # fmt: skip
