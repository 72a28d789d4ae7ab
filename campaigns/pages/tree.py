"""The frame of the page tree, and the aliases that stand where a translation is still missing."""

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from wagtail.models import Locale, Page
from wagtail_localize.models import TranslationSource

from campaigns.models import HelpPage, HomePage, SectionPage, SitePage
from campaigns.pages.cache import forget_pages
from campaigns.pages.entries import write_entry

_HOME = {
    "vi": (
        "Bình yên bản làng",
        "Thông tin để bà con biết mà tránh bị lừa bán, biết gọi ai khi cần, và để người trở về được giúp đỡ.",
    ),
    "en": (
        "Safe Villages",
        "What everyone should know so that nobody is deceived and sold, whom to call in need, and how those who come "
        "back are helped.",
    ),
}
# kind of section (or "help") → (address, Vietnamese, English)
_SECTIONS = {
    "help": (
        "tim-giup-do",
        ("Tìm giúp đỡ", "Gọi ai, đến đâu, và chuyện gì xảy ra sau khi gọi. Không ai hỏi bạn kể chuyện của mình ở đây."),
        (
            "Get help",
            "Whom to call, where to go, and what happens afterwards. Nobody asks you to tell your story here.",
        ),
    ),
    "materials": (
        "tai-lieu",
        ("Tài liệu", "Áp phích, tờ rơi, tiểu phẩm, bài học: để xem, để in, để đọc cho nhau nghe."),
        ("Materials", "Posters, leaflets, skits, lessons: to look at, to print, to read to one another."),
    ),
    "law": (
        "phap-luat",
        ("Pháp luật dễ hiểu", "Luật nói gì, nói ở điều nào, có hiệu lực từ khi nào."),
        ("Law in plain words", "What the law says, in which article, and since when it is in force."),
    ),
    "models": (
        "mo-hinh",
        ("Mô hình phòng ngừa", "Cách làm ở cơ sở, cần những gì, và nơi khác bắt đầu từ đâu."),
        ("Prevention models", "Ways of working that communes can take over: what they need and how to begin."),
    ),
    "campaigns": (
        "chien-dich",
        ("Chiến dịch", "Những đợt truyền thông đang và đã làm."),
        ("Campaigns", "What is being said together, now and before."),
    ),
    "news": ("tin-tuc", ("Tin tức", "Việc đã làm, việc sắp làm."), ("News", "What was done and what comes next.")),
}


@transaction.atomic
def make_frame() -> HomePage:
    """Front doors, sections and help pages in Vietnamese and English; aliases in the other languages. Safe to repeat."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code, _name in settings.LANGUAGES}
    home = _home(locales["vi"])
    _translated(home, locales["en"], title=_HOME["en"][0], intro=_HOME["en"][1])
    for kind, (slug, vi, en) in _SECTIONS.items():
        found = Page.objects.child_of(home).filter(slug=slug).first()
        if found is None:
            page = _section(kind, slug, *vi)
            home.refresh_from_db()
            home.add_child(instance=page)
            write_entry(page)
            found = page
        name = "summary" if kind == "help" else "intro"
        _translated(found.specific, locales["en"], title=en[0], **{name: en[1]})
    return home


def _section(kind: str, slug: str, title: str, words: str) -> Page:
    common = {"title": title, "slug": slug, "locale": Locale.objects.get(language_code="vi"), "show_in_menus": True}
    if kind == "help":
        return HelpPage(summary=words, **common)
    return SectionPage(kind=kind, intro=words, **common)


def _home(locale) -> HomePage:
    found = HomePage.objects.filter(locale=locale).first()
    if found:
        return found
    # Wagtail's welcome page would hold the address.
    Page.objects.filter(depth=2, slug="home").delete()
    root = Page.objects.get(depth=1)
    title, intro = _HOME["vi"]
    page = HomePage(title=title, slug="home", intro=intro, locale=locale)
    root.refresh_from_db()
    return root.add_child(instance=page)


def _translated(source: SitePage, locale, **words) -> None:
    """Source words of the platform itself, which it knows in both languages."""
    if source.has_translation(locale):
        return
    page = source.copy_for_translation(locale)
    for name, value in words.items():
        setattr(page, name, value)
    page.save_revision().publish()


def lacks_places(page: Page) -> bool:
    """Is it a Vietnamese page on the site that has no place in some language yet?"""
    if not isinstance(page, SitePage) or page.alias_of_id or page.locale.language_code != "vi":
        return False
    return Page.objects.filter(translation_key=page.translation_key).count() < Locale.objects.count()


def repair_tree(progress=None) -> int:
    """Every live Vietnamese page has, in every language, a translation or an alias. Returns how many aliases were made.

    Wagtail makes aliases only when somebody translates by hand; this finds what copies and imports have left out.
    No invented words in a minority language: an alias shows the Vietnamese text and says so.
    """
    locales = list(Locale.objects.exclude(language_code="vi"))
    sources = (
        Page.objects.live().filter(locale__language_code="vi", depth__gte=2, alias_of=None).order_by("depth", "path")
    )
    there = set(Page.objects.filter(depth__gte=2).values_list("translation_key", "locale_id"))
    missing = [(p, locale) for p in sources for locale in locales if (p.translation_key, locale.pk) not in there]
    for done, (source, locale) in enumerate(missing):
        page = source.specific
        if isinstance(page, SitePage):
            write_entry(page.copy_for_translation(locale, copy_parents=True, alias=True))
        if progress:
            progress(done + 1, len(missing))
    return len(missing)


_PROGRESS = "campaigns.pages.tree.progress"


def repair_asked() -> None:
    """Somebody has asked a worker for repair_in_job; the board says so until it is done."""
    cache.set(_PROGRESS, (0, 0), 600)


def repair_progress() -> tuple[int, int] | None:
    """(pages made, pages missing at the beginning) while a worker makes them; None when nothing is going on."""
    return cache.get(_PROGRESS)


def repair_in_job() -> int:
    """repair_tree as a worker does it, telling how far it is; sentences of pages that have none yet are read too."""
    try:
        made = repair_tree(lambda done, of: cache.set(_PROGRESS, (done, of), 600) if done % 10 == 0 else None)
        read_sources()
    finally:
        cache.delete(_PROGRESS)
    if made:
        forget_pages()
    return made


def read_sources() -> int:
    """Live Vietnamese pages whose sentences translators cannot see yet (made before there was a board)."""
    there = TranslationSource.objects.filter(locale__language_code="vi").values("object_id")
    missing = (
        Page.objects.live()
        .filter(locale__language_code="vi", depth__gte=2, alias_of=None)
        .exclude(translation_key__in=there)
    )
    pages = [page.specific for page in missing]
    for page in pages:
        if isinstance(page, SitePage):
            TranslationSource.get_or_create_from_instance(page)
    return len(pages)
