"""The side-by-side page: saving, finishing, checking, and two people at once."""

import pytest
from django.urls import reverse

from campaigns.broadcast import versions
from campaigns.cms.translation import changed_words
from tests.campaigns.making import (
    make_bulletin,
    make_language,
    make_team,
    make_version,
    spoken,
)
from tests.campaigns.posting import WRITTEN, bulletin_data, post, said, typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    make_language()
    return make_team()


@pytest.fixture(autouse=True)
def english(client):
    """The refusals are compared as they are written in the code."""
    client.cookies["django_language"] = "en"


def texts_of(version) -> dict[str, str]:
    return {row.segment.kind: row.text for row in version.texts.select_related("segment") if row.text}


def test_saving_keeps_what_was_typed_and_its_back_translation(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "en")
    data = typed(version, {"announcer": " test one ", "hotline": "test call", "back hotline": "gọi thử"})
    assert post(client, team.translator, "version_translate", version.pk, **data).status_code == 302
    assert texts_of(version) == {"announcer": "test one", "hotline": "test call"}
    assert version.texts.get(segment__kind="hotline").back_translation == "gọi thử"


def test_finishing_too_early_saves_the_words_and_says_what_is_missing(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "en")
    response = post(
        client, team.translator, "version_translate", version.pk, **typed(version, {"announcer": "test"}, finish="1")
    )
    assert response.status_code == 409
    assert "2 segments are not translated yet" in said(response)
    assert texts_of(version) == {"announcer": "test"}
    everything = {kind: f"test {kind}" for kind, _text in WRITTEN}
    response = post(client, team.translator, "version_translate", version.pk, **typed(version, everything, finish="1"))
    assert response.url == reverse("version_workbench", args=[version.pk])
    version.refresh_from_db()
    assert version.state == "translated"


def test_a_text_saved_by_another_meanwhile_is_not_overwritten(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "en")
    mine = typed(version, {"announcer": "mine", "hotline": "my call"})
    versions.save_translation(version=version, segment=spoken(version.bulletin)[0], text="theirs", actor=team.author)
    response = post(client, team.translator, "version_translate", version.pk, **mine)
    assert response.status_code == 409
    page = said(response)
    assert "theirs" in page
    assert ">mine</textarea>" in page
    assert texts_of(version) == {"announcer": "theirs", "hotline": "my call"}


def test_a_box_nobody_touched_does_not_undo_anothers_work(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "en")
    mine = typed(version, {"hotline": "my call"})
    versions.save_translation(version=version, segment=spoken(version.bulletin)[0], text="theirs", actor=team.author)
    assert post(client, team.translator, "version_translate", version.pk, **mine).status_code == 302
    assert texts_of(version) == {"announcer": "theirs", "hotline": "my call"}


def test_saving_a_page_does_not_tick_off_a_stale_segment_but_its_button_does(client, team):
    bulletin = make_bulletin(team.author, script=WRITTEN)
    version = make_version(team, bulletin, "en", upto="translated")
    changed = bulletin_data(team.area, bulletin=bulletin, script=[("announcer", "Câu thử đã đổi."), *WRITTEN[1:]])
    post(client, team.author, "bulletins:edit", bulletin.pk, **changed)
    first = spoken(bulletin)[0]
    page = said(client.get(reverse("version_translate", args=[version.pk])))
    assert "<del>thử.</del> <ins>thử đã đổi.</ins>" in page
    post(client, team.translator, "version_translate", version.pk, **typed(version, {}))
    assert [s.pk for s in versions.missing_text(version)] == [first.pk]
    post(client, team.translator, "version_translate", version.pk, **typed(version, {}, check=first.pk))
    assert versions.missing_text(version) == []


def test_changed_words_are_marked_and_escaped():
    assert changed_words("một hai ba", "một <b>hai</b> ba bốn") == (
        "một <del>hai</del> <ins>&lt;b&gt;hai&lt;/b&gt;</ins> ba <ins>bốn</ins> "
    )
