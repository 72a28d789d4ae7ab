"""What the templates of the public site need to know about a page, in few queries."""

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Count
from django.utils.translation import gettext as _
from wagtail.models import Page

from campaigns.models import (
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
from campaigns.pages.machines import structured_data
from campaigns.pages.offers import offers_of
from campaigns.pages.renditions import ask_for, card_of, is_ready, pictures_in
from campaigns.pages.sharing import ask_again, share_context
from campaigns.pages.translation_status import is_older

PER_PAGE = 24
# What a home page looks through for something of every kind.
MOST_ON_HOME = 200
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
    here = next((code for code, found in by_code.items() if found.pk == page.pk), page.locale.language_code)
    spoken = page.content_locale.language_code if page.alias_of_id else here
    source = by_code.get(spoken, page)
    original = by_code.get("vi")
    words, way = getattr(page, "summary", "") or getattr(page, "intro", ""), _way_to(page, here)
    pictures = pictures_in(page)
    awaited = [picture for picture in pictures if not is_ready(picture)]
    for picture in awaited:
        ask_for(picture)
    offers = offers_of(page)
    shared = _spoken_by(page)
    share = share_context(shared)
    if share and not share["is_whole"] and not getattr(request, "is_preview", False):
        ask_again(shared)
    return {
        "awaits": bool(awaited),
        "sounds": [offer for offer in offers if not offer.is_video],
        "videos": [offer for offer in offers if offer.is_video],
        "card": card_of(pictures),
        "page_words": words,
        "structured": structured_data(page, url=source.full_url, language=spoken, words=words, way=way, offers=offers),
        "terms": list(page.terms.all()) if isinstance(page, ContentPage) else [],
        "share": share,
        "help_url": next((one["url"] for one in menu(here) if one["is_help"]), ""),
        "force_chip": _FORCE[page.force_state]() if isinstance(page, ExplainerPage) else None,
        "page_line": _line_of(page),
        "words_lang": spoken,
        "untranslated": page.alias_of_id is not None,
        # The Vietnamese page, where it says something newer than this translation.
        "newer": original
        if here in true_ones and here != "vi" and original and is_older(by_code[here], original)
        else None,
        "language_name": dict(settings.LANGUAGES).get(here, here),
        "breadcrumbs": way,
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


def _spoken_by(page):
    """The page whose words stand here: where Vietnamese ones stand in, they are passed on as the Vietnamese page."""
    return page.alias_of.specific if page.alias_of_id and isinstance(page, ContentPage) else page


def _way_to(page, language: str) -> list[dict]:
    """Home, the section, the page: the sections are known from the menu."""
    if page.depth == 2:
        return []
    above = [{"label": s["label"], "url": s["url"]} for s in menu(language) if page.path.startswith(s["path"])]
    return [{"label": _("Home"), "url": f"/{language}/"}, *above[: page.depth - 3], {"label": page.title}]


def menu(language: str) -> list[dict]:
    """The sections and the help page in a language: [{url, label, path}]. Kept for a minute; forgotten with the pages."""
    key = _MENU.format(language)
    found = cache.get(key)
    if found is None:
        pages = (
            Page.objects.type(SectionPage, HelpPage)
            .live()
            .filter(locale__language_code=language, depth=3, show_in_menus=True)
            .order_by("path")
        )
        found = [
            {"url": page.url, "label": page.title, "path": page.path, "is_help": page.specific_class is HelpPage}
            for page in pages
        ]
        cache.set(key, found, 60)
    return found


def home_context(page) -> dict:
    entries = PageEntry.objects.filter(locale_id=page.locale_id).select_related("page")
    newest = list(entries.order_by("-day", "-pk")[:MOST_ON_HOME])
    of_kind = {kind: [e for e in newest if e.kind == kind] for kind in ("campaign", "news", "help")}
    materials = [e for e in newest if e.kind in MaterialPage.Kind.values]
    return {
        "materials": cards(materials[:6]),
        "news": cards(of_kind["news"][:2]),
        "campaign_card": next(iter(cards(of_kind["campaign"][:1])), None),
        "help_page": next((e.page for e in of_kind["help"]), None),
    }


def section_context(page, request) -> dict:
    """The section's pages, filtered by kind and term as the address says; unknown filters are ignored."""
    all_here = PageEntry.objects.filter(page__path__startswith=page.path, page__depth=page.depth + 1)
    kinds = dict(all_here.order_by().values_list("kind").annotate(n=Count("pk")))
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
    if entries is all_here:
        pages.count = sum(kinds.values())
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
