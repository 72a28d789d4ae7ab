"""Which duty asks for which course: read by who looks after training, changed by the course manager (403 for others)."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from courses import requirements as acts
from courses.forms import DateInput
from courses.models import Course, Requirement
from people.models import Duty
from people.permissions import may


class RequirementForm(forms.Form):
    duty = forms.ModelChoiceField(label=_("Duty"), queryset=Duty.objects.all())
    course = forms.ModelChoiceField(label=_("Course"), queryset=Course.objects.none())
    within_months = forms.IntegerField(
        label=_("Months after taking the post"), min_value=0, max_value=60, initial=6,
        help_text=_("0: on the first day. How long the certificate is valid stands in the course."),
    )  # fmt: skip
    valid_from = forms.DateField(label=_("Asked from"), widget=DateInput, initial=timezone.localdate)

    def __init__(self, *args, courses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses


class EndForm(forms.Form):
    on = forms.DateField(label=_("Not asked any more from"), widget=DateInput, initial=timezone.localdate)


@login_required
@require_http_methods(["GET", "POST"])
def requirements(request):
    if not may(request.user, "courses.see_compliance") and not may(request.user, acts.ACT):
        raise PermissionDenied
    keeps = may(request.user, acts.ACT)
    today = timezone.localdate()
    rows = list(
        Requirement.objects.select_related("duty", "course").order_by("duty__name", "course__title", "-valid_from")
    )
    mine = set(acts.kept_by(request.user).values_list("pk", flat=True)) if keeps else set()
    form = ends = None
    asked = request.POST.get("act", "")
    if request.method == "POST" and not keeps:
        raise PermissionDenied
    if keeps:
        courses = acts.courses_of(request.user).published().order_by("title")
        form = RequirementForm(request.POST if asked == "ask" else None, courses=courses)
    try:
        if asked == "ask" and form.is_valid():
            acts.ask_for(**form.cleaned_data, actor=request.user)
            messages.success(request, _t("Saved. Who is missing is counted anew."))
            return redirect("courses:requirements")
        if asked == "end":
            text = request.POST.get("pk", "")
            number = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0
            found = get_object_or_404(acts.kept_by(request.user), pk=number)
            ends = EndForm(request.POST, prefix=f"r{found.pk}")
            if ends.is_valid():
                acts.end(requirement=found, on=ends.cleaned_data["on"], actor=request.user)
                messages.success(request, _t("Saved. Who is missing is counted anew."))
                return redirect("courses:requirements")
    except DomainError as refusal:
        (form if asked == "ask" else ends).add_error(None, refusal.message)
    lines = []
    for one in rows:
        over = one.valid_until is not None and one.valid_until <= today
        ending = None
        if one.pk in mine and one.valid_until is None:
            refused = ends is not None and ends.prefix == f"r{one.pk}"
            ending = ends if refused else EndForm(prefix=f"r{one.pk}", initial={"on": max(today, one.valid_from)})
        lines.append({"one": one, "over": over, "to_come": one.valid_from > today, "end": ending})
    context = {
        "lines": [line for line in lines if not line["over"]], "ended": [line for line in lines if line["over"]],
        "form": form, "opened": asked == "ask" or not rows,
        "watches": may(request.user, "courses.see_compliance"),
    }  # fmt: skip
    return render(request, "courses/requirements.html", context, status=409 if request.method == "POST" else 200)
