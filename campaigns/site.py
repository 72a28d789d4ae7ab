"""What the templates of the public site need to know about a page, in few queries."""

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from campaigns.models import (
    Campaign,
    ContentPage,
    ExplainerPage,
    HelpPage,
    Hotline,
    MaterialPage,
    PageEntry,
    SectionPage,
    Service,
    Term,
)

PER_PAGE = 24
_MENU = "campaigns.menu:{}"


def kind_label(kind: str) -> str:
    """What a list calls a page of this kind."""
    if kind in MaterialPage.Kind.values:
        return str(MaterialPage.Kind(kind).label)
    named = {
        "law": _("law explained"), "model": _("prevention model"), "campaign": _("campaign"), "news": _("news"),
        "help": _("get help"),
    }  # fmt: skip
    return named.get(kind, kind)


def cards(entries) -> list[dict]:
    """Entries as cards: {title, url, text, meta, lang, day}."""
    return [
        {
            "title": entry.title,
            "url": entry.page.url,
            "text": entry.summary,
            "meta": kind_label(entry.kind),
            "lang": entry.language,
            "day": entry.day,
        }
        for entry in entries
    ]


def page_context(page, request) -> dict:
    """Breadcrumbs, the page in other languages, and what machines are told. Two queries."""
    everywhere = list(
        Page.objects.filter(translation_key=page.translation_key).live().select_related("locale").order_by("pk")
    )
    by_code = {found.locale.language_code: found for found in everywhere}
    true_ones = {code: found for code, found in by_code.items() if found.alias_of_id is None}
    here = page.locale.language_code
    ancestors = list(page.get_ancestors().filter(depth__gte=2))
    source = by_code.get(page.content_locale.language_code, page)
    return {
        "page_words": getattr(page, "summary", "") or getattr(page, "intro", ""),
        "terms": list(page.terms.all()) if isinstance(page, ContentPage) else [],
        "force_chip": _FORCE[page.force_state]() if isinstance(page, ExplainerPage) else None,
        "page_line": _line_of(page),
        "words_lang": page.content_locale.language_code,
        "untranslated": page.alias_of_id is not None,
        "language_name": dict(settings.LANGUAGES).get(here, here),
        "breadcrumbs": [{"label": a.title if a.depth > 2 else _("Home"), "url": a.get_url(request)} for a in ancestors]
        + [{"label": page.title}],
        "canonical": source.full_url,
        "alternates": [{"code": code, "url": found.full_url} for code, found in true_ones.items()]
        if here in true_ones
        else [],
        "language_links": [
            {
                "code": code,
                "lang": code,
                "label": name,
                "url": by_code[code].get_url(request) if code in by_code else f"/{code}/",
                "current": code == here,
            }
            for code, name in settings.LANGUAGES
        ],
    }


# How an explainer's dates are shown; in force needs no chip of its own beyond a quiet one.
_FORCE = {
    "in-force": lambda: {"state": "valid", "label": _("in force")},
    "coming": lambda: {"state": "planned", "label": _("not yet in force")},
    "ended": lambda: {"state": "expired", "label": _("no longer in force")},
    "unchecked": lambda: {"state": "stale", "label": _("waiting to be checked again")},
}


def _line_of(page) -> Hotline | None:
    """The page's own line, as long as its check is good."""
    line = page.hotline if isinstance(page, MaterialPage) and page.hotline_id else None
    return line if line is not None and line.is_fresh() else None


def menu(language: str) -> list[dict]:
    """The sections and the help page in a language: [{url, label}]. Kept for a minute; forgotten with the pages."""
    key = _MENU.format(language)
    found = cache.get(key)
    if found is None:
        pages = (
            Page.objects.type(SectionPage, HelpPage)
            .live()
            .filter(locale__language_code=language, depth=3, show_in_menus=True)
            .order_by("path")
        )
        found = [{"url": page.url, "label": page.title} for page in pages]
        cache.set(key, found, 60)
    return found


def home_context(page) -> dict:
    entries = PageEntry.objects.filter(locale_id=page.locale_id).select_related("page")
    today = timezone.localdate()
    latest = list(entries.exclude(kind__in=["help", "campaign"]).order_by("-day", "-pk")[:7])
    campaign = entries.filter(kind="campaign").first()
    running = Campaign.objects.filter(starts_on__lte=today, ends_on__gte=today).order_by("-starts_on").first()
    return {
        "latest": cards(latest),
        "campaign_card": cards([campaign])[0] if campaign else None,
        "campaign": running,
        "help_page": next((e.page for e in entries.filter(kind="help")[:1]), None),
    }


def section_context(page, request) -> dict:
    """The section's pages, filtered by kind and term as the address says; unknown filters are ignored."""
    all_here = PageEntry.objects.filter(page__path__startswith=page.path, page__depth=page.depth + 1)
    kinds = list(all_here.order_by().values_list("kind", flat=True).distinct())
    terms = list(
        Term.objects.filter(entries__in=all_here, kind__in=["audience", "topic"])
        .distinct()
        .order_by("kind", "position")
    )
    asked_kind, asked_term = request.GET.get("kind", ""), request.GET.get("term", "")
    entries = all_here
    if asked_kind in kinds:
        entries = entries.filter(kind=asked_kind)
    if asked_term in {term.code for term in terms}:
        entries = entries.filter(terms__code=asked_term)
    pages = Paginator(entries.select_related("page").order_by("-day", "-pk"), PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    return {
        "entries": cards(shown),
        "pages": shown,
        "kinds": [{"code": kind, "label": kind_label(kind)} for kind in sorted(kinds)] if len(kinds) > 1 else [],
        "audiences": [term for term in terms if term.kind == Term.Kind.AUDIENCE],
        "topics": [term for term in terms if term.kind == Term.Kind.TOPIC],
        "asked_kind": asked_kind,
        "asked_term": asked_term,
    }


def campaign_context(page) -> dict:
    materials = MaterialPage.objects.live().filter(campaign_id=page.campaign_id, locale_id=page.locale_id)
    entries = PageEntry.objects.filter(page_id__in=materials.values("pk")).select_related("page")
    return {"materials": cards(entries.order_by("-day", "-pk"))}


def help_context(page) -> dict:
    by_kind: dict[str, list[Service]] = {}
    for service in Service.objects.shown():
        by_kind.setdefault(service.get_kind_display(), []).append(service)
    return {"lines": list(Hotline.objects.fresh()), "services": by_kind}
