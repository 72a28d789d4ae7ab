"""Pages in other languages: the board of all, one page side by side, its preview, and files for work without a
connection."""

import re

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, TranslationSource

from campaigns.cms.forms import digest
from campaigns.cms.sized_files import limited
from campaigns.cms.translation import changed_words
from campaigns.cms.workbench import home
from campaigns.models import PageTranslation, TranslationSign, WatchedWord
from campaigns.pages import translating, translation_files
from campaigns.pages.ethics import findings, said_badly
from campaigns.pages.memory import in_place, readable
from campaigns.pages.translation_status import (
    Status,
    needs_native_reader,
    status_of,
    statuses,
    target_locales,
    with_help,
)
from campaigns.pages.tree import repair_asked, repair_progress
from campaigns.tasks import repair_pages
from core.cms import cms_page
from core.errors import DomainError
from core.sheets import xlsx_answer
from core.text import fold
from people.permissions import may, require
from places.models import Language

Step = TranslationSign.Step
PER_PAGE = 20
_SEE = "campaigns.see_workbench"


def word_of(status: Status) -> tuple[str, str]:
    """(kind of chip, word) for a page in a language."""
    state = status.state
    counted = f"{status.done}/{status.total}"
    if state == "live":
        return "done", _("on the site")
    if status.is_stale:
        return "stale", _("changed since: %s") % counted if not status.is_whole else _("changed since")
    if status.returned and status.next_step == Step.TRANSLATED:
        return "over", _("sent back")
    return {
        "empty": ("plain", _("awaiting translation")),
        "begun": ("due", counted),
        "whole": ("due", _("%s, not signed") % counted),
        "translated": ("due", _("awaits its reader") if needs_native_reader(status.locale) else _("awaits approval")),
        "reviewed": ("due", _("awaits approval")),
    }[state]


def _sources():
    """What can be translated: every Vietnamese page that is on the site."""
    from wagtail.models import Page

    live = Page.objects.live().filter(locale__language_code="vi", depth__gte=2, alias_of=None)
    return (
        TranslationSource.objects.filter(locale__language_code="vi", object_id__in=live.values("translation_key"))
        .select_related("specific_content_type", "locale")
        .order_by("object_repr", "pk")
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The filled-in file (PO or XLSX)"),
        widget=limited(forms.FileInput(), translation_files.LARGEST),
    )

    class Media:
        js = ["cms/file-size.js"]


def _names() -> dict[str, Language]:
    return {one.tag: one for one in Language.objects.filter(variety="")}


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def board(request):
    """All pages by language: how far, what is out of date, whose turn. POST makes the pages that are still missing."""
    require(request.user, _SEE)
    if request.method == "POST":
        require(request.user, "campaigns.write_page")
        repair_asked()
        transaction.on_commit(repair_pages.delay)
        messages.success(request, _("The missing pages are being made. This page shows how far it is."))
        return redirect("page_translations")
    locales, asked = target_locales(), request.GET.get("q", "").strip()[:100]
    rows = _sources()
    if asked:
        # With or without diacritics; pages are some hundreds.
        wanted = fold(asked)
        rows = rows.filter(pk__in=[pk for pk, title in rows.values_list("pk", "object_repr") if wanted in fold(title)])
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    found = statuses(list(page.object_list), locales)
    names = _names()
    labels = {
        one.pk: names[one.language_code].label if one.language_code in names else one.language_code for one in locales
    }
    context = {
        "breadcrumbs_items": [home(), {"url": "", "label": _("Translations")}],
        "header_title": _("Translations"),
        "header_icon": "globe",
        "languages": [(one, labels[one.pk]) for one in locales],
        "rows": [
            (
                source,
                [(one, found[source.pk, one.pk], word_of(found[source.pk, one.pk]), labels[one.pk]) for one in locales],
            )
            for source in page.object_list
        ],
        "page": page,
        "asked": asked,
        "progress": repair_progress(),
        "may_write": may(request.user, "campaigns.write_page"),
        "may_translate": may(request.user, "campaigns.translate"),
    }
    return render(request, "campaigns/translations/board.html", context)


def _find(request, pk: int, code: str) -> tuple[TranslationSource, Locale]:
    require(request.user, _SEE)
    source = get_object_or_404(_sources(), pk=pk)
    locale = next((one for one in target_locales() if one.language_code == code), None)
    if locale is None:
        get_object_or_404(Locale, pk=0)
    return source, locale


def _was(line) -> str:
    return digest(line.shown)


def _plain(data: str) -> str:
    return re.sub(r"<[^>]*>", "", readable(data, False))


def _rows(status: Status, typed: dict) -> list[dict]:
    rows = []
    watched = list(WatchedWord.objects.filter(language__tag=status.locale.language_code))
    for number, line in enumerate(status.lines, start=1):
        text, back, error = typed.get(line.segment.pk, (line.shown, line.back, ""))
        rows.append(
            {
                "number": number, "line": line, "text": text, "error": error,
                "back": line.back if back is None else back, "told": [f.text for f in said_badly(line.shown, watched)],
                # Only inline marks without attributes come out of wagtail-localize's extraction.
                "source": mark_safe(line.source), "was": _was(line), "was_back": digest(line.back),  # noqa: S308
                "rendered": mark_safe(line.text) if line.marked_up and not line.broken else line.shown,  # noqa: S308
                "changed": changed_words(line.earlier[0], line.source) if line.earlier else "",
                # What the other Vietnamese sentence says differently.
                "unlike": changed_words(_plain(line.alike.translation_of.data), _plain(line.source))
                if line.alike else "", "alike": line.alike and in_place(line.alike, line.segment),
                "elsewhere": [(one.pk, readable(one.data, line.marked_up)) for one in line.elsewhere],
            }
        )  # fmt: skip
    return rows


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def translate_page(request, pk: int, code: str):
    """Vietnamese on the left, the language on the right. POST saves what was typed and does what its button says."""
    source, locale = _find(request, pk, code)
    typed: dict = {}
    status_code = 200
    if request.method == "POST":
        status_code = 409
        translation = translating.opened(source, locale, request.user)
        typed, refused = _save(request, translation)
        if not refused and "like" in request.POST:
            typed, status_code = _likened(translation, request.POST["like"]), 200
        elif not refused and _act(request, translation):
            return redirect(
                request.path + (f"#s{request.POST['use'].partition('-')[0]}" if "use" in request.POST else "")
            )
    status = with_help(status_of(source, locale))
    names = _names()
    user = request.user
    context = {
        "breadcrumbs_items": [
            home(), {"url": reverse("page_translations"), "label": _("Translations")},
            {"url": "", "label": f"{source.object_repr} – {names[code].label if code in names else code}"},
        ],
        "header_title": source.object_repr, "header_icon": "globe", "source": source, "locale": locale,
        "language": names.get(code), "status": status, "chip": word_of(status), "rows": _rows(status, typed),
        "unsaved": bool(typed), "signs": list(reversed(status.signs)), "step": status.next_step,
        "native": needs_native_reader(locale),
        "may_write": may(user, "campaigns.translate"),
        "likened": "like" in request.POST and status_code == 200,
        "may_judge": may(user, "campaigns.review" if status.next_step == Step.REVIEWED else "campaigns.approve")
        and status.next_step in (Step.REVIEWED, Step.APPROVED) and user.pk not in status.writers,
        "wrote": user.pk in status.writers,
        "problems": translating.refusals(status, user) if status.next_step == Step.APPROVED else [],
        "remarks": [f.text for f in findings(translating.draft_of(status)) if not f.stops]
        if status.next_step == Step.APPROVED else [],
    }  # fmt: skip
    return render(request, "campaigns/translations/page.html", context, status=status_code)


def _save(request, translation: PageTranslation) -> tuple[dict, bool]:
    """Saves each text that was edited; (what was typed when something was refused, was any refused?)."""
    typed, refused = {}, False
    for line in status_of(translation.source, translation.locale).lines:
        key = line.segment.pk
        if (text := request.POST.get(f"text-{key}")) is None:
            continue
        text = text.replace("\r\n", "\n").strip()
        back = request.POST.get(f"back-{key}", line.back).replace("\r\n", "\n").strip()
        was = request.POST.get(f"was-{key}")
        error = ""
        changed = digest(text) != was
        if changed and digest(line.shown) != was and text != line.shown:
            error = _(
                "Somebody else has saved this segment meanwhile: “%(text)s”. Yours is kept here, not saved yet."
            ) % {"text": line.shown}
        elif changed or (f"back-{key}" in request.POST and digest(back) != request.POST.get(f"was-back-{key}")):
            try:
                translating.save_text(
                    translation=translation, segment=line.segment, text=text if changed else line.shown,
                    actor=request.user, back=back if f"back-{key}" in request.POST else None,
                )  # fmt: skip
            except DomainError as refusal:
                error = str(refusal)
        refused = refused or bool(error)
        typed[key] = (text, back, error)
    if refused:
        messages.error(request, _("Not everything was saved. What you wrote is still on this page."))
        return typed, True
    return {}, False


def _act(request, translation: PageTranslation) -> bool:
    data, actor = request.POST, request.user
    try:
        if "use" in data:
            translating.use_suggestion(translation=translation, actor=actor, **_asked(translation, data["use"]))
            return True
        if "memory" in data:
            n = translating.fill_from_memory(translation=translation, actor=actor)
            told = ngettext(
                "%(n)s sentence taken from other pages. Read it before you finish.",
                "%(n)s sentences taken from other pages. Read them before you finish.", n,
            )  # fmt: skip
            messages.success(request, told % {"n": n})
        elif "finish" in data:
            translating.finish(translation=translation, actor=actor)
            messages.success(request, _("You have signed this translation. Thank you."))
        elif "review" in data:
            translating.review(translation=translation, actor=actor)
            messages.success(request, _("You have signed this translation. Thank you."))
        elif "approve" in data:
            page = translating.approve(translation=translation, actor=actor)
            messages.success(
                request, format_html('{} <a href="{}">{}</a>', _("It is on the site."), page.url, page.title)
            )
        elif "return" in data:
            translating.send_back(translation=translation, actor=actor, note=data.get("note", ""))
            messages.success(request, _("Sent back to the translator."))
        else:
            messages.success(request, _("Saved."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def _asked(translation: PageTranslation, asked: str) -> dict:
    """The segment and the suggestion that a button names."""
    segment, _dash, suggestion = asked.partition("-")
    if not (segment.isdecimal() and suggestion.isdecimal()):
        raise Http404
    segments = translation.source.stringsegment_set.select_related("string", "context")
    suggestions = StringTranslation.objects.filter(locale=translation.locale).select_related("translation_of")
    return {
        "segment": get_object_or_404(segments, pk=segment),
        "suggestion": get_object_or_404(suggestions, pk=suggestion),
    }


def _likened(translation: PageTranslation, asked: str) -> dict:
    """The words of a sentence that is only like this one, in its box and not saved: they do not fit as they are."""
    found = _asked(translation, asked)
    note = _("From a similar sentence, not saved yet. Change what differs, then save.")
    return {found["segment"].pk: (in_place(found["suggestion"], found["segment"]), None, note)}


@cms_page
@require_safe
def preview_page(request, pk: int, code: str):
    """The page as it would read; what is missing reads Vietnamese."""
    source, locale = _find(request, pk, code)
    try:
        draft = translating.draft_of(status_of(source, locale))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("page_translate", pk, code)
    return draft.make_preview_request(request, draft.default_preview_mode)


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def files(request, code: str, kind: str = ""):
    """`kind` po or xlsx: every sentence of the site with its translation. Without: a form that takes such a file in."""
    require(request.user, "campaigns.translate")
    locale = next((one for one in target_locales() if one.language_code == code), None)
    if locale is None:
        get_object_or_404(Locale, pk=0)
    sources = list(_sources())
    if request.method != "POST" and kind:
        return _download(sources, locale, kind)
    form, outcome = FileForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            rows, made = translation_files.from_file(upload.name, upload.read(translation_files.LARGEST + 1), locale)
            outcome = translation_files.take_in(
                rows=rows, made=made, locale=locale, sources=sources, actor=request.user
            )
        except DomainError as refusal:
            form.add_error("file", str(refusal))
    names = _names()
    label = names[code].label if code in names else code
    context = {
        "breadcrumbs_items": [
            home(), {"url": reverse("page_translations"), "label": _("Translations")}, {"url": "", "label": label}
        ],
        "header_title": _("Work without a connection"), "header_icon": "download", "form": form, "outcome": outcome,
        "locale": locale, "label": label,
    }  # fmt: skip
    return render(request, "campaigns/translations/files.html", context, status=409 if form.errors else 200)


def _download(sources, locale: Locale, kind: str) -> HttpResponse:
    if kind == "xlsx":
        return xlsx_answer(translation_files.to_xlsx(sources, locale), locale.language_code)
    data = translation_files.to_po(sources, locale)
    response = HttpResponse(data, content_type="text/x-gettext-translation; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{locale.language_code}.po"'
    return response


def to_our_editor(request, page):
    """Opening a translated page for editing leads to its sentences: words typed in Wagtail's editor would be lost at the
    next approval."""
    if page.locale.language_code == "vi":
        return None
    found = PageTranslation.objects.filter(source__object_id=page.translation_key, locale=page.locale_id).first()
    if found is None or not may(request.user, _SEE):
        return None
    return redirect("page_translate", found.source_id, page.locale.language_code)
