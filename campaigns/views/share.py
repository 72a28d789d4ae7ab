"""What readers take away from a page: its picture, its pack, a QR code, a paper with the commune's name. All of it public."""

import hashlib
import threading

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from campaigns import pace
from campaigns.models import ReadingSource
from campaigns.pages import sharing
from campaigns.pages.paper import PAPERS, address, paper_pdf, qr_png
from media.printing import qr_svg
from media.serving import ranged_response
from media.storage import sha256_of
from places.models import AdministrativeUnit

_TYPES = {"png": "image/png", "zip": "application/zip"}
# A paper costs as much as many pages, and anybody may ask for one. A whole village may share one address.
FROM_ONE_ADDRESS, WHILE = 60, 600
# Strangers keep one core busy at the most: whoever comes meanwhile waits so many seconds, then is asked to come again.
_making, PATIENCE = threading.BoundedSemaphore(1), 3.0


class PaperForm(forms.Form):
    """What is printed, how large, for whom."""

    kind = forms.ChoiceField(
        label=_("What do you want to print?"), widget=forms.RadioSelect, initial="poster",
        choices=[("poster", _("poster")), ("leaflet", _("leaflet")), ("folded", _("folded leaflet, A4 in three"))],
    )  # fmt: skip
    size = forms.ChoiceField(
        label=_("On which paper?"), widget=forms.RadioSelect, initial="a4",
        choices=[("a3", "A3"), ("a4", "A4"), ("a5", "A5")],
    )  # fmt: skip
    commune = forms.ModelChoiceField(
        AdministrativeUnit.objects.none(), label=_("For which commune?"), required=False,
        help_text=_("Its name is printed beside the help line."),
    )  # fmt: skip
    bleed = forms.BooleanField(
        label=_("For a print shop: 3 mm bleed and cutting marks"), required=False
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = AdministrativeUnit.objects.current().communes().order_by("name")

    def clean(self):
        data = super().clean()
        kind, size = data.get("kind"), data.get("size")
        if kind in PAPERS and size and size not in PAPERS[kind]:
            fits = ", ".join(one.upper() for one in PAPERS[kind])
            self.add_error("size", _("This is printed on %(sizes)s.") % {"sizes": fits})
        return data


def _page(pk: int):
    page = sharing.shared_page(pk)
    if page is None:
        raise Http404
    return page


@require_safe
def file(request, pk: int, digest: str, ending: str):
    """The card or the pack, as long as the page says what its name stands for."""
    page = _page(pk)
    path = sharing.file_of(page, ending)
    if digest != sharing.digest_of(page) or not path.exists():
        raise Http404
    return ranged_response(
        request, path, sha256=sha256_of(path), filename=f"{sharing.plain(page.title)}.{ending}",
        content_type=_TYPES[ending], attachment=ending == "zip",
    )  # fmt: skip


@require_safe
@cache_control(public=True, max_age=86400)
def qr(request, pk: int, source: str, ending: str):
    """The code of a page for one place where it is shown."""
    if source not in ReadingSource.values:
        raise Http404
    text = address(_page(pk), source)
    if ending == "svg":
        return HttpResponse(qr_svg(text), content_type="image/svg+xml")
    return HttpResponse(qr_png(text), content_type="image/png")


@require_safe
def paper(request, pk: int):
    """The form, or, when it is filled in, the PDF."""
    page = _page(pk)
    if "kind" not in request.GET:
        return _form(request, page, PaperForm())
    form = PaperForm(request.GET)
    if not form.is_valid():
        return _form(request, page, form, 400)
    if pace.count(f"paper:{pace.network(request)}", WHILE) > FROM_ONE_ADDRESS:
        form.add_error(None, _("Many papers were made from this connection. Wait ten minutes, then try again."))
        return _form(request, page, form, 429)
    if not _making.acquire(timeout=PATIENCE):
        form.add_error(None, _("Many papers are being made just now. Try again in a moment."))
        return _form(request, page, form, 503)
    data = form.cleaned_data
    try:
        made = paper_pdf(page, data["kind"], data["size"], commune=data["commune"], bleed=data["bleed"])
    finally:
        _making.release()
    name = f"{sharing.plain(page.title)}_{data['kind']}_{data['size']}"
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["ETag"] = f'"{hashlib.sha256(made).hexdigest()[:32]}"'
    response["Cache-Control"] = "public, max-age=300"
    return response


def _form(request, page, form, status: int = 200):
    sources = [one for one in ReadingSource if one]
    codes = [{"source": one.value, "label": one.label} for one in sources]
    return render(request, "campaigns/pages/print.html", {"page": page, "form": form, "codes": codes}, status=status)
