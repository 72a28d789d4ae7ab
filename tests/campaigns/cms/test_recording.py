"""The recording page: sounds in, verdicts in words, finishing."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from campaigns.broadcast import versions
from media.models import Job, Recording
from media.uploads import receive_chunk, start_upload
from tests.campaigns.making import (
    make_bulletin,
    make_language,
    make_recording,
    make_team,
    make_version,
    record,
    spoken,
)
from tests.campaigns.posting import WRITTEN, bulletin_data, post, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    make_language()
    return make_team()


@pytest.fixture(autouse=True)
def english(client):
    """The refusals are compared as they are written in the code."""
    client.cookies["django_language"] = "en"


def wav(name: str = "giong.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"RIFF" + bytes(2000), content_type="audio/wav")


def test_a_sound_is_taken_in_for_its_segment_and_waits_for_its_check(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "vi")
    segment = spoken(version.bulletin)[0]
    response = post(client, team.translator, "version_recording", version.pk, segment=segment.pk, file=wav())
    assert response.url == reverse("version_record", args=[version.pk]) + f"#s{segment.pk}"
    recording = version.texts.get(segment=segment).recording
    assert (recording.owner, recording.title, recording.state) == (team.translator, "giong.wav", "waiting")
    # Two words at 120 a minute.
    assert recording.expected_seconds == 1.0
    assert Job.objects.filter(kind="analyse", args={"recording": recording.pk}).exists()
    assert client.get(reverse("version_progress", args=[version.pk])).json() == {"waiting": True}
    Recording.objects.update(state="ready")
    assert client.get(reverse("version_progress", args=[version.pk])).json() == {"waiting": False}


def test_one_sound_for_the_whole_expects_the_whole_length(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "vi")
    assert post(client, team.translator, "version_recording", version.pk, file=wav()).status_code == 302
    version.refresh_from_db()
    # 8 words at 120 a minute, the key message twice, and four gaps of 0.6 s.
    assert version.recording.expected_seconds == pytest.approx(8 * 0.5 + 4 * 0.6)


def test_a_sound_that_came_in_pieces_is_taken_in(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "vi")
    upload = start_upload(owner=team.translator, upload_id=uuid.uuid4(), filename="tu-dien-thoai.amr", size=6)
    assert post(client, team.translator, "version_recording", version.pk, upload=upload.pk).status_code == 409
    receive_chunk(upload=upload, offset=0, data=b"#!AMR\n")
    assert post(client, team.author, "version_recording", version.pk, upload=upload.pk).status_code == 409
    assert post(client, team.translator, "version_recording", version.pk, upload=upload.pk).status_code == 302
    version.refresh_from_db()
    assert version.recording.title == "tu-dien-thoai.amr"


def test_sending_nothing_is_refused_beside_its_segment(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "vi")
    segment = spoken(version.bulletin)[1]
    response = post(client, team.translator, "version_recording", version.pk, segment=segment.pk)
    assert response.status_code == 409
    row = next(row for row in response.context["rows"] if row["segment"].pk == segment.pk)
    assert row["form"].non_field_errors() == ["Choose a sound file first."]


def test_nothing_is_sent_for_a_version_on_the_air(client, team):
    version = make_version(team, make_bulletin(team.author), "vi", upto="approved")
    response = post(client, team.translator, "version_recording", version.pk, file=wav())
    assert response.status_code == 409
    assert Recording.objects.filter(title="giong.wav").count() == 0


def test_a_verdict_is_read_in_words(client, team):
    version = make_version(team, make_bulletin(team.author, script=WRITTEN), "vi")
    noisy = make_recording(team.translator, findings=[{"code": "noisy", "severity": "refuse"}])
    versions.attach_recording(
        version=version, recording=noisy, segment=spoken(version.bulletin)[0], actor=team.translator
    )
    Recording.objects.filter(pk=noisy.pk).update(state="refused")
    client.force_login(team.translator)
    assert "Record again in a quiet place" in said(client.get(reverse("version_record", args=[version.pk])))
    client.cookies["django_language"] = "vi"
    assert "ghi lại ở nơi yên tĩnh" in said(client.get(reverse("version_record", args=[version.pk]))).lower()


def test_recordings_are_taken_away_confirmed_and_finished(client, team):
    bulletin = make_bulletin(team.author, script=WRITTEN)
    version = make_version(team, bulletin, "vi")
    first = spoken(bulletin)[0]
    record(version, team.translator)
    post(client, team.translator, "recording_remove", version.pk, segment=first.pk)
    assert version.texts.get(segment=first).recording is None
    response = post(client, team.translator, "recording_finish", version.pk)
    assert response.status_code == 409
    assert "1 segments have no usable recording yet" in said(response)
    sound = make_recording(team.translator)
    versions.attach_recording(version=version, recording=sound, segment=first, actor=team.translator)
    changed = bulletin_data(team.area, bulletin=bulletin, script=[("announcer", "Câu thử, sửa dấu."), *WRITTEN[1:]])
    post(client, team.author, "bulletins:edit", bulletin.pk, **changed)
    assert [s.pk for s in versions.missing_recordings(version)] == [first.pk]
    assert post(client, team.translator, "recording_fits", version.pk, segment=first.pk).status_code == 302
    response = post(client, team.translator, "recording_finish", version.pk)
    assert response.url == reverse("version_review", args=[version.pk])
    version.refresh_from_db()
    assert version.state == "recorded"
