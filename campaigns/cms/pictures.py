"""Sending in a picture: a file that cannot be read to its end is refused in words beside its field."""

from django.core.exceptions import ValidationError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

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


class PictureForm(BaseImageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            self.fields["file"] = WholePictureField(
                label=field.label, required=field.required, widget=field.widget, help_text=field.help_text
            )
