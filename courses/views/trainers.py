"""The register of trainers and their lineage for those who look after training in an area; a trainer's own page."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.sheets import xlsx_answer
from courses.lineage import DORMANT_MONTHS, lineage
from courses.models import CourseRun, TrainerProfile
from courses.spreadsheet import lineage_xlsx
from courses.views.compliance import ACT
from people.models import User
from people.permissions import areas_for, may
from people.roles import Role
from places.forms import AreaOnDayForm
from places.models import AdministrativeUnit, Language

_MONTHS = (3, 6, 12, 24)


class LineageForm(AreaOnDayForm):
    """Which day, which area, and after how many months without a class somebody counts as dormant."""

    months = forms.TypedChoiceField(
        label=gettext_lazy("No class for, months"), choices=[(n, n) for n in _MONTHS], coerce=int, required=False,
        empty_value=DORMANT_MONTHS,
    )  # fmt: skip


def _asked(request):
    """(form, Lineage) within the areas the reader looks after. A day or number that cannot be read is said in the form, and the
    register is that of today; an area the reader has nothing to do with is not there."""
    if not may(request.user, ACT):
        raise PermissionDenied
    mine = areas_for(request.user, ACT)
    data = {"months": DORMANT_MONTHS, "on": f"{timezone.localdate()}"} | request.GET.dict()
    form = LineageForm(data, areas=mine.order_by("level", "name"))
    if "area" in form.errors:
        raise Http404
    said = {"on": timezone.localdate(), "months": DORMANT_MONTHS} | form.cleaned_data
    units = AdministrativeUnit.objects.within(said["area"], on=said["on"]) if said["area"] else mine
    return form, lineage(units=units, on=said["on"], months=said["months"])


@login_required
@require_safe
def trainers(request):
    form, found = _asked(request)
    generations = sorted({one.generation for one in found.trainers if one.generation is not None})
    context = {
        "form": form, "lineage": found, "branches": [{"depth": min(d, 6), "one": one} for d, one in found.branches()],
        "generations": len(generations), "query": request.GET.urlencode() if form.is_valid() else "",
        "reached": len(found.communes) - len(found.unreached),
    }  # fmt: skip
    return render(request, "courses/trainers.html", context)


@login_required
@require_safe
def trainers_file(request):
    _form, found = _asked(request)
    return xlsx_answer(lineage_xlsx(found), f"giang-vien-{found.on:%Y-%m-%d}")


class TrainerForm(forms.ModelForm):
    class Meta:
        model = TrainerProfile
        fields = ["fields", "languages"]
        widgets = {"fields": forms.CheckboxSelectMultiple, "languages": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["languages"].queryset = Language.objects.active().exclude(tag="vi")


@login_required
@require_http_methods(["GET", "POST"])
def trainer(request, pk: int):
    """Fields and languages, to be kept by the trainer or a course manager of where they serve; the classes they taught."""
    person = get_object_or_404(User, pk=pk)
    posts = list(person.memberships.current().select_related("area", "organisation"))
    teaches = any(one.role == Role.TRAINER for one in posts) or person.runs_taught.exists()
    areas = [one.area for one in posts]
    is_own = person == request.user
    sees = any(may(request.user, ACT, area) for area in areas)
    if not teaches or not (is_own or sees):
        raise Http404
    keeps = is_own or any(may(request.user, "courses.keep_runs", area) for area in areas)
    profile = TrainerProfile.objects.filter(user=person).first()
    form = TrainerForm(request.POST or None, instance=profile or TrainerProfile(user=person)) if keeps else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect("courses:trainer", pk)
    runs = CourseRun.objects.visible_to(request.user).filter(trainers=person).with_times().select_related("course")
    context = {
        "person": person, "posts": posts, "form": form, "profile": profile, "sees": sees,
        "runs": runs.order_by("-first")[:50],
    }  # fmt: skip
    return render(request, "courses/trainer.html", context, status=409 if request.method == "POST" else 200)
