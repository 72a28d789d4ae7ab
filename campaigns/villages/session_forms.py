"""Forms of the direct sessions: on a phone, in the order in which people tell it."""

import uuid

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.desk_forms import _Minutes
from campaigns.facts import CLOCK_TOLERANCE
from campaigns.models import SessionKind, SessionPhoto
from campaigns.models.session import MOST_PEOPLE
from campaigns.villages.integration_forms import IntegrationForm
from places.models import AdministrativeUnit, Language, Settlement

_MINUTES = {"widget": _Minutes, "input_formats": ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]}


class OnceForm(forms.Form):
    """`client_uuid` is made with the form, so that a second tap or a repeated sending changes nothing."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"client_uuid": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class _PlaceForm(OnceForm):
    """What a plan and a session have in common. `commune`: whose settlements are offered."""

    kind = forms.ChoiceField(label=_("What kind?"), choices=SessionKind.choices, widget=forms.RadioSelect)
    settlements = forms.ModelMultipleChoiceField(
        Settlement.objects.none(),
        label=_("For which settlements?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    place = forms.CharField(
        label=_("Where?"),
        help_text=_("Such as “village house” or the school's name. Leave it empty in a priority area."),
        max_length=120,
        required=False,
    )
    is_priority = forms.BooleanField(
        label=_("This is a priority area"),
        help_text=_("It is never published; neither the place nor a picture is kept."),
        required=False,
    )

    def __init__(self, *args, commune: AdministrativeUnit, **kwargs):
        kwargs["initial"] = {"kind": SessionKind.TALK, "is_priority": commune.is_priority} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["settlements"].queryset = Settlement.objects.within(commune).order_by("name")

    def clean(self):
        found = super().clean()
        if found.get("is_priority") and found.get("place"):
            self.add_error("place", _("In a priority area the place is not written down: name the settlement only."))
        return found


class PlanForm(_PlaceForm):
    starts_at = forms.DateTimeField(label=_("When does it begin?"), **_MINUTES)

    field_order = ["client_uuid", "starts_at", "kind", "settlements", "place", "is_priority"]

    @property
    def said(self) -> dict:
        """What was filled in, as sessions.plan_session takes it."""
        return self.cleaned_data | {"settlements": list(self.cleaned_data["settlements"])}


class SessionForm(_PlaceForm, IntegrationForm):
    """Head counts only: there is no field for a name, and none that asks what somebody told."""

    held_at = forms.DateTimeField(
        label=_("When was it?"), help_text=_("Leave empty if it has just ended."), required=False, **_MINUTES
    )
    attendees = forms.IntegerField(
        label=_("How many people were there?"), min_value=1, max_value=MOST_PEOPLE,
        help_text=_("Numbers only. Never write down names."),
    )  # fmt: skip
    women = forms.IntegerField(label=_("Of them women"), min_value=0, max_value=MOST_PEOPLE)
    children = forms.IntegerField(label=_("Of them children (under 16)"), min_value=0, max_value=MOST_PEOPLE)
    minority = forms.IntegerField(label=_("Of them ethnic minority"), min_value=0, max_value=MOST_PEOPLE)
    respected_persons = forms.IntegerField(
        label=_("Respected persons met"), min_value=0, max_value=MOST_PEOPLE, initial=0, required=False
    )
    languages = forms.ModelMultipleChoiceField(
        Language.objects.none(), label=_("Languages spoken"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leaflets = forms.IntegerField(
        label=_("Leaflets given out"), min_value=0, max_value=100_000, initial=0, required=False
    )
    materials = forms.CharField(
        label=_("Materials used"),
        help_text=_("Such as the title of a leaflet or a film."),
        max_length=200,
        required=False,
    )

    field_order = [
        "client_uuid", "held_at", "kind", "settlements", "attendees", "women", "children", "minority",
        "respected_persons", "languages", "leaflets", "materials", "programmes", "objectives", "place", "is_priority",
    ]  # fmt: skip

    def __init__(self, *args, commune: AdministrativeUnit, **kwargs):
        super().__init__(*args, commune=commune, **kwargs)
        languages = Language.objects.active()
        self.fields["languages"].queryset = languages
        self.fields["languages"].initial = [one.pk for one in languages if one.tag == "vi"]

    def clean(self):
        found = super().clean()
        for name in ("respected_persons", "leaflets"):
            found[name] = found.get(name) or 0
        everybody = found.get("attendees")
        for name in ("women", "children", "minority", "respected_persons"):
            if everybody is not None and (found.get(name) or 0) > everybody:
                self.add_error(name, _("This is more than everybody who was there."))
        if found.get("held_at") and found["held_at"] > timezone.now() + CLOCK_TOLERANCE:
            self.add_error("held_at", _("That time lies in the future. Record the session after it was held."))
        return found

    @property
    def said(self) -> dict:
        """What was filled in, as sessions.log_session takes it."""
        found = dict(self.cleaned_data)
        for name in ("settlements", "languages"):
            found[name] = list(found.get(name, []))
        del found["programmes"], found["objectives"]
        return found | {"terms": self.terms}


class PhotoForm(OnceForm):
    file = forms.FileField(
        label=_("Picture"),
        help_text=_(
            "JPEG, PNG or WebP up to 10 MB; a session takes 12 pictures. The phone makes it smaller, keeps it without a "
            "connection too, and sends it after the session."
        ),
        widget=forms.FileInput(attrs={"accept": "image/*"}),
    )
    subject = forms.ChoiceField(
        label=_("Who is in the picture?"),
        help_text=_("Children, and people who did not agree, are not photographed."),
        choices=SessionPhoto.Subject.choices,
        widget=forms.RadioSelect,
    )


class KeptPhotoForm(OnceForm):
    """What a phone says of a picture it kept; the file itself arrives in pieces (media.uploads) under the same id. `session`: the
    id under which the phone sent the session."""

    session = forms.UUIDField()
    subject = PhotoForm.base_fields["subject"]


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Why is it cancelled?"), max_length=200)
