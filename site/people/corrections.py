"""A person says what is wrong about them; an administrator of where they serve puts it right or says why not."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from people.models import Correction, User

# So many may wait at once: more is a mistake, or no correction.
MOST_OPEN = 5


@transaction.atomic
def ask_correction(*, user: User, what: str, wanted: str, reason: str = "") -> Correction:
    """Asked for twice it is one."""
    User.objects.select_for_update().get(pk=user.pk)
    waiting = user.corrections.open()
    if same := waiting.filter(what=what, wanted=wanted.strip()).first():
        return same
    if waiting.count() >= MOST_OPEN:
        raise DomainError(_("%(most)s corrections wait already. Nothing was sent.") % {"most": MOST_OPEN})
    return user.corrections.create(what=what, wanted=wanted.strip(), reason=reason.strip())


@transaction.atomic
def settle_correction(*, correction: Correction, is_done: bool, note: str, actor: User) -> Correction:
    """Done, or declined with the reason. The change itself is made where the data stands."""
    correction = Correction.objects.select_for_update().get(pk=correction.pk)
    if not Correction.objects.settled_by(actor).filter(pk=correction.pk).exists():
        raise DomainError(_("Somebody else decides about this correction."))
    if correction.settled_at:
        return correction
    if not is_done and not note.strip():
        raise DomainError(_("Give the reason. Nothing was changed."))
    correction.settled_at, correction.settled_by = timezone.now(), actor
    correction.is_done, correction.note = is_done, note.strip()[:300]
    correction.save(update_fields=["settled_at", "settled_by", "is_done", "note"])
    return correction
