"""allauth's hooks: accounts come by invitation only, and after signing in people land at their work."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.permissions import begins_in_cms, needs_second_factor, roles_of
from people.roles import Role


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        user = request.user
        if begins_in_cms(user) or user.is_superuser:
            return reverse("wagtailadmin_home")
        with override(user.written_language):
            if Role.RADIO_OPERATOR in roles_of(user):
                return reverse("campaigns:desk")
            if roles_of(user) & {Role.PROGRAMME_MANAGER, Role.SUPERVISOR}:
                return reverse("reports:coverage")
            if roles_of(user) & {Role.TRAINEE, Role.TRAINER, Role.COURSE_MANAGER}:
                return reverse("courses:home")
        return reverse("people:account")

    def post_login(self, request, user, **kwargs) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if needs_second_factor(user) and not is_mfa_enabled(user):
            with override(user.written_language):
                messages.warning(
                    request, _("Protect this account: set up a passkey or code under My account, Passkeys and codes.")
                )
        return remember_language(response, user)


def remember_language(response: HttpResponse, user) -> HttpResponse:
    """Pages without a language in their address (account, people, /cms/) follow the person's choice by this cookie."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        max_age=settings.SESSION_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
