"""Forms of registering: for everybody, and for whoever keeps the event."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.desk_forms import _Minutes as minutes_input
from campaigns.models import Registration, Seating
from campaigns.models.registration import MOST_OF_A_UNIT
from core.text import nfc

# As people write one: +84 905 123 456, 0905.123.456.
_PHONE = re.compile(r"\+?[0-9]{8,15}\Z")
# A letter greets by name whoever's address was typed: an address in the name would make it anybody's advertisement.
_ADDRESS = re.compile(r"://|www\.|@|\.(?:com|net|org|info|biz|vn|xyz|top|site|shop|online|link|me|ly)\b", re.IGNORECASE)


def clean_contact(text: str) -> str:
    """An e-mail address in small letters, or a phone number in digits."""
    text = text.strip()
    if "@" in text:
        validate_email(text)
        return text.lower()
    digits = re.sub(r"[\s.()-]", "", text)
    if not _PHONE.match(digits):
        raise ValidationError(_("Write an e-mail address or a phone number."))
    return digits


def clean_words(text: str) -> str:
    """One line, without an address of the web."""
    text = " ".join(nfc(text).split())
    if _ADDRESS.search(text):
        raise ValidationError(_("Write only a name here, no address."))
    return text


class RegisterForm(forms.Form):
    """`note` is signed and made with the form (campaigns.season.bots); `fax` stands where no person sees it."""

    note = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("Who comes?"), choices=Registration.Kind.choices, widget=forms.RadioSelect, initial="person"
    )
    name = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Of a unit: the name of one person who answers for it."),
    )  # fmt: skip
    unit = forms.CharField(
        label=_("Unit"), max_length=160, required=False,
        help_text=_("Village, office, school or union. A person who comes alone may leave it empty."),
    )  # fmt: skip
    people = forms.IntegerField(label=_("How many come?"), min_value=1, max_value=MOST_OF_A_UNIT, initial=1)
    contact = forms.CharField(
        label=_("E-mail or phone"), max_length=160,
        help_text=_("By e-mail you get a confirmation, a calendar file, and word if anything changes."),
    )  # fmt: skip

    def clean_name(self) -> str:
        return clean_words(self.cleaned_data["name"])

    def clean_unit(self) -> str:
        return clean_words(self.cleaned_data["unit"])

    def clean_contact(self) -> str:
        return clean_contact(self.cleaned_data["contact"])

    def clean(self):
        found = super().clean()
        if found.get("kind") == Registration.Kind.UNIT and not found.get("unit"):
            self.add_error("unit", _("Say which unit comes."))
        if found.get("kind") == Registration.Kind.PERSON and (found.get("people") or 1) > 10:
            self.add_error("people", _("For more than ten people, choose “a unit” and say which."))
        return found


class FewerForm(forms.Form):
    """`people`: from 1 to `most`."""

    def __init__(self, *args, most: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"] = forms.IntegerField(
            label=_("How many come?"), min_value=1, max_value=most, initial=most, help_text=_("Only fewer than before.")
        )


class SeatingForm(forms.ModelForm):
    class Meta:
        model = Seating
        fields = ["seats", "waiting_places", "closes_at"]
        widgets = {"closes_at": minutes_input()}
        help_texts = {
            "seats": _("How many people fit. Whoever comes without registering is counted at the door."),
            "waiting_places": _("Whoever waits gets a seat by itself, in order, when one becomes free."),
            "closes_at": _("Without a time: when the event begins."),
        }
