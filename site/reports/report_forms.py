"""Forms of the reports: a section with its figures, the head of the paper, acts with words, and the forms as data."""

import re
import uuid
from datetime import date, timedelta
from decimal import Decimal

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reports.content import written
from reports.figures import figure
from reports.indicators import REGISTRY
from reports.models import (
    CommunePlan,
    FormLine,
    FormSection,
    PlanTask,
    Report,
    ReportForm,
    ReportingPeriod,
    ReportRequest,
)
from reports.writing import SectionChanged

MOST = Decimal("999999999999")
# A paper may be dated some days ahead, not years: a mistyped year is the usual mistake.
AHEAD = timedelta(days=60)
LONGEST_PERIOD = 11 * 366
NO_CASE = _("Never a name, never somebody's story, nothing that lets one guess who is meant.")


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def paper_day(day: date | None, *, earliest: date) -> date | None:
    """The date of a paper; refused where its year cannot be meant."""
    if day and not earliest <= day <= timezone.localdate() + AHEAD:
        raise forms.ValidationError(_("Check the year: this paper cannot bear such a day."))
    return day


def long_text(rows: int = 6) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class FigureField(forms.DecimalField):
    """A number as people write it: 1.200,5 in Vietnamese, 1,200.5 in English."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 12})

    def to_python(self, value):
        text = "".join(str(value or "").split())
        group, mark = (",", ".") if get_language() == "en" else (".", ",")
        if re.fullmatch(rf"\d{{1,3}}(\{group}\d{{3}})+(\{mark}\d+)?", text):
            text = text.replace(group, "")
        return super().to_python(text.replace(mark, "."))

    def prepare_value(self, value):
        return figure(value) if isinstance(value, int | float | Decimal) else value


class SectionForm(forms.Form):
    """One section of a report. `section`: as in reports.content; a counted line may be corrected, with a reason. `read`:
    the stamp of what stood on the page, so that nobody writes over what somebody else, or another tab, saved meanwhile."""

    read = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, section: dict, **kwargs):
        super().__init__(*args, **kwargs)
        self.section = section
        self.stamp = written(section)
        self.fields["read"].initial = self.stamp
        # Set where it has changed meanwhile: the page then shows what stands there now.
        self.met = False
        for line in section["lines"]:
            self._add_line(line)
        if section["asks_text"]:
            self.fields["text"] = forms.CharField(
                label=_("In words"), required=False, max_length=8000, initial=section["text"], widget=long_text(8),
            )  # fmt: skip

    def _add_line(self, line: dict) -> None:
        said = line["said"] or {"part": None, "whole": None}
        manual = line["source"] == "manual"
        names = self.names(line)
        self.fields[names[0]] = self._figure(_("Number") if manual else _("Another number"), said["part"])
        if line["is_share"]:
            self.fields[names[1]] = self._figure(_("of a whole of"), said["whole"])
        self.fields[names[2]] = forms.CharField(
            label=_("Note") if manual else _("Why, or what explains it"), required=False, max_length=300,
            initial=line["note"],
        )  # fmt: skip

    def clean(self):
        """The rules of reports.writing, said at the field where they are broken."""
        data = super().clean()
        if data.get("read") and data["read"] != self.stamp:
            self.met = True
            self.data = self.data.copy()
            self.data["read"] = self.stamp
            self.add_error(None, SectionChanged().message)
        for line in self.section["lines"]:
            part_name, whole_name, note_name = self.names(line)
            if {part_name, whole_name} & set(self.errors):
                continue
            part, whole = data.get(part_name), data.get(whole_name)
            if part is not None and line["source"] != "manual" and not (data.get(note_name) or "").strip():
                self.add_error(note_name, _("Say why the counted figure is not right."))
            if line["is_share"] and (part is None) != (whole is None):
                self.add_error(whole_name if whole is None else part_name, _("A share needs its part and its whole."))
            elif whole is not None and part > whole:
                self.add_error(part_name, _("A part cannot be larger than the whole."))
        return data

    @staticmethod
    def _figure(label, value) -> FigureField:
        return FigureField(label=label, required=False, min_value=0, max_value=MOST, decimal_places=2, initial=value)

    @staticmethod
    def names(line: dict) -> tuple[str, str, str]:
        return f"part-{line['id']}", f"whole-{line['id']}", f"note-{line['id']}"

    @property
    def rows(self) -> list[dict]:
        """[{"line", "fields": [bound field], "said": does a person say something to it}] in the order of the section."""
        found = []
        for line in self.section["lines"]:
            fields = [self[name] for name in self.names(line) if name in self.fields]
            found.append({"line": line, "fields": fields, "said": any(field.value() for field in fields)})
        return found

    @property
    def figures(self) -> dict[int, tuple]:
        return {
            line["id"]: tuple(self.cleaned_data.get(name) for name in self.names(line))
            for line in self.section["lines"]
        }


class HeadForm(forms.ModelForm):
    class Meta:
        model = Report
        fields = ["number", "issued_on", "by_deputy", "signer_name"]
        widgets = {"issued_on": day_input()}
        help_texts = {
            "number": _("Left empty, it stands open on the paper."),
            "signer_name": _("Left empty, the name of whoever signs here."),
        }

    def clean_issued_on(self):
        return paper_day(self.cleaned_data["issued_on"], earliest=self.instance.request.period.starts_on)


class RemarksForm(forms.Form):
    words = forms.CharField(label=_("Remarks"), max_length=1000, widget=long_text(4), help_text=NO_CASE)


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("A word with it"), required=False, max_length=1000, widget=long_text(2), help_text=NO_CASE
    )


class AttachmentForm(forms.Form):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel or a picture, up to 10 MB. No list of names, no file about a case."),
    )

    def __init__(self, *args, **kwargs):
        kwargs["initial"] = {"client_uuid": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


# Forms as data ----------------------------------------------------------------------------------------------------


class FormForm(forms.ModelForm):
    class Meta:
        model = ReportForm
        fields = ["name", "name_en", "code", "area", "level", "subject", "parent_body", "issuing_body", "symbol",
                  "addressed_to", "grounds", "recipients", "signs_for", "post", "deputy_post", "other_signer"]  # fmt: skip
        widgets = {"addressed_to": long_text(3), "grounds": long_text(4), "recipients": long_text(5)}
        help_texts = {
            "subject": _("{don_vi} becomes the unit, {tren} the one above it, {ky} the period."),
            "parent_body": _("“ / ” begins a new line."),
            "code": _("Small letters, digits and hyphens."),
        }

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas


class FormSectionForm(forms.ModelForm):
    class Meta:
        model = FormSection
        fields = ["title", "title_en", "asks_text", "guidance", "guidance_en", "is_active"]
        widgets = {"guidance": long_text(3), "guidance_en": long_text(3)}


class FormLineForm(forms.ModelForm):
    indicator = forms.ChoiceField(label=_("Counted by"), required=False)

    class Meta:
        model = FormLine
        fields = ["label", "label_en", "unit", "unit_en", "indicator", "adds_up", "is_share", "guidance", "is_active"]
        help_texts = {"is_share": _("For lines without a source: a part and a whole are asked for.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = indicator_choices(_("nobody: entered by hand, or added up"))
        form = self.instance.section.form
        below = FormLine.objects.filter(adds_up=None, is_active=True, section__form__area=form.area)
        below = below.exclude(section__form=form).select_related("section__form").order_by("section", "position")
        self.fields["adds_up"].queryset = below
        self.fields["adds_up"].label_from_instance = lambda one: f"{one.section.form} · {one.label}"


def indicator_choices(nothing) -> list[tuple]:
    return [("", nothing), *((one.key, f"{one.name} ({one.unit})") for one in REGISTRY.values())]


class PeriodForm(forms.ModelForm):
    class Meta:
        model = ReportingPeriod
        fields = ["kind", "name", "name_en", "area", "starts_on", "ends_on"]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}
        help_texts = {
            "name": _("As it stands in the subject: “năm 2026”, “giai đoạn 2021-2025”."),
            "starts_on": _("The first of a month: broadcasts are counted by whole months."),
        }

    def __init__(self, *args, areas, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas

    def clean(self):
        data = super().clean()
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and (last - first).days > LONGEST_PERIOD:
            raise forms.ValidationError(_("Check the years: a period is not longer than eleven years."))
        return data


class RequestForm(forms.ModelForm):
    class Meta:
        model = ReportRequest
        fields = ["form", "due_on", "adds_up"]
        widgets = {"due_on": day_input()}
        help_texts = {"due_on": _("“Before 10/12” ends with the 9th.")}

    def __init__(self, *args, forms_kept, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["form"].queryset = forms_kept
        others = ReportRequest.objects.filter(period=self.instance.period_id).exclude(pk=self.instance.pk)
        self.fields["adds_up"].queryset = others.select_related("form", "period")


# Plans of communes ------------------------------------------------------------------------------------------------


class NewPlanForm(forms.Form):
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    start = forms.ChoiceField(
        label=_("Begin from"), widget=forms.RadioSelect, initial="plan",
        choices=[("plan", _("what the province's plan asks for")), ("last", _("the commune's plan of last year"))],
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["year"].choices = [(year, year) for year in (this + 1, this, this - 1)]
        self.fields["year"].initial = this + 1 if timezone.localdate().month >= 10 else this


class PlanTextsForm(forms.ModelForm):
    class Meta:
        model = CommunePlan
        fields = ["subject", "grounds", "purpose", "carrying_out", "recipients", "by_deputy"]
        widgets = {
            "grounds": long_text(4),
            "purpose": long_text(6),
            "carrying_out": long_text(5),
            "recipients": long_text(5),
        }
        help_texts = {"purpose": NO_CASE}


class TaskForm(forms.ModelForm):
    indicator = forms.ChoiceField(label=_("Progress counted by"), required=False)

    class Meta:
        model = PlanTask
        fields = [
            "what",
            "clause",
            "starts_on",
            "ends_on",
            "responsible",
            "joining",
            "budget",
            "cost",
            "indicator",
            "goal",
        ]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}
        help_texts = {
            "what": NO_CASE,
            "budget": _("A label such as “Ngân sách xã”: no accounts are kept here."),
            "goal": _("How many; left empty for a share, whose goal is the whole."),
        }

    def __init__(self, *args, plan: CommunePlan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = indicator_choices(_("nothing: people say when it is done"))
        clauses = plan.plan.clauses.filter(kind__in=("objective", "task", "duty"))
        self.fields["clause"].queryset = clauses
        self.fields["clause"].label_from_instance = lambda one: f"{one.ref} – {one.text[:80]}"

    def clean(self):
        data, year = super().clean(), self.instance.plan.year
        for name in ("starts_on", "ends_on"):
            if data.get(name) and data[name].year != year:
                self.add_error(name, _("A task of this plan lies in %(year)s.") % {"year": year})
        return data


class IssueForm(forms.Form):
    number = forms.CharField(label=capfirst(_("number of the paper")), max_length=20, required=False)
    issued_on = forms.DateField(label=capfirst(_("date of the paper")), widget=day_input(), initial=timezone.localdate)
    signer_name = forms.CharField(
        label=capfirst(_("name under the signature")), max_length=120, required=False,
        help_text=_("Left empty, the name of whoever signs here."),
    )  # fmt: skip

    def __init__(self, *args, year: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.year = year

    def clean_issued_on(self):
        return paper_day(self.cleaned_data["issued_on"], earliest=date(self.year - 1, 1, 1))
