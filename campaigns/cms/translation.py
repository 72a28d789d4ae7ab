"""Translation side by side: Vietnamese on the left, the version's language on the right."""

import difflib

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns.broadcast import scripts, versions
from campaigns.cms.forms import digest
from campaigns.cms.version_pages import attempt, find_version, frame
from campaigns.models import BulletinVersion, Segment
from core.cms import cms_page
from core.errors import DomainError


def changed_words(before: str, after: str):
    """`after` with what is new in <ins> and what is gone in <del>, word by word; safe HTML."""
    old, new = before.split(), after.split()
    pieces = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(format_html("{} ", " ".join(new[c:d])))
            continue
        if b > a:
            pieces.append(format_html("<del>{}</del> ", " ".join(old[a:b])))
        if d > c:
            pieces.append(format_html("<ins>{}</ins> ", " ".join(new[c:d])))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _translation_rows(version: BulletinVersion, typed: dict | None = None) -> list[dict]:
    """One row a segment for the side-by-side table. `typed`: {segment id: (text, back translation, refusal)}."""
    found = []
    for number, line in enumerate(scripts.lines(version), start=1):
        segment, row = line.segment, line.row
        text, back = line.text, row.back_translation if row else ""
        error = ""
        if typed and segment.pk in typed:
            text, back, error = typed[segment.pk]
        found.append(
            {
                "number": number, "segment": segment, "stale": line.stale, "error": error, "text": text, "back": back,
                "was": digest(line.text), "was_back": digest(row.back_translation if row else ""),
                "changed": changed_words(row.source_text, segment.text) if line.stale else "",
                "seconds": scripts.reading_seconds(text or segment.text, version.language.words_per_minute),
                "needs_back": segment.kind in (Segment.Kind.KEY_MESSAGE, Segment.Kind.HOTLINE),
            }
        )  # fmt: skip
    return found


@cms_page
@require_http_methods(["GET", "HEAD", "POST"])
def translate(request, pk: int):
    """Vietnamese on the left, the version's language on the right. POST saves what was typed, and, by its button,
    marks one segment as checked or finishes the translation."""
    version = find_version(request, pk)
    typed: dict = {}
    if request.method == "POST":
        typed, refused = _save_texts(request, version)
        if not refused and _translate_act(request, version):
            return redirect("version_translate" if "finish" not in request.POST else "version_workbench", pk)
    missing = versions.missing_text(version)
    context = frame(request, version, "version_translate") | {
        "rows": _translation_rows(version, typed),
        "missing": len(missing),
        "seconds": scripts.version_seconds(version),
        "unsaved": bool(typed),
    }
    return render(request, "campaigns/cms/translate.html", context, status=409 if typed else 200)


def _save_texts(request, version: BulletinVersion) -> tuple[dict, bool]:
    """Saves each text that was edited; (everything typed, was any refused?). A text somebody else has saved meanwhile
    is not overwritten."""
    typed, refused = {}, False
    for line in scripts.lines(version):
        pk = line.segment.pk
        text = request.POST.get(f"text-{pk}")
        if text is None or not line.segment.is_spoken:
            continue
        back, saved_back = request.POST.get(f"back-{pk}", ""), line.row.back_translation if line.row else ""
        text, back = text.replace("\r\n", "\n").strip(), back.replace("\r\n", "\n").strip()
        was, was_back = request.POST.get(f"was-{pk}"), request.POST.get(f"was-back-{pk}")
        error = ""
        edited = digest(text) != was or (f"back-{pk}" in request.POST and digest(back) != was_back)
        if edited and digest(line.text) != was and text != line.text:
            error = _(
                "Somebody else has saved this segment meanwhile: “%(text)s”. Yours is kept here, not saved yet."
            ) % {"text": line.text}
        elif edited:
            try:
                versions.save_translation(
                    version=version, segment=line.segment, text=text, actor=request.user,
                    back_translation=back if f"back-{pk}" in request.POST else saved_back,
                )  # fmt: skip
            except DomainError as refusal:
                error = str(refusal)
        refused = refused or bool(error)
        typed[pk] = (text, back, error)
    if refused:
        messages.error(request, _("Not everything was saved. What you wrote is still on this page."))
    return typed, refused


def _translate_act(request, version: BulletinVersion) -> bool:
    if check := request.POST.get("check"):
        segment = get_object_or_404(Segment, pk=check if check.isdecimal() else 0, bulletin=version.bulletin_id)
        done = attempt(
            lambda: versions.mark_checked(version=version, segment=segment, actor=request.user), request=request
        )
        if done:
            messages.success(request, _("Checked: it still fits."))
        return done
    if "finish" in request.POST:
        done = attempt(lambda: versions.finish_translation(version=version, actor=request.user), request=request)
        if done:
            messages.success(request, _("The translation is finished. Now a native voice records it."))
        return done
    messages.success(request, _("Saved."))
    return True
