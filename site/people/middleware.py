"""Administrators and approvers without a second factor are asked to set one up before anything else."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.shortcuts import redirect

from people.permissions import needs_second_factor

_CHECKED = "second_factor_set_up"
# What must stay within reach: the set-up itself, signing out, the quick exit, and files.
_OPEN = ("/accounts/", "/lich/", "/healthz", "/static/", "/uploads/")


class SecondFactorMiddleware:
    """With REQUIRE_STAFF_MFA on, sends staff without passkey or codes to the page where they set them up.

    Costs a signed-in person one look a session: the answer is kept there once it is yes, and dropped when a factor is
    removed (people.apps).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.REQUIRE_STAFF_MFA and not request.path.startswith(_OPEN) and self._missing(request):
            return redirect("mfa_index")
        return self.get_response(request)

    def _missing(self, request) -> bool:
        user = request.user
        if not user.is_authenticated or request.session.get(_CHECKED) or not needs_second_factor(user):
            return False
        if is_mfa_enabled(user):
            request.session[_CHECKED] = True
            return False
        return True


def forget_check(sender, request, **kwargs) -> None:
    """Receiver of allauth's authenticator_removed."""
    request.session.pop(_CHECKED, None)
