"""Two questions after a page or a session, for everybody: no account, no cookie, no script, nothing to write into.

A signed note in the form stands for the CSRF cookie. Nothing here acts in the name of who is signed in.
"""

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from campaigns.models import ContentPage, DirectSession
from campaigns.pages import reach
from core.errors import DomainError


class AnswerForm(forms.Form):
    note = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for question in reach.QUESTIONS:
            self.fields[question.code] = forms.ChoiceField(
                label=question.words, choices=list(question.choices.items()), widget=forms.RadioSelect
            )


def _ask(request, subject: str, about: dict, **to):
    form = AnswerForm(request.POST or None, initial={"note": reach.note_for(subject)})
    context = about | {"form": form, "thanks": "xong" in request.GET, "right": [
        (question.words, question.choices[question.right]) for question in reach.QUESTIONS if question.right
    ]}  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            reach.answer(note=given.pop("note"), subject=subject, choices=given, **to)
        except DomainError as refusal:
            form.data = form.data.copy()
            form.data["note"] = reach.note_for(subject)
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{request.path}?xong")
    response = render(request, "campaigns/reach.html", context, status=409 if form.is_bound else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def of_page(request, pk: int):
    page = get_object_or_404(Page.objects.live().public().select_related("locale"), pk=pk)
    if not isinstance(page.specific, ContentPage):
        raise Http404
    about = {"title": page.title, "lang": page.locale.language_code, "back": page.get_url(request)}
    return _ask(request, f"page {pk}", about, page=page)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def of_session(request, key: str):
    """Says of the session what kind it was, and neither where nor when."""
    session = get_object_or_404(DirectSession.objects.counted(), pk=reach.session_of(key))
    about = {"title": _("After the session: %(kind)s") % {"kind": session.get_kind_display()}, "back": ""}
    return _ask(request, f"session {session.pk}", about, session=session)
