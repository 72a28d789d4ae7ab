from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_removed

        from people.middleware import forget_check

        authenticator_removed.connect(forget_check, dispatch_uid="people.forget_second_factor_check")
