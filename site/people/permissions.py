"""The one file that says who may do what. A role reaches its area and all that lies under it, as of today.

Views start from a queryset's `visible_to(user)` (an outsider sees 404) and then ask `require` (a wrong role sees 403).
When an area is gone, the role reaches what became of it, also in part: rights follow the people who live there.
"""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from people.roles import BENCH_ROLES, Role
from places.models import AdministrativeUnit

A, C, T, R, P = Role.ADMINISTRATOR, Role.COMMUNICATOR, Role.TRANSLATOR, Role.REVIEWER, Role.APPROVER
OP, M, S = Role.RADIO_OPERATOR, Role.PROGRAMME_MANAGER, Role.SUPERVISOR

# Who may give (and end) which roles, in their area. A manager staffs the work, never those who approve or watch over it.
GRANTS: dict[Role, frozenset[Role]] = {
    A: frozenset(Role),
    M: frozenset({C, T, R, OP, Role.TRAINER, Role.COURSE_MANAGER, Role.TRAINEE}),
}
# Who must have a second factor where REQUIRE_STAFF_MFA is on.
STAFF_ROLES = frozenset({A, P})

# act → roles that may do it in their area. A supervisor reads all and changes nothing: it stands only in "see" acts, and
# in those that write down what it has seen itself.
ACTS: dict[str, frozenset[Role]] = {
    "people.invite": frozenset({A, M}),
    "people.see": frozenset({A, M, S}),
    "people.keep_organisations": frozenset({A, M}),
    "people.lock": frozenset({A}),
    "people.correct": frozenset({A}),
    "places.import_settlements": frozenset({A, M}),
    "places.see_commune": frozenset({A, M, S, OP}),
    "places.keep_commune": frozenset({A, M, OP}),
    "campaigns.write_bulletin": frozenset({C}),
    "campaigns.write_page": frozenset({C}),
    "campaigns.see_workbench": frozenset({A, C, T, R, P, M, S}),
    "campaigns.translate": frozenset({T, C}),
    "campaigns.record": frozenset({T, C}),
    "campaigns.review": frozenset({R}),
    "campaigns.approve": frozenset({P}),
    "campaigns.withdraw": frozenset({P, A}),
    "campaigns.verify_hotline": frozenset({A, P}),
    "campaigns.log_airing": frozenset({OP}),
    "campaigns.keep_stations": frozenset({A, M, OP}),
    "campaigns.see_source_log": frozenset({A}),
    "campaigns.see_airings": frozenset({A, OP, M, S, C, P}),
    # Clips may hold voices of people who pass by: seen by those who look after the commune, and by nobody else.
    "campaigns.see_proofs": frozenset({A, OP, M, S}),
    "campaigns.delete_proofs": frozenset({A}),
    "campaigns.log_session": frozenset({C, M, OP}),
    "campaigns.enter_plan": frozenset({A, M}),
    "campaigns.keep_season": frozenset({C}),
    "campaigns.keep_event": frozenset({C, M, OP}),
    "campaigns.approve_results": frozenset({M}),
    "campaigns.see_sessions": frozenset({A, C, P, OP, M, S}),
    # Courses, modules and lessons are written by both; trainees see what a course manager has published.
    "courses.write": frozenset({Role.TRAINER, Role.COURSE_MANAGER}),
    "courses.publish": frozenset({Role.COURSE_MANAGER}),
    "courses.certify": frozenset({Role.COURSE_MANAGER}),
    "courses.revoke": frozenset({A, Role.COURSE_MANAGER}),
    "courses.keep_runs": frozenset({Role.COURSE_MANAGER}),
    "courses.keep_questions": frozenset({Role.TRAINER, Role.COURSE_MANAGER}),
    "courses.nominate": frozenset({Role.COURSE_MANAGER, M}),
    "courses.see_compliance": frozenset({A, Role.COURSE_MANAGER, M, S}),
    "courses.keep_compliance": frozenset({A, Role.COURSE_MANAGER, M}),
    "courses.share_experience": frozenset(Role),
    "courses.moderate": frozenset({Role.COURSE_MANAGER, M}),
    "courses.see": frozenset({A, Role.TRAINER, Role.COURSE_MANAGER, M, S}),
    "reports.see_coverage": frozenset({A, C, P, OP, M, S}),
    "reports.see_plan": frozenset(Role),
    "reports.see_dashboard": frozenset({A, C, P, OP, M, S}),
    # Yearly reports and commune plans. Who writes does not sign; who signs is of the same unit, who accepts of one above.
    "reports.see": frozenset({A, C, P, OP, M, S}),
    "reports.see_drafts": frozenset({A, C, P, OP, M}),
    "reports.write": frozenset({C, M, OP}),
    "reports.sign": frozenset({P, M}),
    "reports.accept": frozenset({M}),
    "reports.keep_forms": frozenset({A, M}),
    "reports.keep_laws": frozenset({A, P}),
    "reports.keep_partners": frozenset({A, M}),
    "reports.see_findings": frozenset({A, P, OP, M, S}),
    "reports.raise_finding": frozenset({S}),
    "reports.answer_finding": frozenset({M}),
    "reports.log_visit": frozenset({M, S}),
    "reports.see_audit": frozenset({A, S}),
}

_MODEL_PERMISSIONS: dict[Role, set[str]] = {
    A: {
        "wagtailadmin.access_admin",
        "campaigns.view_hotline", "campaigns.add_hotline", "campaigns.change_hotline",
        "places.view_language", "places.change_language", "places.add_language",
        "campaigns.view_campaign", "campaigns.add_campaign", "campaigns.change_campaign",
        "campaigns.view_term", "campaigns.add_term", "campaigns.change_term",
        "campaigns.view_watchedword", "campaigns.add_watchedword", "campaigns.change_watchedword",
        "campaigns.view_glossaryterm", "campaigns.add_glossaryterm", "campaigns.change_glossaryterm",
        "campaigns.view_service", "campaigns.add_service", "campaigns.change_service",
        "campaigns.view_consent", "campaigns.add_consent", "campaigns.change_consent",
        "campaigns.view_bulletin", "campaigns.view_station", "campaigns.add_station", "campaigns.change_station",
        "courses.view_competency", "courses.add_competency", "courses.change_competency",
    },
    C: {
        "wagtailadmin.access_admin",
        "campaigns.view_bulletin", "campaigns.add_bulletin", "campaigns.change_bulletin",
        "campaigns.view_campaign", "campaigns.add_campaign", "campaigns.change_campaign",
        "campaigns.view_hotline",
        "campaigns.view_service", "campaigns.add_service", "campaigns.change_service",
        "campaigns.view_consent", "campaigns.add_consent", "campaigns.change_consent",
    },
    T: {
        "wagtailadmin.access_admin", "campaigns.view_bulletin", "campaigns.view_hotline",
        "campaigns.view_glossaryterm",
    },
    # Native speakers agree on the words.
    R: {
        "wagtailadmin.access_admin", "campaigns.view_bulletin", "campaigns.view_hotline",
        "campaigns.view_glossaryterm", "campaigns.add_glossaryterm", "campaigns.change_glossaryterm",
    },
    P: {
        "wagtailadmin.access_admin", "campaigns.view_bulletin", "campaigns.view_hotline", "campaigns.change_hotline",
        "campaigns.view_consent",
    },
    Role.TRAINER: {
        "wagtailadmin.access_admin",
        "courses.view_course", "courses.add_course", "courses.change_course",
        "courses.view_lesson", "courses.change_lesson", "courses.lock_lesson",
    },
    Role.COURSE_MANAGER: {
        "wagtailadmin.access_admin",
        "courses.view_course", "courses.add_course", "courses.change_course",
        "courses.view_lesson", "courses.change_lesson", "courses.publish_lesson", "courses.lock_lesson",
        "courses.unlock_lesson",
        "courses.view_competency", "courses.add_competency",
    },
}  # fmt: skip


def current_memberships(user) -> list:
    """The person's memberships in force today, read once per request (cached on the user object)."""
    if not user.is_authenticated or not user.is_active:
        return []
    today = timezone.localdate()
    cached = getattr(user, "_current_memberships", None)
    if cached is None or cached[0] != today:
        rows = list(user.memberships.current(today).select_related("area", "organisation"))
        cached = user._current_memberships = (today, rows)
    return cached[1]


def roles_of(user) -> set[str]:
    return {m.role for m in current_memberships(user)}


def begins_in_cms(user) -> bool:
    return bool(roles_of(user) & BENCH_ROLES)


def areas_for(user, act: str):
    """Units in which the person may do `act` today (a queryset; empty for a stranger)."""
    roots = [m.area for m in current_memberships(user) if m.role in ACTS[act]]
    if not roots:
        return AdministrativeUnit.objects.none()
    return AdministrativeUnit.objects.within_any(roots)


def may(user, act: str, unit=None) -> bool:
    """May the person do `act` in `unit` (or anywhere, without one) today?"""
    if not any(m.role in ACTS[act] for m in current_memberships(user)):
        return False
    if unit is None:
        return True
    return areas_for(user, act).filter(pk__in=AdministrativeUnit.objects.filter(pk=unit.pk).successors()).exists()


def require(user, act: str, unit=None) -> None:
    """403 unless the person may do `act` in `unit`."""
    if not may(user, act, unit):
        raise PermissionDenied


def roles_to_grant(user) -> list[Role]:
    """Roles the person may give somewhere, in the order of the list of roles."""
    granted = set().union(*(GRANTS.get(role, frozenset()) for role in roles_of(user)))
    return [role for role in Role if role in granted]


def areas_to_grant(user, *roles: str):
    """Units in which the person may give every one of `roles` (without any: at least one role)."""
    wanted = set(roles)
    roots = [
        m.area
        for m in current_memberships(user)
        if m.role in GRANTS and (wanted <= GRANTS[m.role] if wanted else GRANTS[m.role])
    ]
    return AdministrativeUnit.objects.within_any(roots) if roots else AdministrativeUnit.objects.none()


def may_grant(user, role: str, unit) -> bool:
    """May the person give or end `role` in `unit`: does the whole of it, or of what became of it, lie in their area?"""
    units = set(AdministrativeUnit.objects.filter(pk=unit.pk).successors().values_list("pk", flat=True))
    return bool(units) and areas_to_grant(user, role).filter(pk__in=units).count() == len(units)


def needs_second_factor(user) -> bool:
    return bool(roles_of(user) & STAFF_ROLES) or bool(user.is_authenticated and user.is_active and user.is_superuser)


def django_permissions(user) -> set[str]:
    """`app.codename` permissions that Wagtail's admin asks for, from today's roles."""
    granted: set[str] = set()
    for role in roles_of(user):
        granted |= _MODEL_PERMISSIONS.get(role, set())
    return granted
