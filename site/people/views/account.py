"""A person's own account."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from people.adapters import remember_language
from people.forms import AccountForm
from people.my_data import kept_about
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
    response = JsonResponse(kept_about(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
