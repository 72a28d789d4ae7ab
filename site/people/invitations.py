"""Invitations: the only way to an account. Each is bound to one address, works once, and ends after two weeks."""

import logging
import time
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage, get_connection
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.errors import DomainError
from people.membership import grant_membership
from people.models import INVITATION_LIFETIME, Duty, Invitation, Organisation, User, new_token
from people.permissions import may_grant
from places.models import AdministrativeUnit

log = logging.getLogger(__name__)
# The link carries the token signed: a copy of the database alone opens no invitation.
_signer = Signer(salt="people.invitation", sep=".")
# While one worker sends an e-mail, no other takes it; a worker that dies leaves it to the next after this time.
_CLAIM = timedelta(minutes=10)


@transaction.atomic
def invite(
    *,
    actor: User,
    email: str,
    name: str,
    role: str,
    organisation: Organisation,
    area: AdministrativeUnit,
    phone: str = "",
    post: str = "",
    duties: list[Duty] | None = None,
    starts_on: date | None = None,
) -> Invitation:
    """Keeps a place for a person and sends the link once the transaction is through.

    The same open invitation is returned, renewed when its time has run out; whoever holds the role already is refused.
    """
    if not may_grant(actor, role, area):
        raise PermissionDenied
    email = email.strip().lower()
    if holds(email=email, role=role, organisation=organisation, area=area):
        raise DomainError(_("This person holds the role there already. Nothing was sent."))
    invitation, created = Invitation.objects.get_or_create(
        email=email,
        role=role,
        organisation=organisation,
        area=area,
        accepted_at=None,
        cancelled_at=None,
        defaults={
            "name": name, "phone": phone, "post": post, "starts_on": starts_on or timezone.localdate(),
            "invited_by": actor,
        },
    )  # fmt: skip
    if created:
        invitation.duties.set(duties or [])
        wake_sender()
    elif invitation.expires_at <= timezone.now():
        invitation = resend(invitation=invitation, actor=actor)
    return invitation


def holds(*, email: str, role: str, organisation: Organisation, area: AdministrativeUnit) -> bool:
    """Does the person of this address hold the role there, now or from a day to come?"""
    from people.models import Membership

    return (
        Membership.objects.filter(user__email=email, role=role, organisation=organisation, area=area)
        .exclude(ends_on__lte=timezone.localdate())
        .exists()
    )


@transaction.atomic
def resend(*, invitation: Invitation, actor: User) -> Invitation:
    """A new link to the same person, good for two weeks; the old link no longer works."""
    invitation = _open(invitation, actor)
    invitation.token = new_token()
    invitation.expires_at = timezone.now() + INVITATION_LIFETIME
    invitation.send_after, invitation.sent_at, invitation.send_attempts = timezone.now(), None, 0
    invitation.save(update_fields=["token", "expires_at", "send_after", "sent_at", "send_attempts"])
    wake_sender()
    return invitation


@transaction.atomic
def cancel(*, invitation: Invitation, actor: User) -> Invitation:
    """The link stops working; what was accepted cannot be cancelled (end the role instead)."""
    invitation = _open(invitation, actor)
    invitation.cancelled_at = timezone.now()
    invitation.save(update_fields=["cancelled_at"])
    return invitation


def _open(invitation: Invitation, actor: User) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not may_grant(actor, invitation.role, invitation.area):
        raise PermissionDenied
    if invitation.accepted_at:
        raise DomainError(_("This invitation was accepted already. Nothing was changed."))
    if invitation.cancelled_at:
        raise DomainError(_("This invitation was withdrawn. Invite the person again if they should come."))
    return invitation


def link(invitation: Invitation) -> str:
    """The address in the e-mail."""
    return settings.SITE_URL + reverse("people:join", args=[_signer.sign(invitation.token)])


def by_key(key: str) -> Invitation | None:
    """The invitation of a link, in whatever state; None when the link was not made by us or was replaced."""
    try:
        token = _signer.unsign(key)
    except BadSignature:
        return None
    return Invitation.objects.select_related("organisation", "area", "invited_by").filter(token=token).first()


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str, language: str = "vi") -> User:
    """Makes the account of the invited address, verified because the link came there, and gives its roles."""
    invitation = _usable(invitation)
    if User.objects.filter(email=invitation.email).exists():
        raise DomainError(_("This address has an account already. Sign in, then open the link again."))
    user = User.objects.create_user(invitation.email, password, name=name, phone=invitation.phone, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    _give_roles(user)
    return user


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> User:
    """A signed-in person takes an invitation to their own address."""
    invitation = _usable(invitation)
    if not is_addressed_to(invitation, user):
        raise DomainError(
            _(
                "This invitation is for another address than the one you are signed in with. Sign out, then open it again."
            )
        )
    _give_roles(user, email=invitation.email)
    return user


def is_addressed_to(invitation: Invitation, user: User) -> bool:
    own = {user.email} | set(user.emailaddress_set.filter(verified=True).values_list("email", flat=True))
    return invitation.email in {address.lower() for address in own}


def refusal(invitation: Invitation) -> str:
    """Why the invitation cannot be accepted, in words; empty when it can."""
    if invitation.accepted_at:
        return _t("This invitation was used already. Sign in with your address and password.")
    if invitation.cancelled_at:
        return _t("This invitation was withdrawn. Ask the person in charge of your unit.")
    if invitation.expires_at <= timezone.now():
        return _t("The time of this invitation has run out. Ask the person who sent it to send it again.")
    return ""


def _usable(invitation: Invitation) -> Invitation:
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if reason := refusal(invitation):
        raise DomainError(reason)
    return invitation


def _give_roles(user: User, email: str | None = None) -> None:
    """Accepts every open invitation to the address: one link proves that the mailbox is theirs."""
    waiting = Invitation.objects.select_for_update().usable().filter(email=email or user.email)
    for invitation in waiting.order_by("pk").prefetch_related("duties"):
        grant_membership(
            user=user,
            role=invitation.role,
            organisation=invitation.organisation,
            area=invitation.area,
            post=invitation.post,
            duties=list(invitation.duties.all()),
            starts_on=invitation.starts_on,
            granted_by=invitation.invited_by,
        )
        invitation.accepted_by, invitation.accepted_at = user, timezone.now()
        invitation.save(update_fields=["accepted_by", "accepted_at"])
    user.__dict__.pop("_current_memberships", None)


# The e-mails ------------------------------------------------------------------------------------------------------


def wake_sender() -> None:
    """After the commit a message wakes a worker. When the broker is away nothing is lost: the sweep finds the row."""
    from people.tasks import send_invitations

    transaction.on_commit(send_invitations.delay, robust=True)


def send_due(*, seconds: float = 200) -> tuple[int, bool]:
    """Sends what is due over one connection, for at most `seconds`; returns (how many, is there more).

    Each row is claimed by one UPDATE, so two workers never send the same e-mail; only a worker killed between the mail
    server's "accepted" and our note of it sends one twice, with the same link.
    """
    started, sent = time.monotonic(), 0
    waiting = list(Invitation.objects.due().order_by("pk").values_list("pk", flat=True)[:2000])
    if not waiting:
        return 0, False
    connection = get_connection()
    try:
        connection.open()
    except OSError as error:
        log.warning("Invitations wait: the mail server does not answer (%s).", error)
        return 0, False
    try:
        for pk in waiting:
            if time.monotonic() - started > seconds:
                return sent, True
            sent += _send_one(pk, connection)
    finally:
        connection.close()
    return sent, False


def _send_one(pk: int, connection) -> int:
    now = timezone.now()
    claim = {"send_after": now + _CLAIM, "send_attempts": F("send_attempts") + 1}
    if not Invitation.objects.due(now).filter(pk=pk).update(**claim):
        return 0
    invitation = Invitation.objects.select_related("organisation", "area", "invited_by").get(pk=pk)
    try:
        _message(invitation, connection).send()
    # smtplib's errors are OSErrors.
    except OSError as error:
        log.warning("Invitation %s was not sent (try %s): %s", pk, invitation.send_attempts, error)
        return 0
    # Only the link that was sent counts as sent: it may have been replaced meanwhile.
    Invitation.objects.filter(pk=pk, token=invitation.token).update(sent_at=timezone.now())
    return 1


def _message(invitation: Invitation, connection) -> EmailMessage:
    # Invited people have chosen no language yet: the country's.
    with override(settings.LANGUAGE_CODE):
        context = {"invitation": invitation, "link": link(invitation), "site": settings.WAGTAIL_SITE_NAME}
        body = render_to_string("people/email/invitation.txt", context)
        subject = _t("Invitation to %s") % settings.WAGTAIL_SITE_NAME
    return EmailMessage(subject=subject, body=body, to=[invitation.email], connection=connection)
