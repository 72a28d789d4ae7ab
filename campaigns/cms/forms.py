"""The workbench's forms: what a person types, checked once more in words before a function is called."""

import hashlib
from datetime import timedelta

from django import forms
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from campaigns.broadcast.bulletins import FIXED_ON_AIR, is_on_air
from campaigns.broadcast.month import month_end
from campaigns.broadcast.scripts import script_signature
from campaigns.hotlines import LONGEST_CHECK, hotline_changed
from campaigns.models import Bulletin, Hotline
from media.models import Recording, Upload
from people.permissions import areas_for, current_memberships
from people.roles import Role
from places.models import AdministrativeUnit, Language


class MonthInput(forms.DateInput):
    input_type = "month"

    def __init__(self):
        super().__init__(format="%Y-%m", attrs={"placeholder": "2026-11"})


class CommuneChecklist(forms.CheckboxSelectMultiple):
    """Communes to tick, with a search above them (static/cms/communes.js); without JavaScript the plain list."""

    def _render(self, template_name, context, renderer=None):
        # From the project's templates: the form renderer looks only into Django's own.
        return render_to_string("campaigns/cms/commune_checklist.html", context)

    class Media:
        js = ["cms/communes.js"]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# Help that gives way to "on the air: it stands" once a version is released.
_HELP = {
    "title": _("What people will know this bulletin by."),
    "title_en": _("For the English version, if there is one."),
    "area": _("Whose bulletin it is. Every commune of it is asked to play it."),
    "hotline": _("Spoken last. Its check must be fresh on the day of release."),
    "release_at": _("From this moment communes can play it, if it is approved. Vietnamese time."),
    "priority": _("An emergency stands first on every desk."),
}


class BulletinForm(WagtailAdminModelForm):
    """A bulletin and its script. `seen` is the script this page was opened with, so that of two people who write at
    the same time the second is told, and nobody's sentences vanish."""

    month = forms.DateField(
        label=_("Month"), widget=MonthInput, input_formats=["%Y-%m", "%Y-%m-%d", "%m/%Y"],
        help_text=_("The month in which the loudspeakers play it."),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Media:
        js = ["cms/segments.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        vietnamese = Language.objects.filter(tag="vi").first()
        # Read by static/cms/segments.js, which counts while the script is being written.
        self.fields["seen"].widget.attrs.update(
            {"data-wpm": vietnamese.words_per_minute if vietnamese else 180, "data-length": _("Read aloud, about")}
        )
        reach = areas_for(self.for_user, "campaigns.write_bulletin")
        area, audience = self.fields["area"], self.fields["audience"]
        area.queryset = reach.order_by("parent_id", "name")
        communes = reach.communes()
        if self.instance.pk:
            area.queryset = AdministrativeUnit.objects.filter(pk__in={u.pk for u in reach} | {self.instance.area_id})
            communes = AdministrativeUnit.objects.communes().filter(
                pk__in={u.pk for u in communes} | {u.pk for u in self.instance.audience.all()}
            )
        audience.queryset = communes.order_by("name")
        self.fields["hotline"].queryset = Hotline.objects.filter(is_active=True)
        for name, words in _HELP.items():
            self.fields[name].help_text = words
        if self.instance.pk:
            self.initial["seen"] = digest(repr(script_signature(self.instance)))
            if is_on_air(self.instance):
                for name in FIXED_ON_AIR:
                    self.fields[name].disabled = True
                    self.fields[name].help_text = _("On the air: it stands as it was released.")
        else:
            self._suggest(reach)

    def _suggest(self, reach) -> None:
        """Defaults for a new bulletin: this month, my area, tomorrow at five, the first line that was checked."""
        now = timezone.localtime()
        mine = [m.area_id for m in current_memberships(self.for_user) if m.role == Role.COMMUNICATOR]
        line = Hotline.objects.fresh().first()
        for name, value in {
            "month": now.date().replace(day=1),
            "release_at": (now + timedelta(days=1)).replace(hour=5, minute=0, second=0, microsecond=0),
            "area": reach.filter(pk__in=mine).first(),
            "hotline": line,
        }.items():
            if value is not None:
                self.initial.setdefault(name, getattr(value, "pk", value))

    def clean(self):
        found = super().clean()
        if self.instance.pk and found.get("seen") != digest(repr(script_signature(self.instance))):
            raise forms.ValidationError(
                _(
                    "Somebody else has changed this script while you were writing. Your words are kept on this page: "
                    "open the bulletin in another tab and bring both together."
                )
            )
        area, communes = found.get("area"), found.get("audience")
        if area is not None and communes:
            inside = set().union(*AdministrativeUnit.objects.within(area).ancestry().values())
            outside = [unit.label for unit in communes if unit.pk not in inside]
            if outside:
                self.add_error(
                    "audience",
                    _("These communes do not lie in the area: %(names)s.") % {"names": ", ".join(outside[:5])},
                )
        month, release = found.get("month"), found.get("release_at")
        if month and release and timezone.localdate(release) > month_end(month):
            self.add_error("release_at", _("This is after the month in which it is to be heard."))
        return found


class VersionForm(forms.Form):
    """Opens a version in one more language."""

    language = forms.ModelChoiceField(label=_("Language"), queryset=Language.objects.none())
    credits = forms.CharField(
        label=_("Voices, translators"), max_length=300, required=False, help_text=_("Stands under the recording.")
    )

    def __init__(self, *args, bulletin: Bulletin, **kwargs):
        super().__init__(*args, **kwargs)
        there = bulletin.versions.values("language")
        self.fields["language"].queryset = Language.objects.active().exclude(pk__in=there)


class DetailsForm(forms.Form):
    credits = forms.CharField(label=_("Voices, translators"), max_length=300, required=False)
    audio_only = forms.BooleanField(
        label=_("Only spoken: this version has no text"), required=False,
        help_text=_("For a language without a settled script. The voice follows the Vietnamese text."),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why something is sent back or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a few words why. It is kept and shown to those concerned.")},
    )  # fmt: skip


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("Note for the approver"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class RecordingForm(forms.Form):
    """A sound from a form (`file`), or one that has already arrived in chunks (`upload`)."""

    file = forms.FileField(label=_("Sound file"), required=False)
    upload = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self):
        found = super().clean()
        if found.get("upload"):
            found["arrived"] = Upload.objects.filter(pk=found["upload"], owner=self.user, state="complete").first()
            if found["arrived"] is None:
                raise forms.ValidationError(
                    _("The file has not arrived whole yet. Choose it again: it goes on where it stopped.")
                )
        elif not found.get("file"):
            raise forms.ValidationError(_("Choose a sound file first."))
        return found


class JingleForm(RecordingForm):
    title = forms.CharField(label=_("Name"), max_length=200, help_text=_("What it is known by in the script."))

    field_order = ["title", "file", "upload"]

    def clean_title(self):
        title = self.cleaned_data["title"].strip()
        if Recording.objects.filter(kind=Recording.Kind.MUSIC, title=title).exclude(state="refused").exists():
            raise forms.ValidationError(_("There is a jingle of this name already."))
        return title


class HotlineForm(WagtailAdminModelForm):
    """A hotline as it is kept. That it was called is recorded on its own page, never typed in here."""

    def clean_number(self):
        number = self.cleaned_data["number"].strip()
        if not number or any(c not in "0123456789 +.-" for c in number):
            raise forms.ValidationError(_("A number has digits, spaces and a plus sign only."))
        return number

    def save(self, commit=True):
        earlier = Hotline.objects.filter(pk=self.instance.pk).values_list("number", flat=True).first()
        hotline = super().save(commit)
        return hotline_changed(hotline=hotline, earlier_number=earlier) if commit else hotline


class VerifyForm(forms.Form):
    """Somebody called the line, and it answered as described."""

    on = forms.DateField(
        label=_("Called on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    good_until = forms.DateField(
        label=_("The check is good until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Half a year at most. After this day nothing is released with this number."),
    )  # fmt: skip
    answered = forms.BooleanField(
        label=_("I called this number myself, and it answered as described."),
        error_messages={"required": _("Call the number first, then tick this box.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["good_until"].initial = timezone.localdate() + LONGEST_CHECK / 2
