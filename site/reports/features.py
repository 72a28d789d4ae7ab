"""What of this system serves a clause of the plan: key → (words, address). A feature without an address is not there yet."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

_FEATURES = {
    "broadcasts": (_("the monthly broadcast"), "campaigns:desk"),
    "coverage": (_("the coverage board"), "reports:coverage"),
    "courses": (_("officer training"), "courses:catalogue"),
    "dashboard": (_("the dashboard"), "reports:dashboard"),
    "events": (_("the pages of 30 July"), "campaigns:events"),
    "hotlines": (_("help lines on every page, checked by calling"), None),
    "languages": (_("programmes in the minority languages"), "campaigns:desk"),
    "laws": (_("the law register"), "reports:laws"),
    "models": (_("the register of prevention models"), "campaigns:models"),
    "people": (_("the roster of officers"), "people:members"),
    "plan": (_("the plan as data"), "reports:plan"),
    "reports": (_("yearly reports"), "reports:reports"),
    "roll-out": (_("the roll-out log"), "campaigns:rollout"),
    "sessions": (_("direct sessions in the villages"), "campaigns:sessions"),
    "site": (_("the campaign site"), "wagtail_serve"),
}
# There on every page, with no page of its own.
_EVERYWHERE = {"hotlines", "site"}


@dataclass(frozen=True)
class Feature:
    key: str
    label: str
    url: str
    there: bool


def known() -> frozenset[str]:
    return frozenset(_FEATURES)


def feature(key: str) -> Feature:
    """A feature with its address in the language of the moment."""
    label, name = _FEATURES[key]
    url = ""
    if key == "site":
        url = reverse("wagtail_serve", args=[""])
    elif name:
        try:
            url = reverse(name)
        except NoReverseMatch:
            url = ""
    return Feature(key, str(label), url, bool(url) or key in _EVERYWHERE)
