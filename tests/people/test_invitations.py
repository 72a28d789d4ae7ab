import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation

from core.errors import DomainError
from people import invitations
from people.models import MAX_SEND_ATTEMPTS, Invitation, Membership, User
from people.roles import Role
from tests.factories import PASSWORD, make_commune, make_duty, make_organisation, make_province, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.services]
NEW_PASSWORD = "la-mot-cau-du-dai"


@pytest.fixture
def manager():
    return make_user("quanly@thu.example", Role.PROGRAMME_MANAGER, name="Quản Lý")


@pytest.fixture
def commune():
    return make_commune("Xã Hùng Sơn")


def invite(manager, commune, **changes) -> Invitation:
    fields = {
        "actor": manager, "email": "Moi@Thu.example", "name": "Người Mới", "role": Role.RADIO_OPERATOR, "area": commune,
        "organisation": make_organisation("UBND xã Hùng Sơn", commune), "post": "Cán bộ văn hóa", "phone": "02363000000",
    }  # fmt: skip
    return invitations.invite(**(fields | changes))


def path(invitation: Invitation) -> str:
    return invitations.link(invitation).removeprefix("http://127.0.0.1:8000")


def join(client, invitation, **changes):
    data = {"name": "Người Mới", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "language": "vi"}
    return client.post(path(invitation), data | changes)


def test_invitation_is_sent_once_after_the_commit(manager, commune, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        invitation = invite(manager, commune)
    assert len(callbacks) == 1
    assert mail.outbox == []
    assert invitations.send_due() == (1, False)
    assert invitations.send_due() == (0, False)
    (message,) = mail.outbox
    assert message.to == ["moi@thu.example"]
    assert re.findall(r"http://\S+", message.body) == [invitations.link(invitation)]
    invitation.refresh_from_db()
    assert invitation.state == "sent"


def test_lost_message_is_swept_and_a_claimed_row_is_left_alone(manager, commune):
    invitation = invite(manager, commune)
    # A worker claimed it and died before it could note the result.
    Invitation.objects.filter(pk=invitation.pk).update(
        send_after=timezone.now() + timedelta(minutes=9), send_attempts=1
    )
    assert invitations.send_due() == (0, False)
    Invitation.objects.filter(pk=invitation.pk).update(send_after=timezone.now() - timedelta(seconds=1))
    assert invitations.send_due() == (1, False)


def test_mail_server_that_is_away_costs_no_attempt(manager, commune, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    invitation = invite(manager, commune)
    assert invitations.send_due() == (0, False)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.send_attempts) == ("waiting", 0)


def test_address_that_is_refused_is_tried_five_times_then_shown(manager, commune, monkeypatch):
    invitation = invite(manager, commune)

    def refuse(self, messages):
        raise OSError("no such mailbox")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    for attempt in range(1, MAX_SEND_ATTEMPTS + 3):
        Invitation.objects.filter(pk=invitation.pk).update(send_after=timezone.now())
        assert invitations.send_due() == (0, False)
        invitation.refresh_from_db()
        assert invitation.send_attempts == min(attempt, MAX_SEND_ATTEMPTS)
    assert invitation.state == "unsent"


def test_same_invitation_twice_is_one(manager, commune):
    assert invite(manager, commune) == invite(manager, commune, email="moi@thu.example")
    assert Invitation.objects.count() == 1


def test_expired_invitation_is_renewed_with_a_new_link(manager, commune):
    invitation = invite(manager, commune)
    old = path(invitation)
    Invitation.objects.update(expires_at=timezone.now(), sent_at=timezone.now())
    renewed = invite(manager, commune)
    assert (renewed.pk, renewed.state) == (invitation.pk, "waiting")
    assert path(renewed) != old
    assert renewed.expires_at > timezone.now() + timedelta(days=13)


def test_who_holds_the_role_is_not_invited_again(manager, commune):
    invitation = invite(manager, commune)
    invitations.accept_as_new(invitation=invitation, name="A", password=NEW_PASSWORD)
    with pytest.raises(DomainError, match="holds the role there already"):
        invite(manager, commune)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.APPROVER, Role.SUPERVISOR, Role.PROGRAMME_MANAGER])
def test_manager_cannot_invite_those_who_approve_or_watch(manager, commune, role):
    with pytest.raises(PermissionDenied):
        invite(manager, commune, role=role)
    assert Invitation.objects.count() == 0


def test_manager_cannot_invite_outside_the_area(commune):
    manager = make_user(role=Role.PROGRAMME_MANAGER, area=make_commune("Xã Khác"))
    with pytest.raises(PermissionDenied):
        invite(manager, commune)
    with pytest.raises(PermissionDenied):
        invite(manager, make_province())


def test_link_makes_an_account_that_can_sign_in(client, manager, commune):
    duty = make_duty()
    invitation = invite(manager, commune, duties=[duty], starts_on=date(2026, 1, 5))
    page = client.get(path(invitation))
    assert page.status_code == 200
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("same-origin", "noindex")
    assert "no-store" in page["Cache-Control"]
    with translation.override("vi"):
        desk = reverse("campaigns:desk")
    response = join(client, invitation)
    assert (response.status_code, response["Location"]) == (302, desk)
    user = User.objects.get(email="moi@thu.example")
    assert (user.name, user.phone, user.language, user.check_password(NEW_PASSWORD)) == (
        "Người Mới", "02363000000", "vi", True,
    )  # fmt: skip
    assert list(user.emailaddress_set.values_list("email", "verified", "primary")) == [("moi@thu.example", True, True)]
    membership = user.memberships.get()
    assert (membership.role, membership.area, membership.post, membership.starts_on, membership.granted_by) == (
        Role.RADIO_OPERATOR, commune, "Cán bộ văn hóa", date(2026, 1, 5), manager,
    )  # fmt: skip
    assert list(membership.duties.all()) == [duty]
    invitation.refresh_from_db()
    assert (invitation.accepted_by, invitation.state) == (user, "accepted")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_link_works_once(client, manager, commune):
    invitation = invite(manager, commune)
    join(client, invitation)
    client.logout()
    assert client.get(path(invitation)).status_code == 410
    assert join(client, invitation, name="Kẻ Khác", password1="x" * 12, password2="x" * 12).status_code == 410
    assert User.objects.get(email="moi@thu.example").check_password(NEW_PASSWORD)
    assert Membership.objects.exclude(user=manager).count() == 1


def test_accepting_takes_every_open_invitation_to_the_address(client, manager, commune):
    first = invite(manager, commune)
    second = invite(manager, commune, role=Role.TRAINEE)
    cancelled = invite(manager, commune, role=Role.TRANSLATOR)
    invitations.cancel(invitation=cancelled, actor=manager)
    join(client, first)
    user = User.objects.get(email="moi@thu.example")
    assert sorted(user.memberships.values_list("role", flat=True)) == ["radio-operator", "trainee"]
    second.refresh_from_db()
    assert second.accepted_by == user


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("expired", "time of this invitation has run out"),
        ("cancelled", "was withdrawn"),
        ("accepted", "was used already"),
    ],
)
def test_link_that_is_over_says_why_and_makes_no_account(client, manager, commune, state, words):
    invitation = invite(manager, commune)
    changes = {
        "expired": {"expires_at": timezone.now()},
        "cancelled": {"cancelled_at": timezone.now()},
        "accepted": {"accepted_at": timezone.now(), "accepted_by": manager},
    }
    Invitation.objects.update(**changes[state])
    for response in (client.get(path(invitation)), join(client, invitation)):
        assert response.status_code == 410
        assert words in response.content.decode()
    assert User.objects.count() == 1


def test_link_that_was_not_made_by_us_is_404(client, manager, commune):
    invitation = invite(manager, commune)
    token = invitation.token
    for key in (token, token + ".x", invitations._signer.sign("made-up"), path(invitation).split("/")[-2][:-1]):
        assert client.get(reverse("people:join", args=[key])).status_code == 404


def test_resent_link_replaces_the_old_one(client, manager, commune):
    invitation = invite(manager, commune)
    old = path(invitation)
    invitation = invitations.resend(invitation=invitation, actor=manager)
    assert client.get(old).status_code == 404
    assert client.get(path(invitation)).status_code == 200


def test_link_replaced_while_it_was_being_sent_is_sent_again(manager, commune, monkeypatch):
    invitation = invite(manager, commune)
    real = invitations._message

    def message(row, connection):
        made = real(row, connection)
        invitations.resend(invitation=row, actor=manager)
        return made

    monkeypatch.setattr(invitations, "_message", message)
    invitations.send_due()
    monkeypatch.undo()
    invitation.refresh_from_db()
    assert invitation.sent_at is None
    assert invitations.send_due() == (1, False)
    assert invitations.link(Invitation.objects.get()) in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password2": "khac-han-cau-kia"}, "The two passwords differ"),
        ({"password1": "ngan", "password2": "ngan"}, "too short"),
        ({"password1": "moi@thu.example", "password2": "moi@thu.example"}, "too similar"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_bad_input_keeps_the_form_and_the_link(client, manager, commune, changes, words):
    invitation = invite(manager, commune)
    response = join(client, invitation, **changes)
    assert response.status_code == 200
    assert words in response.content.decode()
    assert not User.objects.filter(email="moi@thu.example").exists()
    assert join(client, invitation).status_code == 302


def test_somebody_elses_account_is_refused_in_words(sign_in, manager, commune):
    other = make_user("khac@thu.example")
    invitation = invite(manager, commune)
    client = sign_in(other)
    for response in (client.get(path(invitation)), client.post(path(invitation))):
        assert response.status_code == 409
        assert "You are signed in as khac@thu.example" in response.content.decode()
    assert not other.memberships.exists()
    with pytest.raises(DomainError, match="for another address"):
        invitations.accept(invitation=invitation, user=other)


def test_known_address_signs_in_first_and_then_accepts(client, sign_in, manager, commune):
    user = make_user("moi@thu.example")
    invitation = invite(manager, commune)
    page = client.get(path(invitation)).content.decode()
    assert "This address has an account already" in page
    assert 'name="password1"' not in page
    assert join(client, invitation).status_code == 200
    with pytest.raises(DomainError, match="has an account already"):
        invitations.accept_as_new(invitation=invitation, name="X", password=NEW_PASSWORD)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert not user.memberships.exists()
    client = sign_in(user)
    assert client.get(path(invitation)).status_code == 200
    assert client.post(path(invitation))["Location"] == reverse("people:account")
    assert user.memberships.get().role == Role.RADIO_OPERATOR


def test_cancelled_or_accepted_is_not_changed_again(manager, commune):
    invitation = invite(manager, commune)
    invitations.cancel(invitation=invitation, actor=manager)
    for act in (invitations.cancel, invitations.resend):
        with pytest.raises(DomainError, match="was withdrawn"):
            act(invitation=invitation, actor=manager)
    accepted = invite(manager, commune)
    invitations.accept_as_new(invitation=accepted, name="A", password=NEW_PASSWORD)
    for act in (invitations.cancel, invitations.resend):
        with pytest.raises(DomainError, match="was accepted already"):
            act(invitation=accepted, actor=manager)


def test_manager_cannot_touch_the_invitation_of_an_approver(manager, commune):
    administrator = make_user(role=Role.ADMINISTRATOR)
    invitation = invite(administrator, commune, role=Role.APPROVER)
    for act in (invitations.cancel, invitations.resend):
        with pytest.raises(PermissionDenied):
            act(invitation=invitation, actor=manager)
