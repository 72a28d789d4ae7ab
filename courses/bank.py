"""Writing, correcting and retiring questions; putting tests together. A correction is a new version: whoever answered the
question is marked anew with it, and the earlier marks stay as they were."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.text import nfc
from courses.models import Competency, Question, QuestionVersion, Quiz
from courses.questions import keep_ids
from media import jobs
from people.models import Organisation, User
from people.permissions import areas_for, require

ACT = "courses.keep_questions"
FIELDS = ("prompt", "prompt_en", "content", "points", "feedback", "feedback_en")
_TEXTS = ("prompt", "prompt_en", "feedback", "feedback_en")


@transaction.atomic
def write_question(
    *, organiser: Organisation, competency: Competency, kind: str, code: str, said: dict, actor: User
) -> Question:
    """A new question with its first version. `said`: FIELDS. A code that is taken is refused."""
    require(actor, ACT, organiser.area)
    said = _tidy(said)
    code = code.strip() or free_code(organiser, competency)
    if Question.objects.filter(organiser=organiser, code=code).exists():
        raise DomainError(_("There is a question “%(code)s” already. Nothing was saved.") % {"code": code})
    made = Question.objects.create(organiser=organiser, competency=competency, kind=kind, code=code)
    _add(made, 1, said, "", actor)
    return made


def free_code(organiser: Organisation, competency: Competency, taken=()) -> str:
    """“hieu-luat-7”: the competency and the next number nobody has."""
    stem = competency.code[:30]
    known = Question.objects.filter(organiser=organiser, code__startswith=stem).values_list("code", flat=True)
    codes = {*known, *(code for code in taken if code.startswith(stem))}
    return next(code for n in range(len(codes) + 1, 10**6) if (code := f"{stem}-{n}") not in codes)


@transaction.atomic
def correct_question(*, question: Question, said: dict, reason: str, actor: User) -> QuestionVersion:
    """The next version; answers given to earlier ones are marked anew by a job. The kind stays. Saying the same again is
    refused."""
    question = Question.objects.select_for_update(of=("self",)).select_related("organiser__area").get(pk=question.pk)
    require(actor, ACT, question.organiser.area)
    if not reason.strip():
        raise DomainError(_("Say what was corrected. Nothing was changed."))
    old = question.versions.last()
    said = _tidy(said)
    said |= {"content": keep_ids(question.kind, old.content, said["content"])}
    if all(getattr(old, name) == said[name] for name in FIELDS):
        raise DomainError(_("Nothing is different from the version before. Nothing was changed."))
    made = _add(question, old.number + 1, said, reason.strip(), actor)
    if old.content != made.content or old.points != made.points:
        jobs.enqueue("quiz-regrade", str(made.pk), {"version": made.pk})
    return made


def _tidy(said: dict) -> dict:
    """Single spaces, as every form and file gives them back."""
    return said | {name: nfc(" ".join(said.get(name, "").split())) for name in _TEXTS}


def _add(question: Question, number: int, said: dict, reason: str, actor: User) -> QuestionVersion:
    made = question.versions.create(
        number=number, reason=reason, made_by=actor, **{name: said[name] for name in FIELDS}
    )
    question.search_key = made.key()
    question.save(update_fields=["search_key"])
    return made


@transaction.atomic
def retire_question(*, question: Question, actor: User) -> None:
    """No test draws it any more; what was answered stays. A test that would be left without questions keeps it."""
    require(actor, ACT, question.organiser.area)
    for quiz in question.quizzes.live().filter(retired_at=None):
        left = quiz.questions.live().exclude(pk=question.pk).count()
        if left < (quiz.draw or 1):
            raise DomainError(
                _("“%(quiz)s” would have too few questions. Add others to it first.") % {"quiz": quiz.label}
            )
    Question.objects.filter(pk=question.pk, retired_at=None).update(retired_at=timezone.now())


@transaction.atomic
def save_quiz(*, quiz: Quiz, questions, actor: User) -> Quiz:
    """A new test, or a changed one. Attempts that are open keep their questions and their deadline."""
    require(actor, ACT, quiz.course.organiser.area)
    questions = list(questions)
    if quiz.draw and quiz.draw > len(questions):
        raise DomainError(_("It would draw more questions than it has. Nothing was saved."))
    if quiz.published_at and not questions:
        raise DomainError(_("A published test needs questions. Nothing was saved."))
    if quiz.lesson_id and quiz.lesson.module.course_id != quiz.course_id:
        raise DomainError(_("This lesson belongs to another course. Nothing was saved."))
    if quiz.pk is None:
        quiz.made_by = actor
    quiz.save()
    quiz.questions.set(questions)
    return quiz


@transaction.atomic
def publish_quiz(*, quiz: Quiz, actor: User) -> Quiz:
    require(actor, ACT, quiz.course.organiser.area)
    if not quiz.questions.live().exists():
        raise DomainError(_("Choose questions before the test is published."))
    if not quiz.published_at:
        quiz.published_at = timezone.now()
        quiz.save(update_fields=["published_at"])
    return quiz


@transaction.atomic
def retire_quiz(*, quiz: Quiz, actor: User) -> None:
    """Nobody begins it any more and no certificate asks for it; results stay."""
    require(actor, ACT, quiz.course.organiser.area)
    Quiz.objects.filter(pk=quiz.pk, retired_at=None).update(retired_at=timezone.now())


def bodies_of(actor: User):
    """The bodies whose courses the person writes questions for."""
    bodies = Organisation.objects.in_areas(areas_for(actor, ACT))
    return bodies.filter(courses__isnull=False).distinct().order_by("name")
