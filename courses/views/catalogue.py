"""The catalogue, a course, a lesson. A restricted course does not exist for outsiders (404)."""

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.documents import get_document_model

from courses.blocks import LARGEST_KEPT
from courses.desk import doors
from courses.home import note_reading, waiting
from courses.models import Course, CourseRun, Enrolment, Lesson, Requirement
from courses.views.workers import worker_answer
from people.permissions import may


def catalogue(request):
    wanted, kind = request.GET.get("q", "").strip()[:80], request.GET.get("kind", "")
    courses = Course.objects.visible_to(request.user).published().select_related("organiser").search(wanted)
    if kind in Course.Kind.values:
        courses = courses.filter(kind=kind)
    context = {"courses": courses, "kinds": Course.Kind.choices, "kind": kind, "wanted": wanted,
               "doors": doors(request.user)} | waiting(request.user)  # fmt: skip
    return render(request, "courses/catalogue.html", context)


def _classes(user, course: Course) -> dict:
    """The reader's own classes of a course, or those in one's own time that can be joined. One query."""
    if not user.is_authenticated:
        return {}
    seats = Enrolment.objects.filter(user=user, state=Enrolment.State.BOOKED, run=OuterRef("pk"))
    rows = CourseRun.objects.filter(course=course, cancelled_at=None, announced_at__isnull=False)
    rows = rows.annotate(is_mine=Exists(seats)).filter(Q(is_mine=True) | Q(mode=CourseRun.Mode.SELF)).with_times()
    mine = [one for one in rows if one.is_mine]
    return {"mine": mine, "alone": [] if mine else list(rows)[:3]}


def course(request, code: str):
    rows = Course.objects.visible_to(request.user).select_related("organiser__area")
    found = get_object_or_404(rows.prefetch_related("duties", "competencies"), code=code)
    lessons = found.lessons(with_bodies=request.user.is_authenticated)
    before = Course.objects.visible_to(request.user).filter(leads_to=found)
    context = {
        "course": found, "lessons": lessons, "before": before,
        "asked_by": Requirement.objects.current().filter(course=found).select_related("duty"),
        "packages": found.packages.filter(retired_at=None).exists(),
        "keeps": may(request.user, "courses.keep_runs", found.organiser.area), "keeping": _keeping(),
        "sound_size": _sound_size(lessons) if request.user.is_authenticated else 0,
    } | _classes(request.user, found)  # fmt: skip
    return _of(request.user, render(request, "courses/course.html", context))


def _sound_size(lessons: list[Lesson]) -> int:
    """Bytes of the recordings that a phone keeps with these lessons. One query, none where there is no recording."""
    bodies = [body for one in lessons for body in (one.body, one.body_en)]
    blocks = [block for body in bodies for block in body.raw_data if block["type"] == "audio"]
    sounds = get_document_model().objects.filter(pk__in={block["value"]["sound"] for block in blocks})
    sizes = [one.get_file_size() or 0 for one in sounds] if blocks else []
    return sum(size for size in sizes if size <= LARGEST_KEPT)


def _keeping() -> dict:
    """What static/js/lessons.js says."""
    return {
        "busy": _("Fetching the lessons …"),
        "kept": _(
            "{n} lessons are kept on this phone, with their pictures and short recordings. They open without a connection "
            "until you sign out."
        ),
        "more": _("{n} lessons are new or were not kept yet. Keep them again."),
        "failed": _("The connection broke: {n} of {all} lessons are kept. Try again."),
        "gone": _("Removed from this phone."),
    }


def _of(user, answer):
    """Whose page this is: a phone keeps it for that person only (templates/courses/lessons_worker.js)."""
    if user.is_authenticated:
        answer["Lesson-Person"] = str(user.pk)
    return answer


@login_required
def lesson(request, code: str, number: int):
    """The `number`th lesson, counted through all modules from 1."""
    found = get_object_or_404(Course.objects.visible_to(request.user), code=code)
    # All bodies, a few kilobytes each: one query less on the page that is opened most.
    lessons = found.lessons(with_bodies=True)
    if not 1 <= number <= len(lessons):
        raise Http404
    shown = lessons[number - 1]
    if "Keep" not in request.headers:
        # A phone that keeps the whole course has opened it for nobody yet.
        note_reading(request.user, shown)
    shown.module.course = found
    tests = list(shown.quizzes.live())
    classes = _classes(request.user, found) if tests else {}
    return _of(request.user, render(request, "courses/lesson.html", shown.page(lessons) | classes | {"tests": tests}))


# What every page is drawn with.
SHELL = ("css/site.css", "img/band.svg", "img/band-dark.svg", "js/theme.js", "js/quick-exit.js", "js/menu.js")


@require_safe
def worker(request):
    """The service worker of the courses: those a trainee chose to keep are read without a connection. The tests' own worker
    has a narrower scope and goes before it there."""
    return worker_answer(request, "courses/lessons_worker.js", SHELL)
