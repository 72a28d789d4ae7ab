"""The tables of the training: what can be learnt (catalogue), classes (runs), what must be and was learnt (proof)."""

from courses.models.attendance import Mark, SheetPhoto
from courses.models.catalogue import Competency, Course, Lesson, Module
from courses.models.experience import Adoption, Experience, ExperienceEvent, StudyVisit
from courses.models.packages import Package, Tracking, Visit
from courses.models.proof import Batch, BatchEntry, Certificate, CertificateEvent, Register, Requirement
from courses.models.reading import Reading
from courses.models.runs import CourseRun, Enrolment, EnrolmentEvent, Quota, Session
from courses.models.trainers import TrainerProfile

__all__ = [
    "Adoption",
    "Batch",
    "BatchEntry",
    "Certificate",
    "CertificateEvent",
    "Competency",
    "Course",
    "CourseRun",
    "Enrolment",
    "EnrolmentEvent",
    "Experience",
    "ExperienceEvent",
    "Lesson",
    "Mark",
    "Module",
    "Package",
    "Quota",
    "Reading",
    "Register",
    "Requirement",
    "Session",
    "SheetPhoto",
    "StudyVisit",
    "Tracking",
    "TrainerProfile",
    "Visit",
]
