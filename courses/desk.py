"""The doors of the training that open for a person, in the order of their day."""

from django.urls import reverse
from django.utils.translation import gettext as _

from people.permissions import may


def doors(user) -> list[dict]:
    """[{url, label}] shown above the catalogue; empty for strangers."""
    if not user.is_authenticated:
        return []
    found = [("courses:runs", _("Classes")), ("courses:mine", _("My certificates")), ("courses:card", _("My card"))]
    if may(user, "courses.keep_questions"):
        found += [("courses:bank", _("Question bank")), ("courses:tests", _("Tests and assignments"))]
    if may(user, "courses.revoke"):
        found.append(("courses:register", _("Register of certificates")))
    if may(user, "courses.certify"):
        found.append(("courses:issue", _("Issue certificates")))
    return [{"url": reverse(name), "label": label} for name, label in found]
