"""What pages about an area ask their reader: which day, which area."""

from datetime import date

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from places.models import AdministrativeUnit

# Nothing here is older or plans further; a mistyped year shows the nearest of these days.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
# More than any province has.
MANY = 200


class DayForm(forms.Form):
    """The day a page is asked for; empty is today."""

    on = forms.DateField(
        label=_("As of"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def clean_on(self):
        day = self.cleaned_data["on"]
        return day and max(EARLIEST, min(day, LATEST))


class AreaForm(forms.Form):
    """One of the reader's `areas` (a queryset), or none. A list of thousands of communes is no choice: of more than MANY areas
    only those above communes are offered, and the communes of the one that is chosen; any of them is accepted."""

    area = forms.ModelChoiceField(label=_("Area"), queryset=AdministrativeUnit.objects.none(), required=False)

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        field.queryset = areas
        field.empty_label = _("everywhere I may see")
        offered = list(areas[: MANY + 1])
        if len(offered) > MANY:
            offered = self._fewer(areas)
        field.widget.choices = [("", field.empty_label), *((unit.pk, unit.label) for unit in offered)]

    def _fewer(self, areas) -> list[AdministrativeUnit]:
        chosen = self.data.get("area", "")
        below = Q(parent=chosen) | Q(pk=chosen) if chosen.isdecimal() and len(chosen) < 10 else Q(pk=None)
        return list(areas.filter(~Q(level=AdministrativeUnit.Level.COMMUNE) | below))


class AreaOnDayForm(AreaForm, DayForm):
    """A day, today at the latest and when left empty, and one of the reader's areas."""

    def clean_on(self):
        return min(super().clean_on() or timezone.localdate(), timezone.localdate())
