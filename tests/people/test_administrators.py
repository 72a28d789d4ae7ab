import pytest
from django.core.management import CommandError, call_command

from people.models import User
from people.permissions import may_grant
from people.roles import Role
from tests.factories import make_province, make_user

pytestmark = pytest.mark.django_db
WORDS = ("Dau@Thu.example", "Người Đầu", "Sở Y tế")


def test_first_administrator_has_no_password_and_may_invite_everybody(capsys):
    province = make_province()
    call_command("create_administrator", *WORDS)
    user = User.objects.get(email="dau@thu.example")
    assert "dau@thu.example> is an administrator" in capsys.readouterr().out
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified
    assert all(may_grant(user, role, province) for role in Role)


def test_creating_again_changes_nothing(capsys):
    make_province()
    for _time in range(2):
        call_command("create_administrator", *WORDS)
    assert User.objects.get().memberships.count() == 1


def test_account_that_exists_keeps_its_password_and_gains_the_role():
    make_province()
    user = make_user("dau@thu.example", Role.TRAINEE)
    old = user.password
    call_command("create_administrator", *WORDS)
    user.refresh_from_db()
    assert user.password == old
    assert sorted(user.memberships.values_list("role", flat=True)) == ["administrator", "trainee"]


@pytest.mark.parametrize(
    ("email", "words"), [("khong-phai", "valid email"), ("a@thu.example", "Run load_places first")]
)
def test_refusals_are_said_in_words(email, words):
    with pytest.raises(CommandError, match=words):
        call_command("create_administrator", email, "A", "B")
    assert not User.objects.exists()
