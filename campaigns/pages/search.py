"""Finding pages by their words, with or without marks: "mua ban nguoi" finds "mua bán người".

Every word of the question must begin a word of the page. The row of a page holds its words as written and folded
(campaigns.pages.entries), so one and the same SQL answers on SQLite and PostgreSQL, in the same order: hits as written before
folded ones, titles before texts, the whole phrase before scattered words. One language has some hundreds of pages: reading
their words through costs milliseconds and leaves no second index to keep in step.
"""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from campaigns.models import PageEntry
from campaigns.pages.entries import exact_words, fold_each

# More than this nobody types to find a page; each word costs a look at every row.
MOST_WORDS = 8
_BY_RANK = ("exact_title", "exact", "folded_title", "folded")


def find(question: str, language: str, *, kind: str = "", term: str = "") -> QuerySet[PageEntry]:
    """Pages truly written in `language` (no aliases; "" is every language), best first. An empty question finds nothing."""
    words = exact_words(question).split()[:MOST_WORDS]
    found = PageEntry.objects.filter(is_alias=False)
    if language:
        found = found.filter(locale__language_code=language)
    if not words:
        return found.none()
    written = "".join(f" {word}" for word in words)
    folded = fold_each(written)
    for word in folded.split():
        found = found.filter(folded__contains=f" {word}")
    if kind:
        found = found.filter(kind=kind)
    if term:
        found = found.filter(terms__code=term)
    rank = Case(
        *(
            When(**{f"{field}__contains": written if field.startswith("exact") else folded}, then=Value(number))
            for number, field in enumerate(_BY_RANK)
        ),
        default=Value(len(_BY_RANK)),
        output_field=IntegerField(),
    )
    return found.annotate(rank=rank).order_by("rank", "-day", "pk").distinct().select_related("page")


def suggest(beginning: str, language: str, most: int = 6) -> list[PageEntry]:
    """Pages in whose title every typed word begins a word; Vietnamese ones where the language has none."""
    words = fold_each(exact_words(beginning)).split()[:MOST_WORDS]
    if not words:
        return []
    found = PageEntry.objects.filter(locale__language_code=language, is_alias=False)
    for word in words:
        found = found.filter(folded_title__contains=f" {word}")
    offered = list(found.order_by("-day", "pk").select_related("page")[:most])
    return offered if offered or language == "vi" else suggest(beginning, "vi", most)
