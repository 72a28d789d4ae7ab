"""What of this system serves a clause of the plan: key → (words, address, the act that opens it)."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.permissions import may

# No address: not there yet, unless it is on every page. No act: everybody may open it.
_FEATURES = {
    "broadcasts": (_("the monthly broadcast"), "campaigns:desk", None),
    "coverage": (_("the coverage board"), "reports:coverage", "reports.see_coverage"),
    "courses": (_("officer training"), "courses:catalogue", None),
    "dashboard": (_("the dashboard"), "reports:dashboard", "reports.see_dashboard"),
    "events": (_("the pages of 30 July"), "events:events", None),
    "hotlines": (_("help lines on every page, checked by calling"), None, None),
    "languages": (_("programmes in the minority languages"), "campaigns:desk", None),
    "laws": (_("the law register"), "reports:laws", "reports.see_plan"),
    "models": (_("the register of prevention models"), "village:models", "campaigns.see_sessions"),
    "people": (_("the roster of officers"), "people:members", "people.see"),
    "plan": (_("the plan as data"), "reports:plan", "reports.see_plan"),
    "reports": (_("yearly reports"), "reports:desk", "reports.see"),
    "commune-plans": (_("yearly plans of the communes"), "reports:commune_plans", "reports.see"),
    "roll-out": (_("the roll-out log"), "village:rollout", "campaigns.see_sessions"),
    "sessions": (_("direct sessions in the villages"), "sessions:calendar", "campaigns.see_sessions"),
    "site": (_("the campaign site"), "wagtail_serve", None),
}
_ON_EVERY_PAGE = frozenset({"hotlines"})


@dataclass(frozen=True)
class Feature:
    """`url`: empty where there is no page, or none that the reader may open."""

    key: str
    label: str
    url: str
    there: bool


def known() -> frozenset[str]:
    return frozenset(_FEATURES)


def feature(key: str, user) -> Feature:
    """A feature with its address in the language of the moment, for a reader."""
    label, name, act = _FEATURES[key]
    there = bool(name) or key in _ON_EVERY_PAGE
    if not name or (act and not may(user, act)):
        return Feature(key, str(label), "", there)
    return Feature(key, str(label), reverse(name, args=[""] if name == "wagtail_serve" else None), there)
