"""The sizes a picture is shown in: made by a worker, never while a reader waits.

Asked for when a picture is saved, when a page that shows it goes out, and by a page that finds them missing.
"""

from django.db.models import prefetch_related_objects
from wagtail.images.models import Filter
from wagtail.images.models import Picture as PictureMarkup

from campaigns.models import Picture, PictureRendition
from campaigns.pages.cache import forget_pages
from media import jobs
from media.models import Job

# The kinds every phone can show come first, so that a page has something soon.
SHOWN = [f"format-{kind}|width-{width}" for kind in ("jpeg", "webp", "avif") for width in (360, 720)]
# What a shared link shows of it: cut around the focal point.
CARD = "fill-1200x630|format-jpeg"
_FILTERS = [Filter(spec=spec) for spec in SHOWN]
_CARD_FILTER = Filter(spec=CARD)


def pictures_in(page) -> list[Picture]:
    """The pictures of a page's body that may be shown, in order, with their renditions read; two queries more, however
    many they are."""
    found = [block.value["picture"] for block in getattr(page, "body", None) or () if block.block_type == "picture"]
    found = [picture for picture in found if picture is not None]
    if found:
        prefetch_related_objects(found, "renditions", "consent")
    return [picture for picture in found if picture.may_be_shown]


def is_ready(picture: Picture) -> bool:
    return len(picture.find_existing_renditions(*_FILTERS)) == len(_FILTERS)


def markup(picture: Picture) -> PictureMarkup | None:
    """The picture element of what is there already; None when nothing is."""
    found = picture.find_existing_renditions(*_FILTERS)
    # The widest first: its size is what the page keeps free.
    ordered = {item.spec: found[item] for item in reversed(_FILTERS) if item in found}
    return PictureMarkup(ordered, {"sizes": "(min-width: 720px) 720px, 100vw", "loading": "lazy"}) if ordered else None


def card_of(pictures: list[Picture]) -> PictureRendition | None:
    """What a shared link shows of the first picture, if it is there."""
    return pictures[0].find_existing_renditions(_CARD_FILTER).get(_CARD_FILTER) if pictures else None


def ask_for(picture: Picture) -> None:
    """Has a worker make what is missing; asking again does no harm. Another file or focal point is other work."""
    key = f"{picture.pk}:{picture.file_hash}:{_CARD_FILTER.get_cache_key(picture)}"
    job = jobs.enqueue("pictures", key, {"picture": picture.pk})
    # Its files were lost since (a restored backup, a changed set of sizes).
    if job.state == Job.State.DONE and not is_ready(picture):
        jobs.retry_job(job)


def page_published(instance, **kwargs) -> None:
    """A page goes out: what it shows is asked for, in case it was never made."""
    for picture in pictures_in(instance):
        if not is_ready(picture):
            ask_for(picture)


@jobs.handles("pictures")
def make(args: dict):
    """Makes every size of a picture that is not there yet."""
    picture = Picture.objects.filter(pk=args["picture"]).first()
    if picture is None:
        return None
    for spec in (*SHOWN, CARD):
        picture.get_rendition(spec)
    return forget_pages
