"""Drafts read by a machine: real speech, marked throughout, for the workbench only and of no use to any later step."""

import shutil

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.broadcast import drafts, versions
from campaigns.broadcast.drafts import draft_of, request_draft
from campaigns.models import DraftVoice, Segment
from core.errors import DomainError
from media import jobs, voices
from media.audio.errors import AudioRefused
from media.audio.measure import measure
from media.models import Job, Recording
from media.storage import absolute
from people.roles import Role
from tests.campaigns.making import make_bulletin, make_team, make_version
from tests.factories import make_commune, make_province, make_user

pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


@pytest.fixture
def team(db):
    return make_team()


@pytest.fixture
def version(team):
    return make_version(team, make_bulletin(team.author), "vi")


def work() -> None:
    for pk in Job.objects.filter(kind="draft-voice", state=Job.State.QUEUED).values_list("pk", flat=True):
        jobs.run(pk)


def made(version, actor) -> DraftVoice:
    request_draft(version=version, actor=actor)
    work()
    return DraftVoice.objects.get(version=version)


class Counting(voices.EspeakNg):
    said: list = []

    def speak(self, text, tag, words_per_minute, target):
        self.said.append((tag, text))
        super().speak(text, tag, words_per_minute, target)


def test_every_piece_follows_the_spoken_watermark(version, team, tmp_path):
    draft = made(version, team.author)
    assert draft.state == "ready", draft.reason
    found = measure(absolute(draft.path))
    assert found.duration_s == pytest.approx(draft.duration, abs=0.2)
    engine = voices.engine()
    pieces = drafts.pieces_of(version)
    # The key message twice, the hotline call last.
    assert len(pieces) == 5
    bare = tmp_path / "bare.wav"
    spoken = 0.0
    for text in pieces:
        engine.speak(text, "vi", 120, bare)
        spoken += measure(bare).duration_s
    engine.speak(voices.WATERMARK, "vi", 160, bare)
    assert draft.duration == pytest.approx(spoken + 5 * (measure(bare).duration_s + 2 * 0.4), abs=0.5)


def test_the_watermark_is_vietnamese_in_every_language(team, settings):
    settings.DRAFT_VOICE = f"{__name__}.Counting"
    Counting.said.clear()
    english = make_version(team, make_bulletin(team.author), "en", upto="translated")
    assert made(english, team.author).state == "ready"
    assert Counting.said[0] == ("vi", "Bản nháp.")
    assert {tag for tag, _text in Counting.said[1:]} == {"en"}


def test_no_step_takes_it_up(version, team):
    made(version, team.author)
    assert not Recording.objects.exists()
    with pytest.raises(DomainError):
        versions.finish_recording(version=version, actor=team.translator)
    version.refresh_from_db()
    assert (version.state, version.programme) == ("translated", None)


def test_other_words_make_it_old_and_its_file_goes(version, team, django_capture_on_commit_callbacks):
    first = made(version, team.author)
    assert request_draft(version=version, actor=team.author).sha256 == first.sha256
    Segment.objects.filter(bulletin=version.bulletin, kind="announcer").update(text="Lời khác hẳn (thử).")
    assert draft_of(version)["state"] == ""
    with django_capture_on_commit_callbacks(execute=True):
        request_draft(version=version, actor=team.author)
    assert not absolute(first.path).exists()
    work()
    second = DraftVoice.objects.get()
    assert (second.state, second.sha256 != first.sha256) == ("ready", True)


@pytest.mark.parametrize("tag", ["ktv", "sed", "jeh", "cua"])
def test_a_language_without_a_voice_is_not_imitated(team, client, tag):
    minority = make_version(team, make_bulletin(team.author), tag)
    with pytest.raises(DomainError, match="giọng máy"):
        request_draft(version=minority, actor=team.author)
    assert not DraftVoice.objects.exists()
    client.force_login(team.author)
    card = client.get(reverse("version_workbench", args=[minority.pk])).content.decode().split('id="draft"')[1]
    assert "chỉ người của dân tộc ấy" in card.split("</section>")[0]
    assert reverse("version_draft", args=[minority.pk]) not in card


def test_without_an_engine_the_page_says_what_is_missing(version, team, settings, client):
    settings.DRAFT_VOICE = ""
    client.force_login(team.author)
    page = client.get(reverse("version_workbench", args=[version.pk])).content.decode()
    assert "espeak-ng" in page
    assert reverse("version_draft", args=[version.pk]) not in page
    answer = client.post(reverse("version_draft", args=[version.pk]), follow=True).content.decode()
    assert "espeak-ng" in answer
    assert not DraftVoice.objects.exists()


def test_a_translation_without_text_has_nothing_to_read(team):
    english = make_version(team, make_bulletin(team.author), "en")
    with pytest.raises(DomainError, match="Chưa có lời"):
        request_draft(version=english, actor=team.author)


def test_a_draft_sent_in_as_a_recording_is_refused(version, team, client):
    draft = made(version, team.author)
    client.force_login(team.translator)
    file = SimpleUploadedFile("giong-that.ogg", absolute(draft.path).read_bytes())
    answer = client.post(
        reverse("version_recording", args=[version.pk]), {"file": file, "segment": version.bulletin.segments.first().pk}
    )
    assert answer.status_code == 409
    assert "bản nháp do máy đọc" in answer.content.decode()
    assert not Recording.objects.exists()


def test_a_version_that_is_recorded_has_no_draft(team, client):
    version = make_version(team, make_bulletin(team.author), "vi", upto="reviewed")
    with pytest.raises(DomainError):
        request_draft(version=version, actor=team.author)
    client.force_login(team.author)
    assert 'id="draft"' not in client.get(reverse("version_workbench", args=[version.pk])).content.decode()
    assert client.get(reverse("version_progress", args=[version.pk])).json() == {"waiting": False}
    assert client.get(reverse("version_draft_sound", args=[version.pk])).status_code == 404


def test_a_long_piece_is_marked_again_and_again():
    sentence = "Một hai ba bốn năm sáu bảy tám chín mười."
    parts = list(voices.between_marks(" ".join([sentence] * 25)))
    assert [len(part.split()) for part in parts] == [60, 60, 60, 60, 10]
    assert [len(part.split()) for part in voices.between_marks("từ " * 300)] == [60, 60, 60, 120]


def test_an_engine_that_fails_says_so_and_is_started_over(version, team, monkeypatch, client):
    real = voices.EspeakNg.speak

    def broken(self, *args):
        raise AudioRefused("undecodable", "The speech engine failed.")

    monkeypatch.setattr(voices.EspeakNg, "speak", broken)
    request_draft(version=version, actor=team.author)
    for _attempt in range(6):
        Job.objects.filter(kind="draft-voice", state=Job.State.QUEUED).update(not_before="2020-01-01T00:00:00Z")
        work()
    assert DraftVoice.objects.get().state == "failed"
    client.force_login(team.author)
    assert 'class="error"' in client.get(reverse("version_workbench", args=[version.pk])).content.decode()
    monkeypatch.setattr(voices.EspeakNg, "speak", real)
    assert made(version, team.author).state == "ready"


def test_it_is_heard_in_the_workbench_and_nowhere_else(version, team, client):
    client.force_login(team.author)
    assert client.post(reverse("version_draft", args=[version.pk])).status_code == 302
    assert client.get(reverse("version_progress", args=[version.pk])).json() == {"waiting": True}
    sound = reverse("version_draft_sound", args=[version.pk])
    assert client.get(sound).status_code == 404
    work()
    assert sound in client.get(reverse("version_workbench", args=[version.pk])).content.decode()
    answer = client.get(sound)
    assert (answer.status_code, answer["Content-Type"]) == (200, "audio/ogg; codecs=opus")
    assert "private" in answer["Cache-Control"]
    peer = make_user(role=Role.REVIEWER, area=make_commune("Xã Thử Kia", parent=make_province("Tỉnh Khác Thử")))
    client.force_login(peer)
    assert client.get(sound).status_code == 404
    assert client.post(reverse("version_draft", args=[version.pk])).status_code == 404
    client.logout()
    assert client.get(sound).status_code == 302
