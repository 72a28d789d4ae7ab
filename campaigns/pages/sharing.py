"""What people share of a page: the picture of its link, a short text, and packs for schools and campaigns.

Pictures and packs are made by a worker when a page goes out, and named by what the page says: an old link never shows new
words, nor a new page an old picture. Whatever is not made yet is simply not offered.
"""

import hashlib
import io
import json
import zipfile
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from campaigns.models import CampaignPage, ContentPage, MaterialPage, ReadingSource
from campaigns.pages.cache import forget_pages
from campaigns.pages.paper import address, card_png, folder, message_of, paper_pdf, qr_png
from core.text import fold
from media import jobs
from media.models import Job
from media.storage import install, workdir

# Counted up when the look of a card or what a pack holds changes.
VERSION = 2
MOST_IN_A_PACK = 60
_OPENED = (1980, 1, 1, 0, 0, 0)


def digest_of(page: ContentPage) -> str:
    """Names what the page says; a material of a campaign belongs to what the campaign's pack says."""
    # As it is stored: once read, a body also has the fields that its blocks got later.
    body = list(page.body.raw_data)
    said = [VERSION, page.full_url, page.title, page.summary, message_of(page), body]
    if isinstance(page, CampaignPage):
        said += [[one.pk, digest_of(one)] for one in materials_of(page)]
    return hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()[:16]


def materials_of(page: CampaignPage) -> list[MaterialPage]:
    """The campaign's live materials in the page's own language."""
    rows = MaterialPage.objects.live().filter(campaign_id=page.campaign_id, locale_id=page.locale_id, alias_of=None)
    return list(rows.select_related("locale", "hotline").order_by("path")[:MOST_IN_A_PACK])


def file_of(page: ContentPage, ending: str, digest: str = "") -> Path:
    return folder() / f"{page.pk}-{digest or digest_of(page)}.{ending}"


def has_pack(page: ContentPage) -> bool:
    return isinstance(page, CampaignPage) or (isinstance(page, MaterialPage) and page.kind == MaterialPage.Kind.LESSON)


# Making -----------------------------------------------------------------------------------------------------------------


def page_went_out(instance, **kwargs) -> None:
    """A page, or what its campaign's pack holds, says something new."""
    page = instance.specific
    if not isinstance(page, ContentPage) or page.alias_of_id:
        return
    transaction.on_commit(lambda: _ask(page))
    if isinstance(page, MaterialPage) and page.campaign_id:
        same = CampaignPage.objects.live().filter(campaign_id=page.campaign_id, locale_id=page.locale_id, alias_of=None)
        for campaign in same.select_related("locale"):
            transaction.on_commit(lambda campaign=campaign: _ask(campaign))


def _ask(page: ContentPage) -> Job:
    return jobs.enqueue("share-kit", f"{page.pk}:{digest_of(page)}", {"page": page.pk})


def ask_again(page: ContentPage) -> None:
    """For a page that finds its kit missing: the site moved to another address, cards look otherwise now, a restored backup
    had none. One that only some may read is not shared and never gets any."""
    job = _ask(page)
    if job.state == Job.State.DONE and shared_page(page.pk):
        jobs.retry_job(job)


def shared_page(pk: int) -> ContentPage | None:
    """The live page of that number, if it is one that is shared."""
    found = Page.objects.live().public().filter(pk=pk, alias_of=None).select_related("locale").specific().first()
    return found if isinstance(found, ContentPage) else None


@jobs.handles("share-kit")
def kit_job(args: dict):
    page = shared_page(args["page"])
    if page is None:
        return None
    make_kit(page)
    return forget_pages


def make_kit(page: ContentPage) -> None:
    """Writes the card, and the pack where the page has one; what the page said before is removed."""
    digest = digest_of(page)
    made = {"png": card_png(page)}
    if has_pack(page):
        made["zip"] = pack(page)
    with workdir() as work:
        for ending, data in made.items():
            (work / ending).write_bytes(data)
            install(work / ending, file_of(page, ending, digest))
    for old in folder().glob(f"{page.pk}-*"):
        if digest not in old.name:
            old.unlink(missing_ok=True)


def pack(page: ContentPage) -> bytes:
    """A ZIP for schools or for a whole campaign: posters, leaflets, pictures to send, QR codes, a README. The same words
    give the same bytes."""
    pages = materials_of(page) if isinstance(page, CampaignPage) else [page]
    out, sums = io.BytesIO(), []
    code = page.locale.language_code
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book, override(code if code in ("vi", "en") else "vi"):

        def add(name: str, data: bytes) -> None:
            book.writestr(zipfile.ZipInfo(name, _OPENED), data, zipfile.ZIP_DEFLATED)
            sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}")

        lines = [page.title, page.summary, address(page), ""]
        for number, one in enumerate(pages, 1):
            name = f"{number:02}_{plain(one.title)}"
            source = ReadingSource.SCHOOL if one.kind == MaterialPage.Kind.LESSON else ReadingSource.POSTER
            add(f"{name}_A3.pdf", paper_pdf(one, "poster", "a3"))
            add(f"{name}_A4.pdf", paper_pdf(one, "leaflet", "a4"))
            add(f"{name}_anh.png", card_png(one))
            add(f"{name}_qr.png", qr_png(address(one, source)))
            lines += [f"{number:02}. {one.title}", f"    {one.key_message}", f"    {address(one)}"]
        lines += ["", _("_A3: poster. _A4: leaflet. _anh: picture to send. _qr: code to print."), ""]
        add("README.txt", "\r\n".join(lines).encode())
        book.writestr(zipfile.ZipInfo("SHA256SUMS", _OPENED), "\n".join(sums) + "\n", zipfile.ZIP_DEFLATED)
    return out.getvalue()


def plain(title: str) -> str:
    """ "Hỏi kỹ trước khi đi" → "hoi-ky-truoc-khi-di", short enough for old file systems."""
    return (
        "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in fold(title)).split())[:40].strip("-")
        or "trang"
    )


# Offering ----------------------------------------------------------------------------------------------------------------


def share_context(page: ContentPage) -> dict | None:
    """What the page's share section offers, or None for what is not to be shared. No query but the campaign's own."""
    if not isinstance(page, ContentPage) or page.alias_of_id:
        return None
    digest = digest_of(page)
    card, zipped = (file_of(page, ending, digest) for ending in ("png", "zip"))
    link = address(page, ReadingSource.CARD)
    return {
        "url": link,
        "text": f"{page.title}. {message_of(page) if isinstance(page, MaterialPage) else page.summary}",
        "digest": digest,
        "card": card.stat().st_size if card.exists() else 0,
        "pack": zipped.stat().st_size if has_pack(page) and zipped.exists() else 0,
        "card_url": settings.SITE_URL + reverse("share:file", args=[page.pk, digest, "png"]),
        "page": page.pk,
        "is_whole": card.exists() and (zipped.exists() or not has_pack(page)),
    }
