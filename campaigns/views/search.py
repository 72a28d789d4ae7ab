"""The search page and its suggestions while typing. Nothing that is typed is kept."""

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from campaigns.models import PageEntry, Term
from campaigns.pages.context import PER_PAGE, cards, kind_label
from campaigns.pages.search import find, suggest

LONGEST_QUESTION = 100


def search(request):
    language = get_language()
    question = " ".join(request.GET.get("q", "").split())[:LONGEST_QUESTION]
    kind, term = request.GET.get("kind", ""), request.GET.get("term", "")
    kinds = sorted(PageEntry.objects.filter(is_alias=False).order_by().values_list("kind", flat=True).distinct())
    pages = Paginator(find(question, language, kind=kind if kind in kinds else "", term=term), PER_PAGE)
    shown = pages.get_page(request.GET.get("page"))
    # A language with little of its own: what is there in Vietnamese helps more than nothing.
    elsewhere = []
    if question and language != "vi" and not shown.object_list:
        elsewhere = cards(find(question, "vi", kind=kind if kind in kinds else "")[:PER_PAGE])
    context = {
        "question": question,
        "pages": shown,
        "found": pages.count,
        "entries": cards(shown),
        "elsewhere": elsewhere,
        "kinds": [{"code": code, "label": kind_label(code)} for code in kinds],
        "audiences": Term.objects.filter(kind=Term.Kind.AUDIENCE, is_active=True),
        "asked_kind": kind,
        "asked_term": term,
    }
    response = render(request, "campaigns/pages/search.html", context)
    response.same_for_all = True
    return response


def suggestions(request):
    """{"pages": [{title, url, lang}]} for what is typed so far."""
    found = suggest(request.GET.get("q", "")[:LONGEST_QUESTION], get_language())
    pages = [{"title": one.title, "url": one.page.url, "lang": one.language} for one in found]
    return JsonResponse({"pages": pages})
