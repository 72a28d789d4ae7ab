"""The tables of the training: what can be learnt (catalogue), classes (runs), tests, assignments and surveys of them, what
must be and was learnt (proof)."""

from courses.models.assignments import Assignment, Criterion, Review, Submission
from courses.models.attendance import Mark, SheetPhoto
from courses.models.catalogue import Competency, Course, Lesson, Module
from courses.models.experience import Adoption, Experience, ExperienceEvent, StudyVisit
from courses.models.packages import Package, Tracking, Visit
from courses.models.proof import Batch, BatchEntry, Certificate, CertificateEvent, Register, Requirement
from courses.models.quizzes import Answer, Attempt, GradedAnswer, Grading, Question, QuestionVersion, Quiz, QuizWindow
from courses.models.reading import Reading
from courses.models.runs import CourseRun, Enrolment, EnrolmentEvent, Quota, Session
from courses.models.snapshots import ComplianceSnapshot
from courses.models.surveys import SurveyAnswer, SurveyKind, SurveyTicket, SurveyWithdrawal
from courses.models.trainers import TrainerProfile

__all__ = [
    "Adoption", "Answer", "Assignment", "Attempt", "Batch", "BatchEntry", "Certificate", "CertificateEvent", "Competency",
    "ComplianceSnapshot", "Course", "CourseRun", "Criterion", "Enrolment", "EnrolmentEvent", "Experience", "ExperienceEvent",
    "GradedAnswer", "Grading", "Lesson", "Mark", "Module", "Package", "Question", "QuestionVersion", "Quiz", "QuizWindow",
    "Quota", "Reading", "Register", "Requirement", "Review", "Session", "SheetPhoto", "StudyVisit", "Submission",
    "SurveyAnswer", "SurveyKind", "SurveyTicket", "SurveyWithdrawal", "Tracking", "TrainerProfile", "Visit",
]  # fmt: skip
