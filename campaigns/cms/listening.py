"""The page where a page of the site gets its voice, another recording and its video: sent in, given words, handed over,
judged. Each act is a POST that calls one function of campaigns.pages.listening; a refusal comes back as a sentence."""

from django import forms
from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page

from campaigns.cms.forms import RecordingForm
from campaigns.cms.recording import for_page
from campaigns.cms.sounds import stream
from campaigns.cms.version_pages import attempt
from campaigns.cms.workbench import home
from campaigns.models import PageMedia, SitePage
from campaigns.pages import listening
from campaigns.pages.offers import captions_digest, offers_of_items
from campaigns.pages.translation_status import needs_native_reader
from core.cms import cms_page
from core.errors import DomainError
from media.recordings import receive_recording
from media.uploads import store_whole
from media.videos import receive_video
from people.permissions import may, require
from places.models import Language

Kind, State = PageMedia.Kind, PageMedia.State
_SEE = "campaigns.see_workbench"
_LARGEST_CAPTIONS = 200_000
# state → kind of chip
_CHIPS = {State.DRAFT: "draft", State.FINISHED: "due", State.REVIEWED: "due", State.PUBLIC: "done"}


class MediaForm(RecordingForm):
    """A sound or a film, for one of the three places of a page."""

    kind = forms.ChoiceField(choices=Kind, widget=forms.HiddenInput)

    def clean(self):
        if not self.data.get("upload") and not self.files.get("file"):
            raise forms.ValidationError(_("Choose a file first."))
        return super().clean()


class WordsForm(forms.Form):
    """What is said in a recording, for those who do not hear it."""

    title = forms.CharField(label=gettext_lazy("Title, as it stands above it"), max_length=120, required=False)
    transcript = forms.CharField(
        label=gettext_lazy("Transcript"), required=False, max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Everything that is said, one paragraph a line. Invented situations only: nobody's real story."),
    )  # fmt: skip
    captions = forms.CharField(
        label=gettext_lazy("Captions (WebVTT)"), required=False, max_length=_LARGEST_CAPTIONS,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Or a captions file (.vtt)"), required=False,
        help_text=gettext_lazy("It takes the place of what stands above."),
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
    )  # fmt: skip
    no_speech = forms.BooleanField(label=gettext_lazy("Nobody speaks in it"), required=False)
    is_synthetic = forms.BooleanField(label=gettext_lazy("The voice is synthetic"), required=False)

    def __init__(self, *args, item: PageMedia, **kwargs):
        names = ("title", "transcript", "captions", "no_speech", "is_synthetic")
        super().__init__(*args, initial={name: getattr(item, name) for name in names}, **kwargs)
        if not item.is_video:
            del self.fields["no_speech"]
        if item.kind == Kind.VOICE:
            del self.fields["title"]
        if listening.speaks_its_words(item):
            # The text of the page is the transcript.
            del self.fields["transcript"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file:
            return ""
        try:
            return file.read(_LARGEST_CAPTIONS).decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise forms.ValidationError(
                _("This file is not text in UTF-8. Save it as WebVTT and send it again.")
            ) from wrong


def _find(request, pk: int) -> Page:
    require(request.user, _SEE)
    page = get_object_or_404(Page.objects.select_related("locale", "alias_of__locale").filter(depth__gte=2), pk=pk)
    if not issubclass(page.specific_class, SitePage):
        raise Http404
    return page


def _item(request, pk: int) -> PageMedia:
    require(request.user, _SEE)
    rows = PageMedia.objects.select_related("page__locale", "recording", "video", "programme", "sent_by")
    return get_object_or_404(rows, pk=pk)


def word_of(item: PageMedia) -> tuple[str, str]:
    """(kind of chip, word): where it stands and what it waits for."""
    if item.is_stale:
        return "stale", _("reads an earlier text")
    act = listening.next_act(item)
    waits = {"campaigns.review": _("waits for a native listener"), "campaigns.approve": _("waits for approval")}
    return _CHIPS.get(item.state, "plain"), waits.get(act) or item.get_state_display()


def _row(user, item: PageMedia, form: WordsForm | None = None) -> dict:
    act, state = listening.next_act(item), listening.work_state(item)
    offer = offers_of_items([item])[0] if item.programme_id or (item.is_video and state[0] == "ready") else None
    judges = act in ("campaigns.review", "campaigns.approve") and may(user, act)
    problems = listening.refusals(item, user) if judges and act == "campaigns.approve" else []
    return {
        "item": item, "chip": word_of(item), "state": state[0], "why": state[1], "act": act,
        "sound": for_page(item.recording), "offer": offer if offer and offer.sources else None,
        "form": form or WordsForm(item=item), "lacking": list(listening.lacking(item)) if item.state == State.DRAFT else [],
        "caption_problems": listening.caption_problems(item), "judges": judges, "problems": problems,
        "had_a_hand": user.pk in item.makers | {item.reviewed_by_id},
        "retry": state[0] == "refused" and not (item.recording and item.recording.findings),
        "captions_url": reverse("listening:captions", args=[item.pk, captions_digest(item)]) if item.captions else "",
    }  # fmt: skip


_SLOTS = {
    Kind.VOICE: (
        gettext_lazy("The voice of the page"),
        gettext_lazy("Somebody reads the page as it stands here, for those who would rather listen. The text is the transcript."),
    ),
    Kind.SOUND: (
        gettext_lazy("Another recording"),
        gettext_lazy("A skit, a song, a programme: with its own transcript."),
    ),
    Kind.VIDEO: (
        gettext_lazy("Video"),
        gettext_lazy("Up to ten minutes. It is made small for slow connections; captions are needed before it goes out."),
    ),
}  # fmt: skip


@cms_page
@require_safe
def page_listening(request, pk: int):
    return _page(request, _find(request, pk))


def _page(request, page: Page, *, form=None, words: WordsForm | None = None, of: int | None = None, status: int = 200):
    user = request.user
    rows = page.media_items.select_related("recording", "video", "programme", "page__locale", "sent_by")
    open_rows = {row.kind: row for row in rows.open()}
    public = {row.kind: row for row in rows.filter(state=State.PUBLIC)}
    read = listening.words_page(page)
    language = Language.objects.filter(tag=page.locale.language_code, variety="").first()
    slots = []
    for kind, (label, help_text) in _SLOTS.items():
        item = open_rows.get(kind)
        shown = public.get(kind)
        slots.append(
            {
                "kind": kind, "label": label, "help": help_text, "field_id": f"f-{kind}",
                "form": form if form is not None and form.data.get("kind") == kind else None,
                "open": _row(user, item, words if item and of == item.pk else None) if item else None,
                "public": shown and {"item": shown, "chip": word_of(shown), "offer": offers_of_items([shown])[0]},
            }
        )  # fmt: skip
    may_borrow = (
        page.locale.language_code != "vi" and Kind.VIDEO not in public and Kind.VIDEO not in open_rows
        and PageMedia.objects.public().filter(
            page__translation_key=page.translation_key, page__locale__language_code="vi", kind=Kind.VIDEO
        ).exists()
    )  # fmt: skip
    context = {
        "breadcrumbs_items": [
            home(), {"url": reverse("wagtailadmin_explore", args=[page.get_parent().pk]), "label": page.get_parent().title},
            {"url": "", "label": page.title},
        ],
        "header_title": _("Voice and video"), "header_icon": "media", "site_page": page, "slots": slots,
        "language": language, "code": page.locale.language_code, "native": needs_native_reader(page.locale),
        "lines": listening.words_of(read), "words_lang": read.locale.language_code,
        "seconds": listening.reading_seconds(page), "may_record": may(user, "campaigns.record"),
        "may_withdraw": may(user, "campaigns.withdraw"), "may_approve": may(user, "campaigns.approve"),
        "may_borrow": may_borrow and may(user, "campaigns.record"), "waiting": _is_waiting(page),
    }  # fmt: skip
    return render(request, "campaigns/cms/page_listening.html", context, status=status)


def _is_waiting(page: Page) -> bool:
    rows = page.media_items.open().select_related("recording", "video", "programme")
    return any(listening.work_state(item)[0] == "waiting" for item in rows)


@cms_page
@require_safe
def page_listening_progress(request, pk: int):
    """{"waiting": bool}: is anything of this page still being checked or made?"""
    return JsonResponse({"waiting": _is_waiting(_find(request, pk))})


@cms_page
@require_POST
def page_listening_add(request, pk: int):
    """Takes in a sound or a film, or (borrow) the Vietnamese page's video."""
    page, user = _find(request, pk), request.user
    require(user, "campaigns.record")
    here = redirect("page_listening", pk)
    if "borrow" in request.POST:
        if attempt(lambda: listening.borrow(page=page, actor=user), request=request):
            messages.success(request, _("The video is here. Now write its captions in this language."))
        return here
    form = MediaForm(request.POST, request.FILES, user=user)

    def take_in() -> None:
        data = form.cleaned_data
        upload = data.get("arrived") or store_whole(owner=user, file=data["file"])
        if data["kind"] == Kind.VIDEO:
            made = {"video": receive_video(owner=user, title=upload.filename, upload=upload)}
        else:
            expected = listening.reading_seconds(page) if data["kind"] == Kind.VOICE else None
            made = {
                "recording": receive_recording(
                    owner=user, title=upload.filename, upload=upload, expected_seconds=expected
                )
            }
        listening.attach(page=page, kind=data["kind"], actor=user, **made)

    if form.is_valid() and attempt(take_in, form):
        messages.success(request, _("It has arrived and is being checked. The verdict appears here by itself."))
        return redirect(f"{reverse('page_listening', args=[pk])}#{form.cleaned_data['kind']}")
    return _page(request, page, form=form, status=409)


@cms_page
@require_POST
def page_listening_act(request, pk: int):
    """One step of a recording or video: the button's name says which."""
    item, user, data = _item(request, pk), request.user, request.POST
    place = f"{reverse('page_listening', args=[item.page_id])}#{item.kind}"
    if {"words", "suggest", "finish"} & set(data):
        return _words(request, item, place)
    acts = {
        "review": (lambda: listening.review(item=item, actor=user), _("You have signed it. Thank you.")),
        "approve": (lambda: listening.approve(item=item, actor=user), _("It is on the page.")),
        "return": (
            lambda: listening.send_back(item=item, actor=user, note=data.get("note", "")), _("Sent back with your remark."),
        ),
        "fits": (lambda: listening.still_fits(item=item, actor=user), _("Checked: it still fits.")),
        "reword": (lambda: listening.reword(item=item, actor=user), _("Change the words; then hand it over again.")),
        "retry": (lambda: listening.try_again(item=item, actor=user), _("It is being checked again.")),
        "off": (
            lambda: listening.take_off(item=item, actor=user, reason=data.get("reason", "")), _("Taken away."),
        ),
    }  # fmt: skip
    chosen = next((acts[name] for name in acts if name in data), None)
    if chosen is None:
        raise Http404
    if not attempt(chosen[0], request=request):
        return _page(request, item.page, status=409)
    messages.success(request, chosen[1])
    return redirect(place)


def _words(request, item: PageMedia, place: str):
    """Saves the words, and then has captions made of them or hands it over. What was typed is never lost."""
    user = request.user
    require(user, "campaigns.record")
    form = WordsForm(request.POST, request.FILES, item=item)
    if not form.is_valid():
        return _page(request, item.page, words=form, of=item.pk, status=409)
    data = form.cleaned_data
    try:
        problems = listening.write_words(
            item=item, actor=user, transcript=data.get("transcript", item.transcript),
            captions=data["file"] or data["captions"], title=data.get("title"), no_speech=data.get("no_speech", False),
            is_synthetic=data["is_synthetic"],
        )  # fmt: skip
        if "suggest" in request.POST:
            listening.suggest_captions(item=item, actor=user)
            messages.success(request, _("The captions are written. Listen along: their times are an estimate."))
        elif "finish" in request.POST:
            listening.finish(item=item, actor=user)
            messages.success(request, _("Handed over. The others see it on their home page."))
        elif not problems:
            messages.success(request, _("Saved."))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return _page(request, item.page, status=409)
    if problems and "suggest" not in request.POST:
        messages.error(request, _("Saved, but the captions are not right yet: see the lines below."))
    return redirect(place)


@cms_page
@require_safe
def page_listening_source(request, pk: int):
    """The recording as it came, for those who judge it."""
    item = _item(request, pk)
    if item.recording is None:
        raise Http404
    return stream(request, item.recording)


def waiting_items(user, most: int) -> list[tuple]:
    """(item, chip) of what waits for this person: to be heard, to be approved, and voices that read an earlier text."""
    rows = PageMedia.objects.select_related("page__locale", "recording", "video", "programme").order_by("sent_at")
    found = []
    if may(user, "campaigns.review") or may(user, "campaigns.approve"):
        handed = rows.filter(state__in=(State.FINISHED, State.REVIEWED))
        found += [one for one in handed[: 3 * most] if may(user, listening.next_act(one)) and user.pk not in one.makers]
    if may(user, "campaigns.record"):
        found += list(rows.filter(state=State.PUBLIC, is_stale=True, page__live=True)[:most])
        found += list(rows.filter(state=State.DRAFT, sent_by=user).exclude(note="")[:most])
    return [(item, word_of(item)) for item in found[:most]]
