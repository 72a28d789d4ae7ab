"""What SCORM packages report: idempotent, checked value by value, never worse than what was reached before."""

import hashlib
import hmac
import re
import uuid
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from courses.models import Package, Tracking, Visit
from people.models import User

# cmi element → the most characters of it that are kept. SCORM 1.2 asks for 4,096 and 255; authoring programs write more.
KEPT = {"cmi.suspend_data": 65_536, "cmi.core.lesson_location": 1000, "cmi.comments": 4096}
# PostgreSQL keeps neither of them; half a sign is what is left where a package cut a text in the middle of one.
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_TIME = re.compile(r"(\d{2,4}):([0-5]\d):([0-5]\d)(?:\.\d{1,2})?\Z")
# Nobody sits so long at one item.
LONGEST = timedelta(hours=24)


def seconds_of(text: str) -> int | None:
    """HHHH:MM:SS.SS, or None."""
    found = _TIME.match(text)
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else None


def cmi_time(seconds: int) -> str:
    return f"{seconds // 3600:04}:{seconds // 60 % 60:02}:{seconds % 60:02}.00"


def learner_name(user: User) -> str:
    """Opaque, the same for a person for ever on this installation: what packages and statements name somebody by."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"courses.learner:{user.pk}".encode(), hashlib.sha256).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


@transaction.atomic
def report(*, package: Package, item: str, user: User, visit: uuid.UUID, sequence: int, cmi: dict) -> Tracking:
    """One commit of a package. `sequence` rises within a visit: what arrives late or twice changes nothing."""
    if package.item(item) is None:
        raise DomainError(_("This part is no longer in the package. Load the page again."))
    said = _checked(cmi)
    User.objects.select_for_update().get(pk=user.pk)
    tracking, _new = Tracking.objects.get_or_create(user=user, package=package, item=item)
    found, _new = Visit.objects.get_or_create(pk=visit, defaults={"tracking": tracking})
    if found.tracking_id != tracking.pk:
        raise DomainError(_("What was sent cannot be read. Load the page again."))
    if sequence <= found.sequence:
        return tracking
    found.sequence, found.seconds = sequence, said["seconds"]
    found.save(update_fields=["sequence", "seconds"])
    rank = Tracking.STATUSES.index
    if rank(said["status"]) > rank(tracking.status):
        tracking.status = said["status"]
    if said["score"] is not None:
        tracking.score = max(said["score"], tracking.score or said["score"])
    tracking.data, tracking.changed_at = said["data"], timezone.now()
    tracking.save()
    return tracking


def _checked(cmi: dict) -> dict:
    """{status, score, seconds, data}; what a package wrote wrongly is refused in words."""
    wrong = DomainError(_("The package reported something that cannot be read."))
    if not isinstance(cmi, dict) or not all(isinstance(k, str) and isinstance(v, str) for k, v in cmi.items()):
        raise wrong
    status = cmi.get("cmi.core.lesson_status") or "incomplete"
    try:
        score = Decimal(cmi["cmi.core.score.raw"]).quantize(Decimal("0.01")) if cmi.get("cmi.core.score.raw") else None
    except InvalidOperation:
        raise wrong from None
    seconds = seconds_of(cmi.get("cmi.core.session_time") or "0000:00:00")
    if status not in Tracking.STATUSES or seconds is None or not _is_percent(score):
        raise wrong
    data = {name: _UNKEPT.sub("\ufffd", cmi.get(name, "")[:most]) for name, most in KEPT.items()}
    data |= {"cmi.core.lesson_status": status, "cmi.core.exit": _UNKEPT.sub("", cmi.get("cmi.core.exit", "")[:10])}
    data["cmi.core.score.raw"] = str(score) if score is not None else ""
    return {
        "status": status, "score": score, "data": data, "seconds": min(seconds, int(LONGEST.total_seconds())),
    }  # fmt: skip


def _is_percent(score: Decimal | None) -> bool:
    return score is None or (score.is_finite() and 0 <= score <= 100)


def start_state(*, package: Package, item: dict, user: User) -> dict:
    """The cmi values an item begins with, as LMSGetValue will say them."""
    tracking = Tracking.objects.filter(user=user, package=package, item=item["id"]).first()
    kept = tracking.data if tracking else {}
    spent = tracking.visits.aggregate(all=Sum("seconds"))["all"] if tracking else 0
    status = kept.get("cmi.core.lesson_status", "not attempted")
    resumed = kept.get("cmi.core.exit") == "suspend"
    return {
        "cmi.core.student_id": learner_name(user),
        "cmi.core.student_name": user.name,
        "cmi.core.lesson_location": kept.get("cmi.core.lesson_location", ""),
        "cmi.core.credit": "credit",
        "cmi.core.lesson_status": status,
        "cmi.core.entry": "ab-initio" if not tracking else ("resume" if resumed else ""),
        "cmi.core.score.raw": kept.get("cmi.core.score.raw", ""),
        "cmi.core.score.min": "0",
        "cmi.core.score.max": "100",
        "cmi.core.total_time": cmi_time(spent or 0),
        "cmi.core.lesson_mode": "normal",
        "cmi.suspend_data": kept.get("cmi.suspend_data", ""),
        "cmi.launch_data": item.get("data", ""),
        "cmi.comments": kept.get("cmi.comments", ""),
        "cmi.comments_from_lms": "",
        "cmi.student_data.mastery_score": item.get("mastery", ""),
        "cmi.student_data.max_time_allowed": "",
        "cmi.student_data.time_limit_action": "continue,no message",
    }
