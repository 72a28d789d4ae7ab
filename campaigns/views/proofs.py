"""Photos and clips of a broadcast: added by its operator, seen by those who look after the commune, by nobody else."""

from datetime import date, datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from campaigns.broadcast import proofs
from campaigns.broadcast.desk_forms import ProofClipForm, ProofPhotoForm, RemoveProofForm
from campaigns.broadcast.month import month_end
from campaigns.broadcast.proof_retention import delete_proofs
from campaigns.models import Airing, AiringProof
from core.errors import DomainError
from media.audio.clip import CONTENT_TYPE, SUFFIX
from media.serving import ranged_response
from media.storage import absolute
from people.permissions import areas_for, may, require

_ADDING = {
    "photo": (ProofPhotoForm, proofs.add_photo),
    "clip": (ProofClipForm, proofs.add_clip),
}


def _airing(request, key) -> Airing:
    """The airing of an address, within what the person looks after."""
    require(request.user, proofs.SEE)
    units = areas_for(request.user, proofs.SEE)
    mine = Airing.objects.filter(commune__in=set().union(*units.ancestry().values()))
    rows = mine.select_related(
        "commune", "operator", "station_key__station", "version__language", "version__bulletin", "version__programme"
    )
    return get_object_or_404(rows, client_uuid=key)


@login_required
@require_GET
def airing_proofs(request, key):
    """A broadcast with its photos and clips; whoever may record it adds one."""
    airing = _airing(request, key)
    return _page(request, airing, {kind: form() for kind, (form, _add) in _ADDING.items()})


def _page(request, airing: Airing, forms: dict, status: int = 200):
    rows = airing.proofs.select_related("added_by", "removed_by", "matched__language", "matched__bulletin")
    may_add = airing.voided_at is None and may(request.user, proofs.KEEP, airing.commune)
    context = {"airing": airing, "proofs": rows, "forms": forms if may_add else None, "may_change": may_add}
    answer = render(request, "campaigns/proofs.html", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_http_methods(["POST"])
def add(request, key, kind: str):
    airing = _airing(request, key)
    require(request.user, proofs.KEEP, airing.commune)
    forms = {name: form() for name, (form, _add) in _ADDING.items()}
    make, keep = _ADDING[kind]
    form = forms[kind] = make(request.POST, request.FILES)
    if form.is_valid():
        try:
            keep(airing=airing, actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
        else:
            said = {
                "photo": _("The photo is kept. Where and when it was taken was removed from the file."),
                "clip": _("Thank you. Ten seconds are kept and compared with the broadcast now."),
            }
            messages.success(request, said[kind])
            return redirect("campaigns:proofs", airing.client_uuid)
    return _page(request, airing, forms, status=409)


def _proof(request, pk: int) -> AiringProof:
    require(request.user, proofs.SEE)
    rows = AiringProof.objects.visible_to(request.user).kept().select_related("airing__commune")
    return get_object_or_404(rows, pk=pk)


@login_required
@require_GET
def proof_file(request, pk: int):
    found = _proof(request, pk)
    suffix, content_type = (SUFFIX, CONTENT_TYPE) if found.kind == AiringProof.Kind.CLIP else (".jpg", "image/jpeg")
    return ranged_response(
        request, absolute(found.path), sha256=found.sha256, filename=f"{found.pk}{suffix}", content_type=content_type,
        attachment=False, public=False,
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def remove(request, pk: int):
    found = _proof(request, pk)
    require(request.user, proofs.KEEP, found.airing.commune)
    form = RemoveProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proofs.remove_proof(proof=found, actor=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("The file is deleted. That it was there, and your reason, stay on record."))
        return redirect("campaigns:proofs", found.airing.client_uuid)
    context = {"proof": found, "airing": found.airing, "form": form}
    return render(request, "campaigns/proof_remove.html", context)


# For administrators ------------------------------------------------------------------------------------------------


def _month(text: str | None) -> date:
    try:
        return datetime.strptime(text or "", "%Y-%m").date()
    except ValueError:
        raise Http404 from None


@login_required
@require_http_methods(["GET", "POST"])
def kept(request):
    """What is kept, by month of the broadcast; a POST deletes the files of one month and kind."""
    require(request.user, proofs.DELETE)
    areas = areas_for(request.user, proofs.DELETE)
    if request.method == "POST":
        month, kind = _month(request.POST.get("month")), request.POST.get("kind")
        if kind not in AiringProof.Kind.values:
            raise Http404
        gone = delete_proofs(first=month, last=month_end(month), areas=areas, kinds=[kind])
        said = ngettext(
            "%(number)d file was deleted. The records and the levels of proof stay.",
            "%(number)d files were deleted. The records and the levels of proof stay.",
            gone,
        )
        messages.success(request, said % {"number": gone})
        return redirect("campaigns:kept_proofs")
    family = set().union(*areas.ancestry().values())
    clip, photo = (Q(kind=kind) for kind in (AiringProof.Kind.CLIP, AiringProof.Kind.PHOTO))
    months = (
        AiringProof.objects.kept()
        .filter(airing__commune__in=family)
        .annotate(month=TruncMonth("airing__aired_on"))
        .values("month")
        .annotate(clips=Count("pk", filter=clip), photos=Count("pk", filter=photo), bytes=Sum("size"))
        .order_by("-month")
    )
    context = {
        "months": months,
        "clip_days": settings.PROOF_CLIP_DAYS,
        "photo_days": settings.PROOF_PHOTO_DAYS,
    }
    return render(request, "campaigns/proofs_kept.html", context)
