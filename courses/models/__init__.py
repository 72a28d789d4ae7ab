"""The tables of the training: what can be learnt (catalogue), classes (runs), tests, assignments and surveys of them, what
must be and was learnt (proof)."""

from courses.models.assignments import Assignment, Criterion, Review, Submission
from courses.models.attendance import Mark
from courses.models.catalogue import Competency, Course, Lesson, Module
from courses.models.proof import Batch, BatchEntry, Certificate, CertificateEvent, Register, Requirement
from courses.models.quizzes import (
    Answer,
    Attempt,
    GradedAnswer,
    Grading,
    Question,
    QuestionVersion,
    Quiz,
    QuizWindow,
)
from courses.models.runs import CourseRun, Enrolment, EnrolmentEvent, Quota, Session
from courses.models.surveys import SurveyAnswer, SurveyKind, SurveyTicket

__all__ = [
    "Answer",
    "Assignment",
    "Attempt",
    "Batch",
    "BatchEntry",
    "Certificate",
    "CertificateEvent",
    "Competency",
    "Course",
    "CourseRun",
    "Criterion",
    "Enrolment",
    "EnrolmentEvent",
    "GradedAnswer",
    "Grading",
    "Lesson",
    "Mark",
    "Module",
    "Question",
    "QuestionVersion",
    "Quiz",
    "QuizWindow",
    "Quota",
    "Register",
    "Requirement",
    "Review",
    "Session",
    "Submission",
    "SurveyAnswer",
    "SurveyKind",
    "SurveyTicket",
]
