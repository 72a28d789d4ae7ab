"""Forms of those who watch over the work: findings, visits, documents, partners."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, Event
from campaigns.villages.forms import day_input
from campaigns.villages.session_forms import OnceForm
from courses.models import Course
from people.models import User
from places.forms import EARLIEST, LATEST, AreaForm
from places.models import AdministrativeUnit
from reports.audit import GROUPS
from reports.models import Finding, LegalDocument, Partner, Support, VisitAnswer, VisitQuestion

# A reply within two weeks is what offices ask of each other.
USUAL_DAYS = 14
NO_CASES = _("Never write a name, a case or anything by which a person could be recognised.")


def _text(label, help_text=NO_CASES, required=True, rows=4):
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, max_length=1000, widget=widget, required=required)


def _due_day():
    return timezone.localdate() + timedelta(days=USUAL_DAYS)


def _answer_by():
    return forms.DateField(label=_("Answer by"), widget=day_input(), initial=_due_day, validators=[_within_a_year])


def _within_a_year(day):
    if day > timezone.localdate() + timedelta(days=366):
        raise forms.ValidationError(_("Check the year: this day lies more than a year ahead."))


class FindingForm(OnceForm):
    area = forms.ModelChoiceField(AdministrativeUnit.objects.none(), label=_("Area"))
    subject = forms.ChoiceField(
        label=_("What is the finding about?"), choices=Finding.Subject.choices, widget=forms.RadioSelect
    )
    text = _text(_("What was found, and what is asked for?"))
    due_on = _answer_by()

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas


class AnswerForm(OnceForm):
    text = _text(_("What was done?"))


class CloseForm(OnceForm):
    text = _text(_("How was it settled?"), rows=2)


class ReturnForm(OnceForm):
    text = _text(_("What is still missing?"), rows=2)
    due_on = _answer_by()


class VisitForm(OnceForm):
    """The check list as it stands today; `answers()` after is_valid."""

    area = forms.ModelChoiceField(AdministrativeUnit.objects.none(), label=_("Which commune?"))
    visited_on = forms.DateField(label=_("On which day?"), widget=day_input(), initial=timezone.localdate)

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas
        self.questions = list(VisitQuestion.objects.filter(is_asked=True))
        for question in self.questions:
            self.fields[f"q-{question.pk}"] = forms.ChoiceField(
                label=question.label, choices=VisitAnswer.Answer.choices, initial=VisitAnswer.Answer.NOT_SEEN,
                widget=forms.RadioSelect,
            )  # fmt: skip
        self.fields["note"] = _text(_("Note"), required=False)

    def answers(self) -> dict[VisitQuestion, str]:
        return {question: self.cleaned_data[f"q-{question.pk}"] for question in self.questions}


class LawForm(forms.ModelForm):
    class Meta:
        model = LegalDocument
        fields = [
            "number", "title", "title_en", "issuer", "issued_on", "valid_from", "valid_until", "replaced_by", "note",
        ]  # fmt: skip
        widgets = {"issued_on": day_input(), "valid_from": day_input(), "valid_until": day_input()}
        help_texts = {
            "number": _("As texts cite it, such as 53/2024/QH15: texts are found by it."),
            "valid_until": _("From this day on, texts that cite it wait to be read again."),
        }
        error_messages = {"number": {"unique": _("A document of this number is in the register already.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["replaced_by"].queryset = LegalDocument.objects.exclude(pk=self.instance.pk).order_by("number")

    def clean(self):
        data = super().clean()
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and last <= first:
            self.add_error("valid_until", _("This day has to lie after the one from which it is in force."))
        return data


class CheckForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why may it stay as it is?"), max_length=300,
        help_text=_("Such as: the text tells of the time before."),
    )  # fmt: skip


class PartnerForm(forms.ModelForm):
    class Meta:
        model = Partner
        fields = ["name", "kind", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        error_messages = {"name": {"unique": _("This partner is entered already.")}}


class SupportForm(forms.ModelForm):
    class Meta:
        model = Support
        fields = [
            "partner", "what", "form", "area", "campaign", "event", "course", "budget_source", "starts_on", "ends_on",
        ]  # fmt: skip
        widgets = {"starts_on": day_input(), "ends_on": day_input()}
        help_texts = {
            "campaign": _("One of campaign, event and course, or none: then it is for the work as a whole."),
        }

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas
        self.fields["campaign"].queryset = Campaign.objects.order_by("-starts_on")
        self.fields["event"].queryset = Event.objects.filter(commune__in=areas).select_related("commune", "season")
        self.fields["course"].queryset = Course.objects.filter(retired_on=None)


class AuditForm(AreaForm):
    """What the list is narrowed to; every field may stay empty."""

    first = forms.DateField(label=_("From"), required=False, widget=day_input())
    last = forms.DateField(label=_("To"), required=False, widget=day_input())
    group = forms.ChoiceField(label=_("About"), required=False)
    person = forms.CharField(label=_("Who (e-mail)"), required=False, max_length=254)
    field_order = ("first", "last", "area")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [("", _("everything")), *GROUPS.items()]

    def clean(self):
        data = super().clean()
        for name in ("first", "last"):
            if data.get(name):
                data[name] = max(EARLIEST, min(data[name], LATEST))
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day lies before the first."))
        return data

    def clean_person(self) -> User | None:
        address = self.cleaned_data["person"].strip()
        if not address:
            return None
        found = User.objects.filter(email__iexact=address).first()
        if found is None:
            raise forms.ValidationError(_("Nobody has this address."))
        return found
