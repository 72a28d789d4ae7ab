"""What every page needs: navigation, languages in their own names, the hotline strip. The pages where a person's work begins
also ask for the reports that wait."""

from django.conf import settings
from django.urls import reverse, translate_url
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from campaigns.hotlines import strip_hotlines
from campaigns.pages.context import menu
from people.permissions import may
from reports.waiting import waiting_for


def site(request) -> dict:
    """Template context of every page. Costs one query (the hotlines), none when cached."""
    if request.path.startswith("/cms/"):
        return {}
    return {
        "nav_items": _navigation(request),
        "language_links": _languages(request),
        "hotlines": strip_hotlines(get_language() or settings.LANGUAGE_CODE),
        # Asked by the template that shows it; it costs nothing elsewhere.
        "reports_waiting": lambda: waiting_for(request.user),
    }


def _navigation(request) -> list[dict]:
    entries = [(entry["url"], entry["label"]) for entry in menu(get_language() or settings.LANGUAGE_CODE)]
    entries.append((reverse("campaigns:desk"), _("Broadcasts")))
    # Error pages may be made before anybody has looked who asks; nobody is shown a door that does not open.
    if hasattr(request, "user"):
        for act, name, label in (
            ("reports.see_dashboard", "reports:dashboard", _("Overview")),
            ("campaigns.keep_stations", "campaigns:stations", _("Loudspeakers")),
            ("campaigns.see_sessions", "sessions:calendar", _("Sessions")),
            ("campaigns.keep_event", "events:desk", _("30 July")),
            ("people.see", "people:members", _("People")),
        ):
            if may(request.user, act):
                entries.append((reverse(name), label))
    entries.append((reverse("courses:catalogue"), _("Courses")))
    if hasattr(request, "user") and may(request.user, "courses.see_compliance"):
        entries.append((reverse("courses:compliance"), _("Trained officers")))
    # The stations lie under the broadcasts' address: the longest that fits is where the reader is.
    here = max((url for url, _label in entries if request.path.startswith(url)), key=len, default="")
    return [{"url": url, "label": label, "current": url == here} for url, label in entries]


def _languages(request) -> list[dict]:
    """The same page in each language; where an address has no other language, its home page."""
    here = get_language()
    links = []
    for code, label in settings.LANGUAGES:
        url = translate_url(request.get_full_path(), code)
        if f"/{code}/" not in url:
            with override(code):
                url = f"/{code}/"
        links.append({"code": code, "lang": code, "label": label, "url": url, "current": code == here})
    return links
