"""Every page of the workbench: owner, peer, wrong role, outsider, stranger. 404 for who may not know, 403 for who may
not do."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.admin.menu import admin_menu

from campaigns.models import Bulletin, Station
from campaigns.pages.terms import load_terms
from media.models import Rendition
from media.storage import absolute
from people.roles import Role
from tests.campaigns.making import make_bulletin, make_hotline, make_recording, make_team, make_version
from tests.factories import make_commune, make_province, make_user

pytestmark = pytest.mark.django_db

# page → who of the area may open it; everybody else of the area gets 403, everybody of another area 404.
EVERYONE = {"author", "peer", "translator", "reviewer", "approver", "administrator"}
BULLETIN_PAGES = {
    "bulletin_workbench": EVERYONE,
    "bulletins:edit": {"author", "peer"},
}
VERSION_PAGES = dict.fromkeys(
    [
        "version_workbench", "version_progress", "version_translate", "version_record", "version_review",
        "version_approve",
    ],
    EVERYONE,
)  # fmt: skip
# act → (who may do it, state the version stands at); answers other than 403 and 404 are for the tests of the acts.
ACTS = {
    "bulletin_add_version": ({"author", "peer", "translator"}, "draft"),
    "bulletin_withdraw": ({"approver", "administrator"}, "draft"),
    "bulletin_copy": ({"author", "peer"}, "draft"),
    "version_recording": ({"author", "peer", "translator"}, "translated"),
    "recording_remove": ({"author", "peer", "translator"}, "translated"),
    "recording_fits": ({"author", "peer", "translator"}, "translated"),
    "recording_retry": ({"author", "peer", "translator"}, "translated"),
    "recording_finish": ({"author", "peer", "translator"}, "translated"),
    "version_review": ({"reviewer"}, "recorded"),
    "version_approve": ({"approver"}, "reviewed"),
    "version_return": ({"reviewer"}, "recorded"),
    "version_retry": (EVERYONE, "recorded"),
}
# pages without a row of an area → who may open them
PLAIN_PAGES = {
    "wagtailadmin_home": EVERYONE,
    "bulletins:index": EVERYONE,
    "bulletins:add": {"author", "peer"},
    "jingles": EVERYONE,
    "hotlines:index": EVERYONE,
    "hotlines:add": {"administrator"},
    "campaign_register:index": {"author", "peer", "administrator"},
    "campaign_register:add": {"author", "peer", "administrator"},
    "languages:index": {"administrator"},
    "languages:add": {"administrator"},
    "stations:index": {"administrator"},
    "station_add": {"administrator"},
    "terms:index": {"administrator"},
    "terms:add": {"administrator"},
    "watched_words:index": {"administrator"},
    "watched_words:add": {"administrator"},
    "glossary:index": {"translator", "reviewer", "administrator"},
    "glossary:add": {"administrator", "reviewer"},
    "services:index": {"author", "peer", "administrator"},
    "services:add": {"author", "peer", "administrator"},
    "consents:index": {"author", "peer", "approver", "administrator"},
    "consents:add": {"author", "peer", "administrator"},
}


@pytest.fixture
def team():
    found = make_team()
    found.peer = make_user(role=Role.COMMUNICATOR, area=found.area)
    return found


@pytest.fixture
def outsiders():
    return make_team(make_province("Tỉnh Thử Khác"))


def answer(client, person, url: str, post: dict | None = None) -> int:
    client.force_login(person)
    return (client.get(url) if post is None else client.post(url, post)).status_code


def target(name: str, bulletin, version) -> str:
    return reverse(name, args=[bulletin.pk if name.startswith("bulletin") else version.pk])


@pytest.mark.parametrize("name", [*BULLETIN_PAGES, *VERSION_PAGES])
def test_pages_open_for_their_area_and_roles(client, team, outsiders, name):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "en")
    url, allowed = target(name, bulletin, version), (BULLETIN_PAGES | VERSION_PAGES)[name]
    assert {who: answer(client, getattr(team, who), url) for who in sorted(EVERYONE)} == {
        who: 200 if who in allowed else 403 for who in sorted(EVERYONE)
    }
    # Of the outsiders, those whose role opens this page elsewhere learn nothing; the others hear that it is not theirs.
    for who in EVERYONE - {"peer"}:
        assert answer(client, getattr(outsiders, who), url) == (
            404 if who in allowed else (403 if ":" in name else 404)
        )


@pytest.mark.parametrize("name", list(ACTS))
def test_acts_are_open_to_their_roles(client, team, outsiders, name):
    allowed, state = ACTS[name]
    answers = {}
    for who in sorted(EVERYONE):
        bulletin = make_bulletin(team.author)
        version = make_version(team, bulletin, "en", upto=state)
        answers[who] = answer(client, getattr(team, who), target(name, bulletin, version), {"reason": "thử"})
    assert {who: status for who, status in answers.items() if status == 403}.keys() == EVERYONE - allowed
    assert {answers[who] for who in allowed} <= {302, 409}
    for who in EVERYONE - {"peer"}:
        assert answer(client, getattr(outsiders, who), target(name, bulletin, version), {"reason": "thử"}) == 404


@pytest.mark.parametrize("name", [name for name in ACTS if name not in ("version_review", "version_approve")])
def test_acts_are_never_done_by_a_link(client, team, name):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "en")
    assert answer(client, team.author, target(name, bulletin, version)) == 405


@pytest.mark.parametrize("name", list(PLAIN_PAGES))
def test_lists_and_registers_open_for_their_roles(client, team, name):
    make_hotline()
    load_terms()
    assert {who: answer(client, getattr(team, who), reverse(name)) for who in sorted(EVERYONE)} == {
        who: 200 if who in PLAIN_PAGES[name] else 403 for who in sorted(EVERYONE)
    }


@pytest.mark.parametrize("role", [Role.RADIO_OPERATOR, Role.TRAINEE, Role.PROGRAMME_MANAGER, Role.SUPERVISOR, None])
def test_other_roles_do_not_enter_the_workbench(client, team, role):
    version = make_version(team, make_bulletin(team.author), "en")
    person = make_user(role=role, area=team.area)
    for url in ("/cms/", reverse("bulletins:index"), reverse("version_workbench", args=[version.pk])):
        client.force_login(person)
        assert client.get(url).status_code == 403


def test_strangers_are_asked_to_sign_in(client, team):
    version = make_version(team, make_bulletin(team.author), "en")
    response = client.get(reverse("version_workbench", args=[version.pk]))
    assert response.status_code == 302
    assert "/accounts/login/" in response.url


def test_the_list_shows_bulletins_within_reach_only(client, team, outsiders):
    make_bulletin(team.author, title="Của tỉnh này (thử)")
    make_bulletin(outsiders.author, area=outsiders.area, title="Của tỉnh khác (thử)")
    client.force_login(team.reviewer)
    page = client.get(reverse("bulletins:index")).content.decode()
    assert "Của tỉnh này (thử)" in page
    assert "Của tỉnh khác (thử)" not in page


def test_the_list_finds_without_diacritics(client, team):
    make_bulletin(team.author, title="Việc nhẹ lương cao (thử)")
    make_bulletin(team.author, title="Hứa hôn giả (thử)")
    client.force_login(team.author)
    page = client.get(reverse("bulletins:index_results"), {"q": "luong cao"}).content.decode()
    assert "Việc nhẹ lương cao (thử)" in page
    assert "Hứa hôn giả (thử)" not in page


def _file(row, content: bytes = b"OggS thu") -> None:
    place = absolute(row.path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def test_sounds_are_streamed_to_their_area_only(client, team, outsiders):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "en", upto="recorded")
    sound = version.texts.first().recording
    horn = Rendition.objects.get(programme=version.programme, profile="horn")
    _file(sound), _file(horn)
    urls = [
        reverse("version_sound", args=[version.pk, sound.pk]),
        reverse("version_programme", args=[version.pk, horn.pk]),
    ]
    for url in urls:
        assert [answer(client, getattr(team, who), url) for who in ("translator", "reviewer", "approver")] == [200] * 3
        assert [answer(client, getattr(outsiders, who), url) for who in ("translator", "approver")] == [404] * 2
    client.force_login(team.reviewer)
    response = client.get(urls[0], headers={"Range": "bytes=0-3"})
    assert (response.status_code, b"".join(response.streaming_content)) == (206, b"OggS")
    assert response["Content-Type"] == "audio/ogg"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


def test_a_sound_of_another_version_is_not_found_through_this_one(client, team):
    one, other = (make_version(team, make_bulletin(team.author), "en", upto="recorded") for _ in range(2))
    sound = other.texts.first().recording
    assert sound.pk not in one.texts.values_list("recording", flat=True)
    assert answer(client, team.reviewer, reverse("version_sound", args=[one.pk, sound.pk])) == 404
    master = Rendition.objects.filter(programme=other.programme).first()
    assert answer(client, team.reviewer, reverse("version_programme", args=[one.pk, master.pk])) == 404


def test_speech_is_not_to_be_had_as_a_jingle(client, team):
    speech, music = make_recording(team.translator), make_recording(team.author, kind="music")
    _file(speech), _file(music)
    assert answer(client, team.author, reverse("jingle_sound", args=[speech.pk])) == 404
    assert answer(client, team.author, reverse("jingle_sound", args=[music.pk])) == 200


@pytest.mark.parametrize("who", sorted(EVERYONE))
def test_only_those_who_may_call_a_line_see_its_check(client, team, who):
    line = make_hotline(days=-1)
    url = reverse("hotline_verify", args=[line.pk])
    assert answer(client, getattr(team, who), url) == (200 if who in ("approver", "administrator") else 403)


def test_stations_are_kept_by_the_administrator_of_their_area(client, team, outsiders):
    station = Station.objects.create(commune=make_commune(parent=team.area), name="Đài thử")
    url = reverse("station_edit", args=[station.pk])
    assert answer(client, team.administrator, url) == 200
    assert answer(client, outsiders.administrator, url) == 404
    client.force_login(outsiders.administrator)
    assert "Đài thử" not in client.get(reverse("stations:index")).content.decode()


def test_the_menu_has_no_entry_a_role_cannot_use(client, team):
    everyone = {"bulletins", "translations", "readings", "registers"}
    wanted = {
        "author": everyone | {"jingles", "explorer", "images"}, "translator": everyone,
        # Competencies are kept by administrators too.
        "administrator": everyone | {"training"},
    }  # fmt: skip
    for who, names in wanted.items():
        client.force_login(getattr(team, who))
        request = client.get(reverse("wagtailadmin_home")).wsgi_request
        items = {item.name: item for item in admin_menu.menu_items_for_request(request)}
        assert set(items) == names
        for item in items.values():
            if item.url and item.url.startswith("/"):
                assert client.get(item.url).status_code == 200


def test_the_rows_of_the_list_cost_no_queries_of_their_own(client, team):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("bulletins:index")).status_code == 200
        return len(found)

    client.force_login(team.author)
    make_version(team, make_bulletin(team.author), "en")
    queries()
    one = queries()
    for number in range(2):
        bulletin = make_bulletin(team.author, title=f"Bản tin thử {number}")
        for tag in ("vi", "en", "ktv"):
            make_version(team, bulletin, tag)
    assert queries() == one


@pytest.mark.parametrize("name", ["version_translate", "version_record", "version_review"])
def test_the_segments_of_a_version_cost_no_queries_of_their_own(client, team, name):
    def queries(script) -> int:
        version = make_version(team, make_bulletin(team.author, script=script), "en", upto="recorded")
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(name, args=[version.pk])).status_code == 200
        return len(found)

    ends = [("key-message", "Nhớ (thử)."), ("hotline", "Gọi (thử).")]
    client.force_login(team.author)
    queries(ends)
    assert queries([("announcer", "Một (thử)."), *ends]) == queries(
        [("announcer", f"Câu {n} (thử).") for n in range(6)] + ends
    )


def test_bulletins_have_no_page_that_deletes_them_and_snippets_no_list_of_their_own(client, team):
    bulletin = make_bulletin(team.author)
    client.force_login(team.author)
    paths = (f"/cms/bulletins/delete/{bulletin.pk}/", f"/cms/bulletins/history/{bulletin.pk}/")
    assert [client.post(path).status_code for path in paths] == [404, 404]
    assert Bulletin.objects.filter(pk=bulletin.pk).exists()
