"""What people fill in about training. Rules live in the functions the views call; here they get a kind sentence."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.errors import DomainError
from courses.anonymity import check, doubtful, refused
from courses.batches import MOST, named
from courses.models import Course, CourseRun
from people.models import User
from places.models import AdministrativeUnit

# Days: what lies farther away is a mistyped year.
PAST, AHEAD = 5 * 366, 3 * 366


def near(day):
    """Refuses a day whose year cannot be meant; what is empty stays empty."""
    if day and not -PAST < (day - timezone.localdate()).days < AHEAD:
        raise forms.ValidationError(_("Is the year right? This lies more than five years back or three years ahead."))
    return day


class DateInput(forms.DateInput):
    def __init__(self):
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})


class NamelessForm(forms.Form):
    """Words (the fields `free`) in which nobody is to be recognised: what looks like a number or an address of a person is
    refused, a doubtful word brings the form back once, with a box to tick (courses.anonymity). What was written stays."""

    free = ("text",)
    looked = forms.BooleanField(label=_("I have looked at these words once more."), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        written = [self.data.get(self.add_prefix(name), "") for name in self.free]
        # What nobody may post is said first: a tick does not help there.
        self.doubts = doubtful(*written) if self.is_bound and not refused(*written) else []
        if not self.doubts:
            del self.fields["looked"]

    def clean(self):
        data = super().clean()
        for name in self.free:
            try:
                check(data.get(name, ""))
            except DomainError as refusal:
                self.add_error(name, refusal.message)
        if self.doubts and not data.get("looked"):
            words = "; ".join(f"“{word}” ({what})" for word, what in self.doubts)
            self.add_error(
                "looked",
                _("Could somebody be recognised by this? %(words)s. Change it, or tick the box.") % {"words": words},
            )
        return data


class IssueForm(forms.Form):
    course = forms.ModelChoiceField(label=_("Course"), queryset=Course.objects.none())
    people = forms.CharField(
        label=_("Who receives one"),
        help_text=_("E-mail addresses of their accounts, one a line. Paste the column of a class list."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}), max_length=200_000,
    )  # fmt: skip
    on = forms.DateField(label=_("Date on the paper"), widget=DateInput, initial=timezone.localdate)
    signer = forms.CharField(
        label=_("Signed by"), max_length=160, help_text=_("Post, a comma, the name: “Giám đốc, Trần Văn Mẫu”.")
    )

    def __init__(self, *args, courses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses

    def clean_on(self):
        if self.cleaned_data["on"] > timezone.localdate():
            raise forms.ValidationError(_("A certificate cannot be dated in the future."))
        return self.cleaned_data["on"]

    def clean_people(self):
        people, missing = named(self.cleaned_data["people"])
        if missing:
            rows = "; ".join(f"{number}: {word}" for number, word in missing[:20])
            raise forms.ValidationError(
                ngettext(
                    "%(count)s address has no account here (line: address): %(rows)s",
                    "%(count)s addresses have no account here (line: address): %(rows)s",
                    len(missing),
                )
                % {"count": len(missing), "rows": rows}
            )
        if len(people) > MOST:
            raise forms.ValidationError(_("At most %(most)s people at once.") % {"most": MOST})
        return people


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Everybody who checks the code can read it. Name no person.")
    )


class ReplaceForm(ReasonForm):
    signer = forms.CharField(label=_("Signed by"), max_length=160)


class SignerForm(forms.Form):
    signer = forms.CharField(
        label=_("Signed by"), max_length=160, help_text=_("Post, a comma, the name: “Giám đốc, Trần Văn Mẫu”.")
    )


class RunForm(forms.ModelForm):
    link = forms.URLField(label=_("Address of the online room"), required=False, assume_scheme="https")

    class Meta:
        model = CourseRun
        fields = ["course", "mode", "place", "link", "seats", "trainers", "nominate_until", "quotas_until", "note"]
        widgets = {
            "nominate_until": DateInput, "quotas_until": DateInput, "trainers": forms.CheckboxSelectMultiple,
            "note": forms.Textarea(attrs={"rows": 3}),
        }  # fmt: skip

    def __init__(self, *args, courses, trainers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses
        self.fields["trainers"].queryset = trainers
        if self.instance.pk:
            del self.fields["course"]

    def clean_nominate_until(self):
        return near(self.cleaned_data["nominate_until"])

    def clean_quotas_until(self):
        return near(self.cleaned_data["quotas_until"])


class SessionForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=DateInput)
    begins = forms.TimeField(label=_("Begins"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("Ends"), widget=forms.TimeInput(attrs={"type": "time"}))
    title = forms.CharField(label=_("Subject"), max_length=160, required=False)
    place = forms.CharField(label=_("Place, where it is another"), max_length=200, required=False)

    def clean_day(self):
        return near(self.cleaned_data["day"])

    def clean(self):
        data = super().clean()
        if data.get("begins") and data.get("ends") and data["ends"] <= data["begins"]:
            self.add_error("ends", _("A session ends after it begins."))
        return data


class QuotaForm(forms.Form):
    area = forms.ModelChoiceField(label=_("Unit"), queryset=AdministrativeUnit.objects.none())
    seats = forms.IntegerField(label=_("Seats"), min_value=0, max_value=5000, help_text=_("0 gives them back."))

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Everybody in the class is told it."))


class CopyForm(forms.Form):
    first_day = forms.DateField(label=_("First day of the new class"), widget=DateInput)

    def clean_first_day(self):
        day = self.cleaned_data["first_day"]
        if not 0 <= (day - timezone.localdate()).days < AHEAD:
            raise forms.ValidationError(_("The new class begins today or later, at most three years ahead."))
        return day


class NominateForm(forms.Form):
    """Those of one's units who still lack the course, to be ticked; anybody else of them by e-mail address."""

    missing = forms.ModelMultipleChoiceField(
        label=_("Who still has to do this course"), queryset=User.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    people = forms.CharField(
        label=_("Others, by e-mail address, one a line"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
    )  # fmt: skip

    def __init__(self, *args, missing, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["missing"].queryset = User.objects.filter(pk__in=list(missing))
        # Many bear the same name: the unit tells them apart.
        self.fields["missing"].label_from_instance = lambda one: f"{one.name} · {missing[one.pk]}"
        if not missing:
            del self.fields["missing"]

    def clean_people(self):
        people, missing = named(self.cleaned_data["people"])
        if missing:
            rows = "; ".join(f"{number}: {word}" for number, word in missing[:20])
            raise forms.ValidationError(
                ngettext(
                    "%(count)s address has no account here (line: address): %(rows)s",
                    "%(count)s addresses have no account here (line: address): %(rows)s",
                    len(missing),
                )
                % {"count": len(missing), "rows": rows}
            )
        return people

    def clean(self):
        data = super().clean()
        data["all"] = list(dict.fromkeys([*data.get("missing", ()), *data.get("people", ())]))
        if not self.errors and not data["all"]:
            self.add_error(None, _("Tick or write at least one person."))
        return data
