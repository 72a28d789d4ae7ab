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


# Whose day begins in /cms/.
BENCH_ROLES = frozenset({Role.ADMINISTRATOR, Role.COMMUNICATOR, Role.TRANSLATOR, Role.REVIEWER, Role.APPROVER})
# Who works there at all: those who teach write courses in it.
CMS_ROLES = BENCH_ROLES | {Role.TRAINER, Role.COURSE_MANAGER}
