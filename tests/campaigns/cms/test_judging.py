"""Native review, approval, and what waits for whom."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.broadcast.bulletins import withdraw_bulletin
from campaigns.cms.home import waiting_for
from campaigns.models import BulletinVersion
from tests.campaigns.making import (
    make_bulletin,
    make_hotline,
    make_language,
    make_team,
    make_version,
)
from tests.campaigns.posting import post, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    make_language()
    return make_team()


@pytest.fixture(autouse=True)
def english(client):
    """The refusals are compared as they are written in the code."""
    client.cookies["django_language"] = "en"


def test_review_hands_on_with_a_note(client, team):
    version = make_version(team, make_bulletin(team.author), "en", upto="recorded")
    response = post(client, team.reviewer, "version_review", version.pk, note="Nghe rõ (thử).")
    assert response.url == reverse("version_workbench", args=[version.pk])
    event = version.events.get(act="reviewed")
    assert (event.actor, event.note) == (team.reviewer, "Nghe rõ (thử).")


def test_a_review_before_the_programme_is_ready_is_refused_in_words(client, team):
    version = make_version(team, make_bulletin(team.author), "en", upto="recorded")
    version.programme.renditions.update(state="waiting")
    response = post(client, team.reviewer, "version_review", version.pk, note="Giữ lời này (thử).")
    assert response.status_code == 409
    page = said(response)
    assert "The sound is still being prepared" in str(response.context["note"].non_field_errors())
    assert "data-progress" in page


def test_sending_back_without_a_reason_is_refused_on_the_page(client, team):
    version = make_version(team, make_bulletin(team.author), "en", upto="reviewed")
    assert post(client, team.approver, "version_return", version.pk, reason="").status_code == 409
    assert post(client, team.approver, "version_return", version.pk, reason="Đọc lại (thử).").status_code == 302
    version.refresh_from_db()
    assert version.state == "draft"


@pytest.mark.parametrize(
    ("days", "state", "says"), [(30, "released", "Approved and released"), (-1, "approved", "expired")]
)
def test_approving_says_whether_it_went_out(client, team, days, state, says):
    version = make_version(team, make_bulletin(team.author, hotline=make_hotline(days=days)), "en", upto="reviewed")
    client.force_login(team.approver)
    response = client.post(reverse("version_approve", args=[version.pk]), follow=True)
    version.refresh_from_db()
    assert version.state == state
    assert says in said(response)


def test_the_approver_sees_both_renditions_the_hotline_and_who_did_what(client, team):
    version = make_version(team, make_bulletin(team.author), "en", upto="reviewed")
    client.force_login(team.approver)
    response = client.get(reverse("version_approve", args=[version.pk]))
    heard = [row["rendition"].profile for row in response.context["heard"]]
    assert heard == ["horn", "phone"]
    assert response.context["hotline_fresh"] is True
    page = said(response)
    for rendition in (row["rendition"] for row in response.context["heard"]):
        assert reverse("version_programme", args=[version.pk, rendition.pk]) in page


def test_a_failed_programme_says_why_and_can_be_tried_again(client, team):
    version = make_version(team, make_bulletin(team.author), "en", upto="recorded")
    version.programme.renditions.filter(profile="horn").update(state="failed", reason="Hỏng vì thử.")
    client.force_login(team.reviewer)
    assert "Hỏng vì thử." in said(client.get(reverse("version_review", args=[version.pk])))
    client.post(reverse("version_retry", args=[version.pk]))
    assert version.programme.renditions.get(profile="horn").state == "waiting"


def test_each_role_is_shown_its_own_step_and_never_its_own_work_to_judge(team):
    bulletin = make_bulletin(team.author, release_in=timedelta(days=1))
    at = {
        state: make_version(team, bulletin, tag, upto=state)
        for state, tag in (("draft", "ktv"), ("translated", "sed"), ("recorded", "en"), ("reviewed", "vi"))
    }
    make_version(team, bulletin, "cua", upto="approved")

    def waiting(person):
        return {version.pk for version in waiting_for(person)}

    assert waiting(team.translator) == waiting(team.author) == {at["draft"].pk, at["translated"].pk}
    assert waiting(team.reviewer) == {at["recorded"].pk}
    assert waiting(team.approver) == {at["reviewed"].pk}
    assert waiting(team.administrator) == set()
    BulletinVersion.objects.filter(pk=at["recorded"].pk).update(translator=team.reviewer)
    assert waiting(team.reviewer) == set()
    withdraw_bulletin(bulletin=bulletin, actor=team.approver, reason="thử")
    assert waiting(team.translator) == waiting(team.approver) == set()


def test_the_home_leads_to_the_next_step_and_to_hotlines_that_want_a_call(client, team):
    line = make_hotline("1900 0000", days=3)
    version = make_version(team, make_bulletin(team.author, hotline=line), "en", upto="reviewed")
    client.force_login(team.approver)
    page = said(client.get(reverse("wagtailadmin_home")))
    assert reverse("version_approve", args=[version.pk]) in page
    assert reverse("hotline_verify", args=[line.pk]) in page
    client.force_login(team.reviewer)
    page = said(client.get(reverse("wagtailadmin_home")))
    assert reverse("hotline_verify", args=[line.pk]) not in page
    assert "No text and no page waits for you" in page
