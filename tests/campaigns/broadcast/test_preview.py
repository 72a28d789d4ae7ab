"""Listening as from a horn loudspeaker: made on a tap, heard by those who work on the version, never sent out."""

import pytest
from django.urls import reverse

from media.audio import PREVIEWS, PROFILES
from media.models import Job
from media.programmes import current_renditions, programme_state, request_previews
from people.permissions import Role
from tests.campaigns.making import make_bulletin, make_language, make_team, make_version
from tests.campaigns.posting import post, said
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(client):
    client.cookies["django_language"] = "en"
    make_language()
    team = make_team()
    made = make_version(team, make_bulletin(team.author), "en", upto="recorded")
    made.team = team
    return made


def _page(client, user, version, name="version_review"):
    client.force_login(user)
    return client.get(reverse(name, args=[version.pk]))


def test_a_tap_has_both_made_once_and_the_page_plays_them_without_loading(client, version):
    reviewer = version.team.reviewer
    for name in ("version_review", "version_workbench"):
        assert "Prepare the preview" in said(_page(client, reviewer, version, name))
    for _tap in range(2):
        response = post(client, reviewer, "version_preview", version.pk, page="review")
        assert response.url == reverse("version_review", args=[version.pk])
    made = version.programme.renditions.filter(profile__in=PREVIEWS)
    assert sorted(made.values_list("profile", flat=True)) == sorted(PREVIEWS)
    assert Job.objects.filter(args__rendition__in=list(made.values_list("pk", flat=True))).count() == 2
    page = said(_page(client, reviewer, version))
    assert "The preview is being prepared" in page
    assert client.get(reverse("version_progress", args=[version.pk])).json() == {"waiting": True}
    made.update(state="ready", size=1000, sha256="a" * 64, path="renditions/x", duration=40.0)
    page = said(_page(client, reviewer, version))
    for rendition in made:
        assert reverse("version_programme", args=[version.pk, rendition.pk]) in page
    assert page.count("<audio") == page.count('preload="none"')
    assert client.get(reverse("version_progress", args=[version.pk])).json() == {"waiting": False}


def test_a_preview_is_no_part_of_the_programme(client, version):
    request_previews(version.programme)
    assert programme_state(version.programme)[0] == "ready"
    assert set(current_renditions(version.programme)) == set(PROFILES)
    version.programme.renditions.filter(profile__in=PREVIEWS).update(state="failed", reason="broken")
    assert programme_state(version.programme)[0] == "ready"
    page = said(_page(client, version.team.reviewer, version))
    assert "broken" in page
    assert "Prepare the preview" in page


def test_a_preview_cannot_be_downloaded_in_public(client, version):
    request_previews(version.programme)
    made = version.programme.renditions.filter(profile__in=PREVIEWS)
    made.update(state="ready", size=1000, sha256="a" * 64, path="renditions/x")
    type(version).objects.filter(pk=version.pk)
    for rendition in made:
        assert client.get(reverse("audio:download", args=[rendition.key, "nghe-thu.mp3"])).status_code == 404


def test_outsiders_find_nothing(client, version):
    trainee = make_user(role=Role.TRAINEE, area=version.team.area)
    for user in (trainee, make_user()):
        response = post(client, user, "version_preview", version.pk, page="review")
        assert response.status_code in (302, 403, 404)
    assert not version.programme.renditions.filter(profile__in=PREVIEWS).exists()
