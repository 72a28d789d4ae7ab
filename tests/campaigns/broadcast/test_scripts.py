import pytest

from campaigns.broadcast import scripts, versions
from campaigns.models import Segment, SegmentText, VersionEvent
from core.errors import DomainError
from tests.campaigns.making import make_bulletin, make_language, make_recording, make_team, make_version, spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


def kinds(segments) -> list[str]:
    return [segment.kind for segment in segments]


def rewrite(bulletin, segment: Segment, text: str, actor) -> list[Segment]:
    before = scripts.script_signature(bulletin)
    Segment.objects.filter(pk=segment.pk).update(text=text)
    return scripts.segments_changed(bulletin=bulletin, before=before, actor=actor)


def row(version, segment) -> SegmentText:
    return SegmentText.objects.get(version=version, segment=segment)


def test_playing_order_repeats_the_key_message_and_ends_with_the_hotline(team):
    script = [("hotline", "gọi"), ("announcer", "a"), ("key-message", "k"), ("voice-b", "b")]
    bulletin = make_bulletin(team.author, script=script)
    assert kinds(scripts.playing_order(scripts.script_of(bulletin))) == [
        "announcer", "key-message", "voice-b", "key-message", "hotline",
    ]  # fmt: skip


def test_playing_order_keeps_a_closing_jingle_as_music_and_drops_closing_silence(team):
    music = make_recording(kind="music")
    script = [
        ("jingle", music), ("announcer", "a"), ("key-message", "k"), ("jingle", music), ("hotline", "gọi"), ("pause", 3.0),
        ("jingle", music),
    ]  # fmt: skip
    order = scripts.playing_order(scripts.script_of(make_bulletin(team.author, script=script)))
    assert kinds(order) == ["jingle", "announcer", "key-message", "jingle", "key-message", "hotline", "jingle"]


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ([("announcer", "a"), ("hotline", "gọi")], "key message"),
        ([("key-message", "k")], "exactly one hotline call"),
        ([("key-message", "k"), ("hotline", "gọi"), ("hotline", "gọi")], "exactly one hotline call"),
        ([("key-message", "k"), ("announcer", "  "), ("hotline", "gọi")], "Segment 2 has no text"),
        ([("jingle", None), ("key-message", "k"), ("hotline", "gọi")], "Segment 1 is a jingle without a sound"),
    ],
)
def test_check_script_refuses_in_words(team, settings, script, says):
    settings.LANGUAGE_CODE = "en"
    from django.utils.translation import override

    with override("en"), pytest.raises(DomainError, match=says):
        scripts.check_script(scripts.script_of(make_bulletin(team.author, script=script)))


def test_reading_time_counts_words_between_spaces_at_the_languages_speed():
    assert scripts.reading_seconds("Xin  bà con\nnhớ: hỏi kỹ", 120) == 3.0
    assert scripts.reading_seconds("", 120) == 0.0


def test_version_seconds_adds_reading_pauses_jingles_and_the_repeated_key_message(team):
    music = make_recording(kind="music", seconds=5.0)
    script = [
        ("jingle", music),
        ("announcer", "một hai ba"),
        ("pause", 2.0),
        ("key-message", "một hai"),
        ("hotline", "gọi"),
    ]
    bulletin = make_bulletin(team.author, script=script)
    version = versions.create_version(bulletin=bulletin, language=make_language("vi", speed=60), actor=team.author)
    # 5 s jingle + 2 s pause + (3 + 2 + 2 + 1) words at 1 word a second + four times 0.6 s between spoken segments
    assert scripts.version_seconds(version) == pytest.approx(5 + 2 + 8 + 4 * 0.6)


def test_version_seconds_reads_vietnamese_where_a_translation_is_missing(team):
    bulletin = make_bulletin(team.author, script=[("announcer", "một hai"), ("key-message", "ba"), ("hotline", "bốn")])
    version = versions.create_version(bulletin=bulletin, language=make_language("en", speed=60), actor=team.author)
    assert scripts.version_seconds(version) == pytest.approx(2 + 1 + 1 + 1 + 4 * 0.6)
    versions.save_translation(version=version, segment=spoken(bulletin)[0], text="one", actor=team.translator)
    assert scripts.version_seconds(version) == pytest.approx(1 + 1 + 1 + 1 + 4 * 0.6)


def test_changed_text_makes_only_its_own_translations_and_recordings_stale(team):
    bulletin = make_bulletin(team.author)
    english, vietnamese = (
        make_version(team, bulletin, "en", upto="recorded"),
        make_version(team, bulletin, "vi", upto="recorded"),
    )
    first, second = spoken(bulletin)[:2]
    assert [s.pk for s in rewrite(bulletin, first, "Chuỗi thử đã đổi.", team.author)] == [first.pk]
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.revision, second.revision) == (2, 1)
    for version in (english, vietnamese):
        stale = {line.segment.pk: line.stale for line in scripts.lines(version) if line.segment.is_spoken}
        assert [pk for pk, is_stale in stale.items() if is_stale] == [first.pk]
        version.refresh_from_db()
    assert (english.state, english.programme) == ("draft", None)
    assert (vietnamese.state, vietnamese.programme) == ("translated", None)
    assert [s.pk for s in scripts.missing_text(english)] == [first.pk]
    assert [s.pk for s in scripts.missing_recordings(vietnamese)] == [first.pk]
    assert row(english, first).source_text == "Chuỗi thử một hai ba."
    event = english.events.last()
    assert (event.act, event.actor, event.note) == ("stale", team.author, "1")


def test_a_check_says_that_text_and_recording_still_fit(team):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "en", upto="recorded")
    first = spoken(bulletin)[0]
    recording = row(version, first).recording
    rewrite(bulletin, first, "Chuỗi thử đã đổi.", team.author)
    versions.mark_checked(version=version, segment=first, actor=team.translator)
    found = row(version, first)
    assert (found.recording, found.based_on, found.source_text) == (recording, 2, "Chuỗi thử đã đổi.")
    assert scripts.missing_text(version) == []
    assert scripts.missing_recordings(version) == []
    assert list(version.events.values_list("act", "note"))[-1] == ("checked", "1")


def test_an_approved_version_falls_back_when_its_source_changes(team):
    from datetime import timedelta

    bulletin = make_bulletin(team.author, release_in=timedelta(days=1))
    version = make_version(team, bulletin, "en", upto="approved")
    assert version.state == "approved"
    rewrite(bulletin, spoken(bulletin)[0], "Chuỗi thử đã đổi.", team.author)
    version.refresh_from_db()
    assert (version.state, version.reviewer, version.approver, version.programme) == ("draft", None, None, None)
    assert version.approved_script == {}


def test_a_released_version_goes_on_serving_what_was_approved(team):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "vi", upto="approved")
    programme = version.programme
    assert version.state == "released"
    rewrite(bulletin, spoken(bulletin)[0], "Chưa ai duyệt câu này.", team.author)
    version.refresh_from_db()
    assert (version.state, version.programme) == ("released", programme)
    assert scripts.script_to_read(version)["entries"][0]["text"] == "Chuỗi thử một hai ba."
    assert scripts.frozen_script(version)["entries"][0]["text"] == "Chưa ai duyệt câu này."


def test_another_order_or_title_asks_for_the_later_steps_again_but_not_for_new_words(team):
    bulletin = make_bulletin(team.author)
    version, draft = (
        make_version(team, bulletin, "en", upto="reviewed"),
        make_version(team, bulletin, "ktv", upto="draft"),
    )
    before = scripts.script_signature(bulletin)
    bulletin.title = "Bản tin thử, tên khác"
    bulletin.save()
    assert scripts.segments_changed(bulletin=bulletin, before=before, actor=team.author) == []
    version.refresh_from_db()
    assert (version.state, version.reviewer) == ("translated", None)
    assert scripts.missing_text(version) == scripts.missing_recordings(version) == []
    assert list(draft.events.values_list("act", flat=True)) == ["created"]


def test_an_unchanged_script_changes_nothing(team):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "en", upto="reviewed")
    events = VersionEvent.objects.count()
    before = scripts.script_signature(bulletin)
    assert scripts.segments_changed(bulletin=bulletin, before=before, actor=team.author) == []
    version.refresh_from_db()
    assert (version.state, VersionEvent.objects.count()) == ("reviewed", events)


def test_a_new_segment_sends_translations_back_and_leaves_the_rest_fresh(team):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "en", upto="recorded")
    before = scripts.script_signature(bulletin)
    new = Segment.objects.create(bulletin=bulletin, sort_order=9, kind="voice-b", text="Chuỗi thử thêm.")
    scripts.segments_changed(bulletin=bulletin, before=before, actor=team.author)
    version.refresh_from_db()
    assert version.state == "draft"
    assert [s.pk for s in scripts.missing_text(version)] == [new.pk]


def test_programme_parts_segment_by_segment_follow_the_playing_order(team):
    music = make_recording(kind="music")
    script = [("jingle", music), ("announcer", "a"), ("pause", 2.0), ("key-message", "k"), ("hotline", "gọi")]
    bulletin = make_bulletin(team.author, script=script)
    version = make_version(team, bulletin, "vi", upto="translated")
    sounds = {}
    for segment in spoken(bulletin):
        sounds[segment.kind] = make_recording(team.translator)
        versions.attach_recording(
            version=version, recording=sounds[segment.kind], segment=segment, actor=team.translator
        )

    def speech(kind):
        return {"type": "speech", "sha256": sounds[kind].sha256, "path": sounds[kind].path}

    gap = {"type": "pause", "seconds": 0.6}
    assert scripts.programme_parts(version) == [
        {"type": "music", "sha256": music.sha256, "path": music.path}, gap, speech("announcer"),
        {"type": "pause", "seconds": 2.0}, speech("key-message"), gap, speech("key-message"), gap, speech("hotline"),
    ]  # fmt: skip


def test_programme_parts_of_one_recording_keep_opening_and_closing_jingles(team):
    opening, middle, closing = (make_recording(kind="music") for _ in range(3))
    script = [
        ("jingle", opening), ("announcer", "a"), ("jingle", middle), ("key-message", "k"), ("hotline", "gọi"),
        ("jingle", closing),
    ]  # fmt: skip
    bulletin = make_bulletin(team.author, script=script)
    version = make_version(team, bulletin, "vi", upto="translated")
    whole = make_recording(team.translator)
    version = versions.attach_recording(version=version, recording=whole, actor=team.translator)
    assert [(p["type"], p["sha256"]) for p in scripts.programme_parts(version)] == [
        ("music", opening.sha256), ("speech", whole.sha256), ("music", closing.sha256),
    ]  # fmt: skip


def test_one_recording_of_the_whole_is_stale_when_a_word_changes(team):
    bulletin = make_bulletin(team.author)
    version = make_version(team, bulletin, "vi", upto="translated")
    version = versions.attach_recording(
        version=version, recording=make_recording(team.translator), actor=team.translator
    )
    assert scripts.missing_recordings(version) == []
    rewrite(bulletin, spoken(bulletin)[0], "Chuỗi thử đã đổi.", team.author)
    assert len(scripts.missing_recordings(version)) == 4
    version = versions.attach_recording(version=version, recording=version.recording, actor=team.translator)
    assert scripts.missing_recordings(version) == []
