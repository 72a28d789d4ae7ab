"""Forms of the season and of a commune's event."""

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from campaigns.broadcast.desk_forms import _Minutes as minutes_input
from campaigns.models import Event, Season
from campaigns.villages.forms import day_input
from campaigns.villages.integration_forms import IntegrationForm

_ROWS = {"summary": 3, "programme": 8, "speech": 12, "plan_text": 12, "slogans": 4, "legal_basis": 5, "announcement": 5}


def _areas(*names: str) -> dict:
    return {name: forms.Textarea(attrs={"rows": _ROWS.get(name, 3)}) for name in names}


class SeasonForm(IntegrationForm, forms.ModelForm):
    class Meta:
        model = Season
        fields = [
            "area", "year", "theme", "slogans", "legal_basis", "starts_on", "ends_on", "hotline", "starts_at", "ends_at",
            "title", "summary", "programme", "speech", "plan_text", "announcement", "keep_days",
        ]  # fmt: skip
        widgets = {
            "starts_on": day_input(), "ends_on": day_input(), "starts_at": minutes_input(), "ends_at": minutes_input(),
            **_areas("slogans", "legal_basis", "summary", "programme", "speech", "plan_text", "announcement"),
        }  # fmt: skip
        help_texts = {
            "title": _("In all texts {xa} stands for the commune's name, {nam} for the year, {chu_de} for the theme."),
            "speech": _("One paragraph a line."),
            "plan_text": _("One paragraph a line; a line that begins with “# ” becomes a heading."),
            "announcement": _(
                "Goes to the loudspeakers' workbench of each commune, to be recorded and approved there."
            ),
            "keep_days": _("Names and contacts of the registered; said on every form."),
            "legal_basis": _("Documents as they are cited, with number and date."),
        }

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas


class EventForm(IntegrationForm, forms.ModelForm):
    livestream = forms.URLField(
        label=_("Livestream address"), assume_scheme="https", required=False, validators=[URLValidator(["https"])],
        help_text=_("Shown as a link only; nothing of it is loaded on the page."),
    )  # fmt: skip

    class Meta:
        model = Event
        fields = [
            "title", "starts_at", "ends_at", "mode", "place", "route", "access", "livestream", "summary", "programme",
            "speech", "plan_text",
        ]  # fmt: skip
        widgets = {
            "starts_at": minutes_input(), "ends_at": minutes_input(), "mode": forms.RadioSelect,
            **_areas("route", "access", "summary", "programme", "speech", "plan_text"),
        }  # fmt: skip
        help_texts = {
            "route": _("In words: from where, past what, how far, where to leave the motorbike."),
            "access": _("Steps, seats, a sign interpreter, a toilet."),
            "speech": _("One paragraph a line."),
            "plan_text": _("One paragraph a line; a line that begins with “# ” becomes a heading."),
        }


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("Status"), choices=Event.Status.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What changes, and why?"), help_text=_("Stands on top of the page: the new place or day, the reason."),
        max_length=300, required=False,
    )  # fmt: skip
