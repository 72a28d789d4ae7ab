"""The tables of the training: what can be learnt (catalogue)."""

from courses.models.catalogue import Competency, Course, Lesson, Module

__all__ = ["Competency", "Course", "Lesson", "Module"]
