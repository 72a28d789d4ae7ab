"""Questions, quizzes drawn from them, and what people answered. Attempts, answers and gradings are append-only."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField, fold
from courses.models.catalogue import Competency, Course, Lesson
from courses.models.runs import CourseRun, Enrolment
from courses.quiz_querysets import AttemptQuerySet, QuestionQuerySet, QuizQuerySet
from people.models import Organisation, User


class Question(models.Model):
    """A question of the bank. What it says stands in its versions: the latest is asked, older ones stay as they were asked."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("one right option")
        MULTIPLE = "multiple", _("several right options")
        TRUTH = "truth", _("true or false")
        MATCHING = "matching", _("matching")
        ORDERING = "ordering", _("ordering")
        SHORT = "short", _("short answer")
        SCENARIO = "scenario", _("scenario with steps")

    code = models.SlugField(_("short name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="questions", verbose_name=_("competency"))
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="questions")
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    search_key = models.CharField(max_length=600, editable=False)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["competency", "code"]
        constraints = [models.UniqueConstraint(fields=["organiser", "code"], name="courses_question_code_once")]

    def __str__(self) -> str:
        return self.code


class QuestionVersion(models.Model):
    """What a question says, from one correction to the next. `content` (courses.questions) depends on its kind; ids of its
    options live on through corrections, so that answers can be marked anew. Made by courses.bank, never edited."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    prompt = NfcTextField(_("question"), max_length=500)
    prompt_en = models.TextField(_("question in English"), max_length=500, blank=True)
    content = models.JSONField()
    points = models.PositiveSmallIntegerField(
        _("points"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    feedback = NfcTextField(_("explanation"), max_length=500, blank=True)
    feedback_en = models.TextField(_("explanation in English"), max_length=500, blank=True)
    reason = NfcCharField(_("what was corrected"), max_length=200, blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["question", "number"]
        constraints = [
            models.UniqueConstraint(fields=["question", "number"], name="courses_questionversion_number_once"),
            models.CheckConstraint(condition=Q(points__gte=1), name="courses_questionversion_has_points"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(reason=""), name="courses_questionversion_corrected_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} v{self.number}"

    @property
    def label(self) -> str:
        return self.prompt_en if self.prompt_en and get_language() == "en" else self.prompt

    @property
    def note(self) -> str:
        return self.feedback_en if self.feedback_en and get_language() == "en" else self.feedback

    def key(self) -> str:
        return fold(f"{self.prompt} {self.prompt_en}")[:600]


class Quiz(models.Model):
    """A test of a course: draws `draw` of its questions (all, where empty) for each attempt."""

    class Purpose(models.TextChoices):
        LESSON = "lesson", _("after a lesson")
        FINAL = "final", _("at the end of the course")
        PRE = "pre", _("before the course, to compare")
        POST = "post", _("after the course, to compare")

    class Feedback(models.TextChoices):
        ONCE = "once", _("after each answer, which then stands")
        END = "end", _("when the test is handed in")
        CLOSED = "closed", _("when the test is closed for the class")
        NEVER = "never", _("never, only the points")

    course = models.ForeignKey(Course, models.PROTECT, related_name="quizzes", verbose_name=_("course"))
    lesson = models.ForeignKey(
        Lesson, models.PROTECT, null=True, blank=True, related_name="quizzes", verbose_name=_("lesson")
    )
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose, default=Purpose.FINAL)
    title = NfcCharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    questions = models.ManyToManyField(Question, blank=True, related_name="quizzes", verbose_name=_("questions"))
    draw = models.PositiveSmallIntegerField(
        _("questions drawn for each attempt"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    is_shuffled = models.BooleanField(_("another order for each attempt"), default=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    # So long after the deadline answers that were given in time are still taken in.
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutes in which answers given in time may still arrive"), default=60, validators=[MaxValueValidator(2880)]
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    pass_percent = models.PositiveSmallIntegerField(
        _("percent to pass"), default=60, validators=[MaxValueValidator(100)]
    )
    is_required = models.BooleanField(_("a certificate asks for it"), default=False)
    feedback = models.CharField(_("right answers are shown"), max_length=6, choices=Feedback, default=Feedback.END)
    is_paged = models.BooleanField(_("one question a page"), default=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = _("test")
        verbose_name_plural = _("tests")
        ordering = ["course", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(pass_percent__lte=100), name="courses_quiz_pass_percent"),
            models.CheckConstraint(condition=Q(draw=None) | Q(draw__gte=1), name="courses_quiz_draws_something"),
            models.CheckConstraint(
                condition=Q(purpose="lesson", lesson__isnull=False) | ~Q(purpose="lesson") & Q(lesson=None),
                name="courses_quiz_of_a_lesson_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="pre") | Q(is_required=False), name="courses_quiz_before_is_no_condition"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.title_en if self.title_en and get_language() == "en" else self.title


class QuizWindow(models.Model):
    """When a class may take a test; without a row, as long as the class goes on. Kept by its trainers."""

    run = models.ForeignKey(CourseRun, models.CASCADE, related_name="windows")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="windows")
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "quiz"], name="courses_window_once"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="courses_window_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.quiz_id}"


class Attempt(models.Model):
    """One person's go at a test in a class. Opened on the server with its deadline, its seed and the drawn versions in their
    order; `closed_at` is set once, by the person or by time (courses.attempts)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField()
    # Ids of QuestionVersion, in the order in which they are asked.
    drawn = models.JSONField()
    opened_at = models.DateTimeField(default=timezone.now)
    deadline = models.DateTimeField(null=True, blank=True)
    # Until then what was given before the deadline still counts.
    grace_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "quiz", "number"], name="courses_attempt_number_once"),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(closed_at=None), name="courses_attempt_one_open"
            ),
            models.CheckConstraint(
                condition=Q(deadline=None, grace_until=None)
                | Q(deadline__gt=F("opened_at"), grace_until__gte=F("deadline")),
                name="courses_attempt_times_in_order",
            ),
        ]
        indexes = [models.Index(fields=["grace_until"], condition=Q(closed_at=None), name="courses_attempt_due")]

    def __str__(self) -> str:
        return f"{self.quiz_id} × {self.enrolment_id} #{self.number}"


class Answer(models.Model):
    """One answer as it arrived. Of a question the one with the highest `sequence` counts. `id` and `sequence` come from the
    phone; `elapsed` are milliseconds since the attempt was opened by the phone's own steady clock."""

    class Standing(models.TextChoices):
        IN_TIME = "in-time", _("in time")
        LATE = "late", _("given in time, received late")
        TOO_LATE = "too-late", _("too late, does not count")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="answers")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="answers")
    # Its shape stands in courses.questions; empty when the answer was taken back.
    value = models.JSONField(null=True)
    sequence = models.PositiveIntegerField()
    elapsed = models.PositiveBigIntegerField()
    # What the phone's clock said, for whoever looks into a dispute; nothing is decided by it.
    client_time = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.IN_TIME)

    class Meta:
        ordering = ["sequence", "received_at"]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.version_id}: {self.value}"


class Grading(models.Model):
    """The marks of a closed attempt. Marked anew when a question was corrected: another row, and the latest counts."""

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="gradings")
    points = models.DecimalField(max_digits=7, decimal_places=2)
    out_of = models.DecimalField(max_digits=7, decimal_places=2)
    # The correction it was made for; empty at the first marking. `is_current` repeats which is the latest.
    because = models.ForeignKey(QuestionVersion, models.PROTECT, null=True, blank=True, related_name="regradings")
    is_current = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(is_current=True), name="courses_grading_one_current"
            ),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("out_of")), name="courses_grading_within_its_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.points}/{self.out_of}"

    @property
    def share(self) -> float:
        return float(self.points / self.out_of) if self.out_of else 0.0


class GradedAnswer(models.Model):
    """The points of one question in a grading, by the version it was marked with."""

    grading = models.ForeignKey(Grading, models.CASCADE, related_name="graded")
    question = models.ForeignKey(Question, models.PROTECT, related_name="graded")
    version = models.ForeignKey(QuestionVersion, models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2)
    out_of = models.DecimalField(max_digits=6, decimal_places=2)
    is_answered = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["grading", "question"], name="courses_gradedanswer_once"),
            models.CheckConstraint(
                condition=Q(points__gte=0, points__lte=F("out_of")), name="courses_gradedanswer_within_its_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.points}/{self.out_of}"
