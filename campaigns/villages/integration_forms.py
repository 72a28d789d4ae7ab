"""The two questions that sessions, events and seasons are asked alike."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Term


def _choice(label: str) -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Term.objects.none(), label=label, required=False, widget=forms.CheckboxSelectMultiple
    )


class IntegrationForm(forms.Form):
    """`chosen`: the terms that stand already; one that went out of use meanwhile stays offered to what has it."""

    programmes = _choice(_("Integrated with which programmes?"))
    objectives = _choice(_("Which objective of the plan does it serve?"))

    def __init__(self, *args, chosen=(), **kwargs):
        super().__init__(*args, **kwargs)
        for name, kind in (("programmes", Term.Kind.PROGRAMME), ("objectives", Term.Kind.OBJECTIVE)):
            mine = [term.pk for term in chosen if term.kind == kind]
            terms = Term.objects.filter(kind=kind)
            self.fields[name].queryset = terms.filter(is_active=True) | terms.filter(pk__in=mine)
            self.fields[name].label_from_instance = lambda term: term.label
            self.fields[name].initial = mine

    @property
    def terms(self) -> list[Term]:
        return [*self.cleaned_data["programmes"], *self.cleaned_data["objectives"]]
