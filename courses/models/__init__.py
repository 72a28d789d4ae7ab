"""The tables of the training: what can be learnt (catalogue), what must be and was (proof)."""

from courses.models.catalogue import Competency, Course, Lesson, Module
from courses.models.proof import Certificate, CertificateEvent, Register, Requirement

__all__ = ["Certificate", "CertificateEvent", "Competency", "Course", "Lesson", "Module", "Register", "Requirement"]
