"""The page of one course in /cms/: its modules and lessons in their order, what trainees see of them, and what may be done."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.cms import cms_page
from core.errors import DomainError
from courses import writing
from courses.cms.forms import ModuleForm, TitleForm
from courses.models import Course, Lesson, Module
from people.permissions import may


def trail(course: Course, *more: dict) -> list[dict]:
    """Breadcrumbs down to a course, and further."""
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("course_register:list"), "label": _("Courses")},
        {"url": reverse("course_outline", args=[course.pk]), "label": course.label},
        *more,
    ]


def course_chip(course: Course) -> dict:
    """{state, label} for components/chip.html."""
    if course.is_open():
        return {"state": "done", "label": _("in the catalogue")}
    if course.retired_on and course.retired_on <= timezone.localdate():
        return {"state": "plain", "label": _("no longer in the catalogue")}
    if course.published_on:
        return {"state": "due", "label": _("in the catalogue from %s") % f"{course.published_on:%d/%m/%Y}"}
    return {"state": "due", "label": _("being written")}


def lesson_chip(lesson: Lesson) -> dict:
    if not lesson.live:
        return {"state": "due", "label": _("draft: trainees do not see it")}
    if lesson.has_unpublished_changes:
        return {"state": "due", "label": _("published, with changes that are not")}
    return {"state": "done", "label": _("published")}


def _find(request, pk: int) -> Course:
    return get_object_or_404(Course.objects.written_by(request.user).select_related("organiser__area"), pk=pk)


@cms_page
@require_safe
def outline(request, pk: int):
    return _page(request, _find(request, pk))


def _page(request, course: Course, *, refused: str = "", status: int = 200):
    user = request.user
    lessons = Lesson.objects.without_bodies().order_by("position").annotate(latest=F("latest_revision__object_str"))
    modules = list(course.modules.order_by("position").prefetch_related(Prefetch("lessons", queryset=lessons)))
    for module in modules:
        module.course = course
        module.form = ModuleForm(
            initial={"title": module.title, "title_en": module.title_en}, auto_id=f"m{module.pk}_%s"
        )
        module.opening = TitleForm(auto_id=f"l{module.pk}_%s")
        module.rows = [
            {
                "lesson": lesson,
                "title": (lesson.has_unpublished_changes and lesson.latest) or lesson.label,
                "chip": lesson_chip(lesson),
            }
            for lesson in module.lessons.all()
        ]
    context = {
        "course": course,
        "breadcrumbs_items": trail(course),
        "header_title": course.label,
        "header_icon": "folder-open-inverse",
        "chip": course_chip(course),
        "modules": modules,
        "any_live": any(row["lesson"].live for module in modules for row in module.rows),
        "certificates": course.certificates.count(),
        "runs": course.runs.count(),
        "tests": course.quizzes.live().count(),
        "may_change": writing.may_change(user, course),
        "may_publish": writing.may_publish(user, course),
        "may_test": may(user, "courses.keep_questions", course.organiser.area),
        "new_module": ModuleForm(auto_id="new_%s"),
        "refused": refused,
    }
    return render(request, "courses/cms/outline.html", context, status=status)


@cms_page
@require_POST
def act(request, pk: int):
    """What the buttons of the page send: `act` names the function, `module` or `lesson` its row."""
    course = _find(request, pk)
    asked = _ACTS.get(request.POST.get("act", ""))
    if asked is None:
        raise Http404
    try:
        return asked(request, course)
    except DomainError as refusal:
        return _page(request, course, refused=str(refusal), status=409)
    except ValidationError as refusal:
        return _page(request, course, refused=" ".join(refusal.messages), status=409)


def _number(request, name: str) -> int:
    value = request.POST.get(name, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 12):
        raise Http404
    return int(value)


def _module(request, course: Course) -> Module:
    found = get_object_or_404(course.modules, pk=_number(request, "module"))
    found.course = course
    return found


def _lesson(request, course: Course) -> Lesson:
    rows = Lesson.objects.without_bodies().select_related("module__course__organiser__area")
    return get_object_or_404(rows, module__course=course, pk=_number(request, "lesson"))


def _step(request) -> int:
    return -1 if request.POST.get("way") == "up" else 1


def _back(course: Course, to: str = ""):
    return redirect(reverse("course_outline", args=[course.pk]) + (f"#{to}" if to else ""))


def _data(form) -> dict:
    if not form.is_valid():
        raise DomainError(
            " ".join(f"{form.fields[name].label}: {' '.join(said)}" for name, said in form.errors.items())
        )
    return form.cleaned_data


def _add_module(request, course):
    made = writing.add_module(course=course, actor=request.user, **_data(ModuleForm(request.POST)))
    return _back(course, f"module-{made.pk}")


def _rename_module(request, course):
    found = _module(request, course)
    writing.rename_module(module=found, actor=request.user, **_data(ModuleForm(request.POST)))
    return _back(course, f"module-{found.pk}")


def _move_module(request, course):
    found = writing.move_module(module=_module(request, course), step=_step(request), actor=request.user)
    return _back(course, f"module-{found.pk}")


def _remove_module(request, course):
    writing.remove_module(module=_module(request, course), actor=request.user)
    return _back(course)


def _add_lesson(request, course):
    """Opened by its name; what it says is written on the next page."""
    made = writing.add_lesson(module=_module(request, course), actor=request.user, **_data(TitleForm(request.POST)))
    return redirect("lesson_register:edit", made.pk)


def _move_lesson(request, course):
    found = writing.move_lesson(lesson=_lesson(request, course), step=_step(request), actor=request.user)
    return _back(course, f"lesson-{found.pk}")


def _remove_lesson(request, course):
    writing.remove_lesson(lesson=_lesson(request, course), actor=request.user)
    messages.success(request, _("The lesson is deleted."))
    return _back(course)


def _publish(request, course):
    writing.publish_course(course=course, actor=request.user)
    messages.success(request, _("In the catalogue from now on."))
    return _back(course)


def _retire(request, course):
    writing.retire_course(course=course, actor=request.user)
    messages.success(
        request, _("No longer in the catalogue. Its classes go on, and its certificates stay as they are.")
    )
    return _back(course)


def _remove(request, course):
    writing.remove_course(course=course, actor=request.user)
    messages.success(request, _("The course is deleted."))
    return redirect("course_register:list")


_ACTS = {
    "add-module": _add_module, "rename-module": _rename_module, "move-module": _move_module,
    "remove-module": _remove_module, "add-lesson": _add_lesson, "move-lesson": _move_lesson,
    "remove-lesson": _remove_lesson, "publish": _publish, "retire": _retire, "remove": _remove,
}  # fmt: skip


@cms_page
@require_safe
def as_trainee(request, pk: int):
    """A lesson as it was last written, in the page trainees will see it in."""
    rows = Lesson.objects.filter(module__course__in=Course.objects.written_by(request.user).values("pk"))
    lesson = get_object_or_404(rows.select_related("module__course"), pk=pk)
    mode = "en" if request.GET.get("language") == "en" else "vi"
    return lesson.get_latest_revision_as_object().make_preview_request(request, mode)
