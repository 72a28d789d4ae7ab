"""What happened in training as xAPI 1.0.3 statements, for who keeps a store of such statements elsewhere. Exported, never
received: the platform is no learning record store.

The same fact gives the same statement id for ever, so that a file read twice counts once. People stand under an opaque name.
"""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from courses.attendance import Presence
from courses.models import Certificate, CertificateEvent, Course, Mark, Tracking
from courses.tracking import learner_name

_VERBS = {
    "attended": ("http://adlnet.gov/expapi/verbs/attended", "attended", "có mặt"),
    "passed": ("http://adlnet.gov/expapi/verbs/passed", "passed", "đạt"),
    "failed": ("http://adlnet.gov/expapi/verbs/failed", "failed", "chưa đạt"),
    "completed": ("http://adlnet.gov/expapi/verbs/completed", "completed", "học xong"),
    "earned": ("http://id.tincanapi.com/verb/earned", "earned", "được cấp"),
    "voided": ("http://adlnet.gov/expapi/verbs/voided", "voided", "huỷ"),
}
_TYPES = {
    "course": "http://adlnet.gov/expapi/activities/course",
    "meeting": "http://adlnet.gov/expapi/activities/meeting",
    "lesson": "http://adlnet.gov/expapi/activities/lesson",
    "certificate": "https://www.opigno.org/en/tincan_registry/activity_type/certificate",
}


def statements(*, courses, since: date, until: date) -> Iterator[dict]:
    """Of these courses (a queryset), what was recorded from `since` to `until`, both included, in the order of its kind and
    time: presence by the surest way, packages that were finished, certificates, and certificates revoked later."""
    zone = timezone.get_current_timezone()
    span = (
        datetime.combine(since, time(), zone),
        datetime.combine(until + timedelta(days=1), time(), zone),
    )
    made = _Maker()
    yield from made.presence(courses, span)
    yield from made.packages(courses, span)
    yield from made.certificates(courses, since, until)
    yield from made.revocations(courses, since, until)


class _Maker:
    """Statement by statement; the parts that repeat are made once."""

    def __init__(self):
        self.home = settings.SITE_URL
        self.actors: dict[int, dict] = {}

    def _id(self, *parts) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join((self.home, "xapi", *map(str, parts)))))

    def _actor(self, user) -> dict:
        if user.pk not in self.actors:
            self.actors[user.pk] = {
                "objectType": "Agent",
                "account": {"homePage": self.home, "name": learner_name(user)},
            }
        return self.actors[user.pk]

    def _activity(self, path: str, kind: str, title: str) -> dict:
        definition = {"type": _TYPES[kind], "name": {"vi": title}}
        return {"objectType": "Activity", "id": self.home + path, "definition": definition}

    def _course(self, course: Course) -> dict:
        with override("vi"):
            return self._activity(reverse("courses:course", args=[course.code]), "course", course.title)

    def _statement(self, ident, user, verb, activity, at: datetime, course: Course | None, result=None) -> dict:
        address, english, vietnamese = _VERBS[verb]
        context = {"platform": settings.WAGTAIL_SITE_NAME, "language": "vi"}
        if course is not None:
            context["contextActivities"] = {"parent": [self._course(course)]}
        found = {
            "id": ident, "actor": self._actor(user), "verb": {"id": address, "display": {"en": english, "vi": vietnamese}},
            "object": activity, "timestamp": at.isoformat(), "version": "1.0.3", "context": context,
            "authority": {"objectType": "Agent", "account": {"homePage": self.home, "name": "platform"}},
        }  # fmt: skip
        return found | ({"result": result} if result else {})

    def presence(self, courses, span) -> Iterator[dict]:
        """Everybody once a session, when the first mark says so and none surer denies it."""
        rows = Mark.objects.filter(session__run__course__in=courses, session__starts_at__gte=span[0])
        rows = rows.filter(session__starts_at__lt=span[1], session__cancelled_at=None)
        rows = rows.select_related("session__run__course", "user").order_by(
            "session__starts_at", "at", "received_at", "pk"
        )
        seen: dict[tuple[int, int], tuple] = {}
        for one in rows:
            _mark, presence = seen.setdefault((one.session_id, one.user_id), (one, Presence()))
            presence.ways[one.way] = one.present
        for (session, user), (mark, presence) in seen.items():
            if presence.present:
                held = mark.session
                spent = {"duration": _duration(int((held.ends_at - held.starts_at).total_seconds()))}
                activity = self._activity(f"/xapi/sessions/{session}", "meeting", held.title or held.run.course.title)
                yield self._statement(
                    self._id("attended", session, user), mark.user, "attended", activity, held.starts_at,
                    held.run.course, spent,
                )  # fmt: skip

    def packages(self, courses, span) -> Iterator[dict]:
        rows = Tracking.objects.filter(
            package__course__in=courses, changed_at__gte=span[0], changed_at__lt=span[1],
            status__in=("passed", "failed", "completed"),
        )  # fmt: skip
        for one in (
            rows.select_related("package__course", "user").prefetch_related("visits").order_by("changed_at", "pk")
        ):
            item = one.package.item(one.item) or {"title": one.item}
            result = {"duration": _duration(sum(visit.seconds for visit in one.visits.all()))}
            if one.status != "completed":
                result["success"] = one.status == "passed"
            result["completion"] = one.status != "failed"
            if one.score is not None:
                score = float(one.score)
                result["score"] = {"scaled": round(score / 100, 4), "raw": score, "min": 0, "max": 100}
            activity = self._activity(f"/xapi/packages/{one.package_id}/{one.item}", "lesson", item["title"])
            yield self._statement(
                self._id(one.status, "package", one.pk, one.score), one.user, one.status, activity, one.changed_at,
                one.package.course, result,
            )  # fmt: skip

    def certificates(self, courses, since: date, until: date) -> Iterator[dict]:
        rows = Certificate.objects.filter(course__in=courses, issued_on__gte=since, issued_on__lte=until)
        for one in rows.select_related("course", "holder", "register").order_by("issued_on", "pk"):
            activity = self._activity(f"/c/{one.code}", "certificate", one.course_title)
            yield self._statement(
                self._id("earned", one.code), one.holder, "earned", activity, _midnight(one.issued_on), one.course,
                {"completion": True},
            )  # fmt: skip

    def revocations(self, courses, since: date, until: date) -> Iterator[dict]:
        """A certificate that is revoked voids the statement that it was earned."""
        rows = CertificateEvent.objects.filter(
            kind=CertificateEvent.Kind.REVOKED, certificate__course__in=courses, on__gte=since, on__lte=until
        )
        for one in rows.select_related("certificate__course", "actor").order_by("on", "pk"):
            target = {"objectType": "StatementRef", "id": self._id("earned", one.certificate.code)}
            yield self._statement(self._id("voided", one.pk), one.actor, "voided", target, _midnight(one.on), None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _duration(seconds: int) -> str:
    return f"PT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}S"
