"""Forms of an event's results and pictures."""

from django import forms
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from campaigns.models import Consent, EventPhoto, EventResult
from campaigns.models.result import COUNTERS, PARTS
from campaigns.villages.forms import day_input
from campaigns.villages.session_forms import OnceForm


class ResultForm(forms.ModelForm):
    """`counted`: what this house's records say; shown beside each figure, so that a difference is meant."""

    class Meta:
        model = EventResult
        fields = [*COUNTERS, "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args, counted: dict, **kwargs):
        super().__init__(*args, **kwargs)
        for name in COUNTERS:
            field = self.fields[name]
            field.min_value = 0
            field.widget.attrs |= {"min": 0, "inputmode": "numeric"}
            if name in counted:
                field.help_text = _("In our records: %(number)s") % {"number": number_format(counted[name])}
        for name in PARTS:
            if name in counted:
                field = self.fields[name]
                field.help_text = _("In our records, of the sessions only: %(number)s. Add those of the rally.") % {
                    "number": counted[name]
                }
        self.fields["text"].help_text = _(
            "What was done and how people took part. Everybody can read it. Never write down a name, a case or somebody's "
            "story: call the help line instead."
        )

    def clean(self):
        found = super().clean()
        everybody = found.get("attendees")
        for name in PARTS:
            if everybody is not None and (found.get(name) or 0) > everybody:
                self.add_error(name, _("This is more than everybody who was there."))
        return found

    def _post_clean(self):
        """The row is written by save_result, which asks whether it may still be changed."""


class RemarkForm(forms.Form):
    remark = forms.CharField(
        label=_("What has to change?"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


class CorrectionForm(forms.Form):
    reason = forms.CharField(label=_("Why is it corrected?"), max_length=300)


class EventPhotoForm(OnceForm):
    file = forms.FileField(label=_("Picture"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
    description = forms.CharField(
        label=_("What is seen, in one sentence?"),
        max_length=200,
        help_text=_("For readers who hear the page. No names."),
    )
    subject = forms.ChoiceField(
        label=_("Who or what is seen?"), choices=EventPhoto.Subject.choices, widget=forms.RadioSelect,
        help_text=_("Nobody is shown as a victim. Whoever can be recognised has agreed in writing."),
    )  # fmt: skip
    consent = forms.ModelChoiceField(
        Consent.objects.none(), label=_("Their consent"), required=False,
        help_text=_("The number of the signed paper. Enter a new paper first, if it is not here."),
    )  # fmt: skip

    def __init__(self, *args, consents, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consent"].queryset = consents


class ConsentForm(forms.Form):
    reference = forms.CharField(
        label=_("Number of the signed paper"), max_length=60, help_text=_("As it is filed in the office. No names.")
    )
    scope = forms.CharField(
        label=_("What it allows"), max_length=400, initial=_("Pictures of the event on this website"),
    )  # fmt: skip
    given_on = forms.DateField(label=_("Given on"), widget=day_input(), initial=timezone.localdate)
    expires_on = forms.DateField(label=_("Good until"), widget=day_input())
    child_agreed = forms.BooleanField(label=_("The child, seven or older, agreed"), required=False)
    guardian_agreed = forms.BooleanField(label=_("A parent or guardian agreed"), required=False)
