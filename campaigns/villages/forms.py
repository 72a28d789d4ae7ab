"""Forms of the roll-out, of the models and groups, and of pledges."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import ModelEvent, Pledge, PreventionModel, RolledPlan, Rollout
from campaigns.villages.registers import STATUSES
from campaigns.villages.session_forms import OnceForm
from places.models import AdministrativeUnit, Settlement


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PlanForm(forms.ModelForm):
    class Meta:
        model = RolledPlan
        fields = ["number", "name", "area", "starts_on", "ends_on"]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}
        help_texts = {"number": _("As on the document, such as 4215/KH-UBND.")}

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas


class RolloutForm(OnceForm):
    """Those the plan has not reached stand first and are the ones meant, unless ticks are taken away."""

    done_on = forms.DateField(label=_("On which day?"), widget=day_input(), initial=timezone.localdate)
    form = forms.ChoiceField(label=_("In which form?"), choices=Rollout.Form.choices, widget=forms.RadioSelect)
    evidence = forms.CharField(
        label=_("What proves it?"), help_text=_("Such as the number of the minutes, or where the lists are kept."),
        max_length=200,
    )  # fmt: skip
    settlements = forms.ModelMultipleChoiceField(
        Settlement.objects.none(), label=_("Which settlements did it reach?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, commune: AdministrativeUnit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["settlements"].queryset = Settlement.objects.within(commune).order_by("name")


class ModelForm(forms.ModelForm):
    class Meta:
        model = PreventionModel
        fields = ["name", "kind", "since", "copied_from", "guide"]
        widgets = {"since": day_input(), "kind": forms.RadioSelect, "guide": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "copied_from": _("The model of another commune that this one follows."),
            "guide": _("What it needs, how to begin, what to watch out for. Never write down who takes part."),
        }

    def __init__(self, *args, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["copied_from"].queryset = others.select_related("commune")
        self.fields["copied_from"].label_from_instance = lambda one: f"{one.name} ({one.commune})"

    # The commune is not on the form, but its rule (one model of a name) is checked with it.
    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"commune"}


class NewModelForm(OnceForm):
    status = forms.ChoiceField(label=_("Status"), initial="running")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(one.value, one.label) for one in STATUSES]


class EventForm(OnceForm):
    kind = forms.ChoiceField(label=_("What happened?"), choices=ModelEvent.Kind.choices, widget=forms.RadioSelect)
    on = forms.DateField(label=_("On which day?"), widget=day_input(), initial=timezone.localdate)
    people = forms.IntegerField(
        label=_("How many people took part?"), min_value=0, max_value=20_000, required=False,
        help_text=_("For an activity. Numbers only."),
    )  # fmt: skip
    note = forms.CharField(
        label=_("In a few words"), help_text=_("What was done. Never a name, never somebody's story."), max_length=200,
        required=False,
    )  # fmt: skip

    def clean_people(self) -> int:
        return self.cleaned_data["people"] or 0


class PledgeForm(OnceForm):
    settlement = forms.ModelChoiceField(Settlement.objects.none(), label=_("In which settlement?"))
    by = forms.ChoiceField(
        label=_("Who signed?"), choices=Pledge.By.choices, widget=forms.RadioSelect, initial="households"
    )
    number = forms.IntegerField(label=_("How many pledges?"), min_value=1, max_value=100_000)
    signed_on = forms.DateField(label=_("On which day?"), widget=day_input(), initial=timezone.localdate)

    def __init__(self, *args, commune: AdministrativeUnit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["settlement"].queryset = Settlement.objects.within(commune).order_by("name")
