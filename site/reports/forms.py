from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from places.models import AdministrativeUnit, Language

# Nothing here is older or plans further; a mistyped year shows the nearest of these days.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class DayForm(forms.Form):
    """The day a page is asked for; empty is today."""

    on = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )  # fmt: skip

    def clean_on(self):
        day = self.cleaned_data["on"]
        return day and max(EARLIEST, min(day, LATEST))


class AreaForm(DayForm):
    """A day, today at the latest, and one of the reader's areas."""

    area = forms.ModelChoiceField(label=_("Area"), queryset=AdministrativeUnit.objects.none(), required=False)

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas
        self.fields["area"].empty_label = _("everywhere I may see")

    def clean_on(self):
        return min(super().clean_on() or timezone.localdate(), timezone.localdate())


class CoverageForm(AreaForm):
    """What the board shows; every field may stay empty."""

    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        languages = Language.objects.active()
        self.fields["language"].choices = [("", _("any language")), *((one.tag, one.label) for one in languages)]
