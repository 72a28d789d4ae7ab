"""Results for other systems: people and their results as a spreadsheet, what happened as xAPI statements."""

from datetime import timedelta

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.sheets import xlsx_answer
from courses.forms import DateInput
from courses.models import Course
from courses.results import results
from courses.spreadsheet import results_xlsx
from courses.statements import statements
from people.permissions import require

ACT = "courses.revoke"


class ExportForm(forms.Form):
    since = forms.DateField(label=gettext_lazy("From"), widget=DateInput)
    until = forms.DateField(label=gettext_lazy("Until, included"), widget=DateInput)
    course = forms.ModelChoiceField(
        label=gettext_lazy("Course"),
        queryset=Course.objects.none(),
        required=False,
        empty_label=gettext_lazy("All courses"),
    )

    def __init__(self, *args, courses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses

    def clean(self):
        data = super().clean()
        if data.get("since") and data.get("until"):
            if data["until"] < data["since"]:
                self.add_error("until", _("It ends before it begins."))
            elif data["until"] - data["since"] > timedelta(days=800):
                self.add_error("until", _("At most two years at once."))
        return data


@login_required
@require_safe
def exports(request):
    """`as`: xlsx or xapi; without it the form."""
    require(request.user, ACT)
    today = timezone.localdate()
    courses = Course.objects.kept_by(request.user)
    start = {"since": today.replace(month=1, day=1), "until": today}
    asked = request.GET.get("as", "")
    form = ExportForm(request.GET if asked else None, courses=courses, initial=start)
    if not (asked in ("xlsx", "xapi") and form.is_valid()):
        status = 409 if form.is_bound else 200
        return render(request, "courses/exports.html", {"form": form}, status=status)
    said = form.cleaned_data
    chosen = courses.filter(pk=said["course"].pk) if said["course"] else courses
    span = {"courses": chosen, "since": said["since"], "until": said["until"]}
    if asked == "xlsx":
        return xlsx_answer(results_xlsx(results(**span)), f"ket-qua-{said['since']}_{said['until']}")
    response = JsonResponse(
        list(statements(**span)), safe=False, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = f'attachment; filename="xapi-{said["since"]}_{said["until"]}.json"'
    response["Cache-Control"] = "private, no-store"
    return response
