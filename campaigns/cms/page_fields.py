"""How fields of pages are filled in where Wagtail's own way does not serve: texts grow as they are written, and terms are
ticked under what they are."""

from django import forms
from django.template.loader import render_to_string
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminAutoHeightTextInput

from campaigns.models import Term
from core.text import NfcTextField


class TermChecklist(forms.CheckboxSelectMultiple):
    """Terms to tick, each kind under its name; a term out of use only where it is ticked already."""

    def optgroups(self, name, value, attrs=None):
        groups: dict[str, list] = {}
        for number, (choice, label) in enumerate(self.choices):
            term, chosen = choice.instance, str(choice) in value
            if term.is_active or chosen:
                option = self.create_option(name, choice, label, chosen, number, attrs=attrs)
                groups.setdefault(term.get_kind_display(), []).append(option)
        return [(kind, options, number) for number, (kind, options) in enumerate(groups.items())]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["kinds"] = [
            (kind, options, sum(option["selected"] for option in options))
            for kind, options, _number in context["widget"]["optgroups"]
        ]
        return context

    def _render(self, template_name, context, renderer=None):
        # From the project's templates: the form renderer looks only into Django's own.
        return render_to_string("campaigns/cms/term_checklist.html", context)


def widget_for_many(db_field) -> dict:
    return {"widget": TermChecklist} if db_field.remote_field.model is Term else {}


def register() -> None:
    register_form_field_override(NfcTextField, override={"widget": AdminAutoHeightTextInput})
    register_form_field_override(ParentalManyToManyField, override=widget_for_many)
