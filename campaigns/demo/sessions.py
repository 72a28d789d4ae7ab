"""Demo sessions in the villages of the operator's commune: what was held this year, with whom together, and what is planned."""

import uuid
from datetime import timedelta

from django.utils import timezone

from campaigns.models import SessionKind, Term
from campaigns.villages import sessions
from people.models import User
from places.models import AdministrativeUnit, Language, Settlement

# Days ago, kind, people, women, children, ethnic minority, place, materials, terms.
_HELD = [
    (12, SessionKind.TALK, 46, 29, 4, 43, "nhà sinh hoạt thôn", "Tờ rơi “Việc nhẹ, lương cao?”", ["viec-lam", "ii-1"]),
    (25, SessionKind.SCHOOL, 112, 58, 97, 104, "trường trung học cơ sở", "Tiểu phẩm “Cuộc gọi lạ”", ["ma-tuy", "ii-1"]),
    (
        41,
        SessionKind.MEETING,
        63,
        35,
        2,
        61,
        "nhà gươl",
        "Bản tin loa của tháng",
        ["nong-thon-moi", "giam-ngheo", "ii-1"],
    ),
    (58, SessionKind.MOBILE, 180, 95, 40, 171, "chợ phiên", "Xe loa, tờ rơi hai thứ tiếng", ["ii-1"]),
    (76, SessionKind.TALK, 31, 22, 0, 31, "nhà sinh hoạt thôn", "Tranh lật", []),
]


def load_sessions(*, actor: User, commune: AdministrativeUnit) -> None:
    terms = {term.code: term for term in Term.objects.all()}
    villages = list(Settlement.objects.within(commune).order_by("name")[:3])
    languages = list(Language.objects.filter(tag__in=["vi", "ktv"]))
    now = timezone.localtime().replace(hour=8, minute=0, second=0, microsecond=0)
    for number, (ago, kind, people, women, children, minority, place, materials, codes) in enumerate(_HELD):
        sessions.log_session(
            actor=actor, commune=commune, held_at=now - timedelta(days=ago), attendees=people, women=women,
            children=children, minority=minority, client_uuid=uuid.uuid4(), kind=kind, place=place, materials=materials,
            settlements=villages[number % 3 : number % 3 + 1], languages=languages, leaflets=people, respected_persons=1,
            terms=[terms[code] for code in codes if code in terms],
        )  # fmt: skip
    sessions.plan_session(
        actor=actor, commune=commune, starts_at=now + timedelta(days=6, hours=11), client_uuid=uuid.uuid4(),
        kind=SessionKind.MEETING, settlements=villages[:1], place="nhà sinh hoạt thôn",
    )  # fmt: skip
