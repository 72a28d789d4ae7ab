"""The doors of the training that open for a person, in the order of their day."""

from django.urls import reverse
from django.utils.translation import gettext as _

from people.permissions import may


def doors(user) -> list[dict]:
    """[{url, label}] shown above the catalogue; empty for strangers."""
    if not user.is_authenticated:
        return []
    found = [("courses:home", _("My training")), ("courses:runs", _("Classes"))]
    found += [("courses:mine", _("My certificates")), ("courses:card", _("My card"))]
    if may(user, "courses.share_experience"):
        found.append(("courses:experiences", _("Difficulties and practices")))
        found.append(("courses:questions", _("Questions and answers")))
        found.append(("courses:visits", _("Study visits")))
    if may(user, "courses.see_compliance"):
        found.append(("courses:requirements", _("What duties ask for")))
        found.append(("courses:trainers", _("Trainers")))
    if may(user, "courses.keep_questions"):
        found += [("courses:bank", _("Question bank")), ("courses:tests", _("Tests and assignments"))]
    if may(user, "courses.revoke"):
        found.append(("courses:register", _("Register of certificates")))
        found.append(("courses:exports", _("Results for other systems")))
    if may(user, "courses.certify"):
        found.append(("courses:issue", _("Issue certificates")))
    return [{"url": reverse(name), "label": label} for name, label in found]
