"""What search engines, feed readers and other sites are told about the pages: sitemap, feeds, structured data.

An alias is never named as a translation: it shows Vietnamese words and points to its source.
"""

import json
from collections import defaultdict
from datetime import datetime, time
from xml.etree import ElementTree

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Enclosure, Rss201rev2Feed
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.models import Page

from campaigns.models import ExplainerPage, HelpPage, HomePage, MaterialPage, NewsPage, PageEntry
from campaigns.pages.offers import Offer, offers_by_page, told

# What one sitemap file may hold (sitemaps.org).
MOST_IN_SITEMAP = 50_000
MOST_IN_FEED = 50
_SITEMAP, _XHTML = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml"
ElementTree.register_namespace("", _SITEMAP)
ElementTree.register_namespace("xhtml", _XHTML)


def sitemap() -> bytes:
    """Every live public page in the languages it is truly written in, each with its translations, as XML."""
    pages = Page.objects.live().public().filter(depth__gte=2, alias_of=None).select_related("locale").order_by("path")
    together = defaultdict(list)
    shown = [page for page in pages[:MOST_IN_SITEMAP] if page.full_url]
    for page in shown:
        together[page.translation_key].append(page)
    root = ElementTree.Element(f"{{{_SITEMAP}}}urlset")
    for page in shown:
        entry = ElementTree.SubElement(root, f"{{{_SITEMAP}}}url")
        ElementTree.SubElement(entry, f"{{{_SITEMAP}}}loc").text = page.full_url
        if page.last_published_at:
            day = timezone.localdate(page.last_published_at).isoformat()
            ElementTree.SubElement(entry, f"{{{_SITEMAP}}}lastmod").text = day
        same = together[page.translation_key]
        for other in same if len(same) > 1 else ():
            link = {"rel": "alternate", "hreflang": other.locale.language_code, "href": other.full_url}
            ElementTree.SubElement(entry, f"{{{_XHTML}}}link", link)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def kinds_of_feed(name: str) -> list[str]:
    """The kinds of entries in the feed `news` or `materials`."""
    return ["news"] if name == "news" else list(MaterialPage.Kind.values)


def page_feed(*, name: str, language: str, address: str) -> bytes:
    """The newest pages of a language as RSS 2.0, newest first; `address` is the feed's own path. Four queries at most."""
    title = _("News") if name == "news" else _("Materials")
    feed = Rss201rev2Feed(
        title=f"{title} · {_('Safe Villages')} · {dict(settings.LANGUAGES)[language]}",
        link=f"{settings.SITE_URL}/{language}/",
        description=_("New pages of the site, without a register of readers."),
        language=language,
        feed_url=f"{settings.SITE_URL}{address}",
    )
    entries = PageEntry.objects.filter(
        locale__language_code=language, is_alias=False, kind__in=kinds_of_feed(name)
    ).select_related("page")
    entries = list(entries.order_by("-day", "-pk")[:MOST_IN_FEED])
    offers = offers_by_page([entry.page_id for entry in entries])
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=entry.page.full_url,
            description=entry.summary,
            pubdate=timezone.make_aware(datetime.combine(entry.day, time.min)),
            unique_id=entry.page.full_url,
            enclosures=[
                Enclosure(settings.SITE_URL + offer.download.src, str(offer.download.size), offer.download.type)
                # One an item: feed readers take no second.
                for offer in offers.get(entry.page_id, [])[:1]
                if offer.download
            ],
        )
    return feed.writeString("utf-8").encode()


def robots() -> str:
    """Readers' pages are open to all; the rooms for people who sign in, and the neutral page, are not for robots."""
    closed = "".join(f"Disallow: {path}\n" for path in ("/cms/", "/accounts/", "/people/", "/places/", "/lich/"))
    return f"User-agent: *\n{closed}\nSitemap: {settings.SITE_URL}/sitemap.xml\n"


def structured_data(page, *, url: str, language: str, words: str, way: list[dict], offers: list[Offer]) -> SafeString:
    """A script element with the page as schema.org JSON-LD: data, which no browser runs. No query."""
    about = _kind_of(page) | {"url": url, "name": page.title, "inLanguage": language} | told(offers)
    if video := about.get("video"):
        video["description"] = words or page.title
        if page.last_published_at:
            video["uploadDate"] = timezone.localtime(page.last_published_at).isoformat(timespec="seconds")
    if words:
        about["description"] = words
    if not isinstance(page, HomePage):
        about["publisher"] = {"@type": "Organization", "name": _("Safe Villages"), "url": f"{settings.SITE_URL}/"}
        for name, moment in (("datePublished", page.first_published_at), ("dateModified", page.last_published_at)):
            if moment:
                about[name] = timezone.localtime(moment).isoformat(timespec="seconds")
    graph = [about]
    if len(way) > 1:
        steps = [
            {"@type": "ListItem", "position": number, "name": step["label"]}
            | ({"item": _absolute(step["url"])} if step.get("url") else {})
            for number, step in enumerate(way, start=1)
        ]
        graph.append({"@type": "BreadcrumbList", "itemListElement": steps})
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    # As in Django's json_script: nothing in it can close the element.
    for sign, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(sign, escaped)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def _absolute(url: str) -> str:
    return url if "://" in url else f"{settings.SITE_URL}{url}"


def _kind_of(page) -> dict:
    if isinstance(page, MaterialPage):
        return {"@type": "LearningResource" if page.kind == "lesson" else "CreativeWork", "abstract": page.key_message}
    if isinstance(page, ExplainerPage):
        law = {"@type": "Legislation", "name": page.document, "legislationIdentifier": page.number}
        return {"@type": "Article", "headline": page.title, "about": law}
    if isinstance(page, NewsPage):
        return {"@type": "NewsArticle", "headline": page.title}
    if isinstance(page, HelpPage):
        return {"@type": "ContactPage"}
    return {"@type": "WebSite" if isinstance(page, HomePage) else "WebPage"}
