"""A person's own account."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from people.adapters import remember_language
from people.forms import AccountForm
from people.models import Invitation
from people.permissions import current_memberships, may, needs_second_factor


@login_required
def account(request):
    """My name and contact, what I am here, how I sign in."""
    user = request.user
    form = AccountForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return remember_language(redirect("people:account"), user)
    return render(
        request,
        "people/account.html",
        {
            "form": form,
            "memberships": current_memberships(user),
            "sees_people": may(user, "people.see"),
            "sees_communes": may(user, "places.see_commune"),
            "second_factor_missing": needs_second_factor(user) and not is_mfa_enabled(user),
        },
    )


@login_required
def my_data(request):
    """Everything kept about me, as JSON."""
    user = request.user
    data = {
        "name": user.name, "email": user.email, "phone": user.phone, "language": user.language,
        "joined": user.date_joined.isoformat(),
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "addresses": list(user.emailaddress_set.values("email", "verified", "primary")),
        "second_factors": list(user.authenticator_set.values_list("type", flat=True)),
        "invitations": [
            {
                "email": i.email, "role": i.role, "area": i.area.name, "invited_by": i.invited_by.name,
                "created": i.created_at.isoformat(), "accepted": i.accepted_at.isoformat() if i.accepted_at else None,
            }
            for i in Invitation.objects.filter(Q(accepted_by=user) | Q(email=user.email)).select_related(
                "area", "invited_by"
            )
        ],
        "memberships": [
            {
                "role": m.role, "organisation": m.organisation.name, "area": m.area.name, "post": m.post,
                "from": m.starts_on.isoformat(), "until": m.ends_on.isoformat() if m.ends_on else None,
                "duties": [duty.name for duty in m.duties.all()],
            }
            for m in user.memberships.select_related("organisation", "area").prefetch_related("duties")
        ],
    }  # fmt: skip
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
