"""The roles of the house."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("administrator")
    COMMUNICATOR = "communicator", _("communicator")
    TRANSLATOR = "translator", _("translator")
    REVIEWER = "reviewer", _("native reviewer")
    APPROVER = "approver", _("approver")
    RADIO_OPERATOR = "radio-operator", _("radio operator")
    TRAINER = "trainer", _("trainer")
    COURSE_MANAGER = "course-manager", _("course manager")
    TRAINEE = "trainee", _("trainee")
    PROGRAMME_MANAGER = "programme-manager", _("programme manager")
    SUPERVISOR = "supervisor", _("supervisor")


# Whose work begins in /cms/; who else may open it, and for what, stands in people.permissions.
CMS_ROLES = frozenset({Role.ADMINISTRATOR, Role.COMMUNICATOR, Role.TRANSLATOR, Role.REVIEWER, Role.APPROVER})
