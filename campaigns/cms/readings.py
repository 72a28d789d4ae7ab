"""How often pages are read, for those who write and watch over them: totals, never readers."""

from datetime import date

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from campaigns.cms.workbench import home
from campaigns.models import ReadingSource
from campaigns.pages.reach import QUESTIONS, answers, by_page, of_pages
from campaigns.pages.readings import LEAST, readings
from campaigns.villages.forms import day_input
from core.cms import cms_page
from people.permissions import may
from places.models import Language

# Of the pages whose two questions were answered, so many are listed.
MOST_PAGES = 50


class PeriodForm(forms.Form):
    """A period and a language; empty fields: this year until today, every language."""

    first = forms.DateField(label=_("From"), required=False, widget=day_input())
    last = forms.DateField(label=_("To"), required=False, widget=day_input())
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        languages = Language.objects.active().filter(variety="")
        self.fields["language"].choices = [("", _("any language")), *((one.tag, one.label) for one in languages)]


@cms_page
@require_safe
def page_readings(request):
    if not may(request.user, "campaigns.see_workbench"):
        raise PermissionDenied
    form = PeriodForm(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    today = timezone.localdate()
    last = data.get("last") or today
    first = data.get("first") or date(last.year, 1, 1)
    sources = dict(ReadingSource.choices)
    names = {one.tag: one.label for one in Language.objects.filter(variety="")}
    rows = [
        {
            "title": row["page__title"], "language": row["page__locale__language_code"],
            "language_name": names.get(row["page__locale__language_code"], row["page__locale__language_code"]),
            "source": sources.get(row["source"], ""), "times": row["total"], "few": row["total"] < LEAST,
        }
        for row in readings(first=first, last=last, language=data.get("language", ""))
    ]  # fmt: skip
    kept = request.GET.copy()
    kept.pop("p", None)
    said = of_pages(first=first, last=last, language=data.get("language", ""))
    answered = [
        one | {"language_name": names.get(one["language"], one["language"])} for one in by_page(said)[:MOST_PAGES]
    ]
    context = {
        "breadcrumbs_items": [home(), {"url": "", "label": _("Readings")}], "header_title": _("Readings"),
        "answers": answers(said), "answered": answered, "questions": QUESTIONS,
        "header_icon": "view", "form": form, "first": first, "last": last, "least": LEAST,
        "page": Paginator(rows, 50).get_page(request.GET.get("p")),
    }  # fmt: skip
    return render(request, "campaigns/cms/readings.html", context)
