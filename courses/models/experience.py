"""What officers tell each other: difficulties, practices, and what a study visit brought home. Never a case, never a name."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.text import NfcCharField, NfcTextField, fold
from courses.models.catalogue import Course, Lesson
from courses.models.runs import CourseRun
from courses.querysets import ExperienceQuerySet
from people.models import Organisation, User
from places.models import AdministrativeUnit


class Experience(models.Model):
    """A difficulty or a practice of an officer's work. Nobody but its author and the moderators finds it before somebody
    else has read it; colleagues never see who wrote it. Changed by courses.experience; `state` repeats the last event.
    `id` comes from the form, so that what is sent twice is one row."""

    class Kind(models.TextChoices):
        DIFFICULTY = "difficulty", _("difficulty")
        PRACTICE = "practice", _("practice that helped")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be read")
        RETURNED = "returned", _("sent back")
        SHARED = "shared", _("shared")
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", _("taken down")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = NfcCharField(_("in one sentence"), max_length=160)
    text = NfcTextField(_("what is difficult, or what helped"), max_length=2000)
    course = models.ForeignKey(Course, models.PROTECT, null=True, blank=True, verbose_name=_("about the course"))
    author = models.ForeignKey(User, models.PROTECT, related_name="experiences")
    # Where the author served on the day: who moderates follows from it.
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who answers")
    )
    due_on = models.DateField(_("answer until"), null=True, blank=True)
    answer = NfcTextField(_("answer"), max_length=3000, blank=True)
    # What became of it, by reference.
    is_faq = models.BooleanField(_("stands among the questions and answers"), default=False)
    lesson = models.ForeignKey(
        Lesson, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lesson it became part of")
    )
    question = NfcCharField(_("test question it became"), max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)
    search_key = models.TextField(editable=False)

    objects = ExperienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("experience")
        verbose_name_plural = _("experience")
        ordering = ["-at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None, due_on=None) | Q(owner__isnull=False, due_on__isnull=False),
                name="courses_experience_owner_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""), name="courses_experience_answered_in_words"
            ),
            models.CheckConstraint(
                condition=Q(is_faq=False) | ~Q(answer=""), name="courses_experience_faq_has_an_answer"
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="courses_experience_due")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args, **kwargs):
        self.search_key = fold(f"{self.title} {self.text} {self.answer}")
        super().save(*args, **kwargs)

    @property
    def is_overdue(self) -> bool:
        return bool(self.state == self.State.SHARED and self.due_on and self.due_on < timezone.localdate())


class ExperienceEvent(models.Model):
    """What happened to it; append-only."""

    class Kind(models.TextChoices):
        POSTED = "posted", _("written")
        REWRITTEN = "rewritten", _("written anew")
        RETURNED = "returned", _("sent back")
        SHARED = "shared", _("shared")
        ASSIGNED = "assigned", _("given to who answers")
        ANSWERED = "answered", _("answered")
        ADOPTED = "adopted", _("taken up")
        WITHDRAWN = "withdrawn", _("taken down")

    experience = models.ForeignKey(Experience, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind)
    note = NfcCharField(max_length=400, blank=True)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["returned", "withdrawn"]) | ~Q(note=""),
                name="courses_experienceevent_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.experience_id}: {self.kind} {self.at:%Y-%m-%d}"


class StudyVisit(models.Model):
    """What a class of a study visit adds to a class: the host, the programme and what was learnt. Who took part are those
    with a seat in the class. Changed by courses.visits."""

    run = models.OneToOneField(CourseRun, models.PROTECT, related_name="visit")
    host = NfcCharField(_("host"), max_length=200)
    programme = NfcTextField(_("programme"), max_length=3000, blank=True)
    lessons = NfcTextField(_("lessons brought home"), max_length=4000, blank=True)

    class Meta:
        verbose_name = _("study visit")
        verbose_name_plural = _("study visits")

    def __str__(self) -> str:
        return f"{self.run}: {self.host}"


class Adoption(models.Model):
    """What of a visit is done somewhere since a day. A mistake is voided with a reason, never deleted."""

    visit = models.ForeignKey(StudyVisit, models.PROTECT, related_name="adoptions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("where"))
    what = NfcCharField(_("what is done there now"), max_length=400)
    since = models.DateField(_("since"), default=timezone.localdate)
    actor = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    void_reason = NfcCharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["-since", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(voided_at=None) | ~Q(void_reason=""), name="courses_adoption_voided_with_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.what}"
