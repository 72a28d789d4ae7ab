"""`manage.py process_audio` and `manage.py jobs`, as an administrator types them."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from media import jobs
from media.models import Job, Recording
from tests.media.audio.conftest import make


def run(*arguments) -> str:
    out = StringIO()
    call_command(*[str(argument) for argument in arguments], stdout=out)
    return out.getvalue()


def test_one_file_is_made_and_its_measures_printed(tmp_path):
    source, out = make(tmp_path / "in.ogg", "-c:a", "libopus"), tmp_path / "out.mp3"
    report = json.loads(run("process_audio", source, "--profile", "horn", "--out", out, "--json"))
    assert abs(report["after"]["lufs"] + 16) <= 0.2
    assert report["after"]["true_peak_db"] <= -1
    assert report["after"]["bytes"] == out.stat().st_size
    assert report["before"]["noise_db"] < report["before"]["speech_db"]
    assert report["verdict"] == []
    words = run("process_audio", source, "--profile", "horn-small", "--out", out)
    assert "usable" in words
    assert "LUFS" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.ogg", "out.mp3"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["-af", "apad=pad_dur=300"], "lặng"), (["-af", "volume=30dB"], "to"), (["-af", "volume=-45dB"], "nhỏ")],
)
def test_a_recording_that_must_be_made_again_is_refused_in_words(arguments, words, tmp_path):
    source, out = make(tmp_path / "in.wav", *arguments), tmp_path / "out.mp3"
    with pytest.raises(CommandError, match=words):
        run("process_audio", source, "--out", out)
    assert [path.name for path in tmp_path.iterdir()] == ["in.wav"]


def test_what_is_no_sound_or_has_no_place_is_refused_in_words(tmp_path):
    text = tmp_path / "text.mp3"
    text.write_text("not a sound")
    sound = make(tmp_path / "in.wav")
    for source, out, words in (
        (text, tmp_path / "o.mp3", r"\.$"),
        (tmp_path / "none.wav", tmp_path / "o.mp3", "no such file"),
        (sound, tmp_path / "none" / "o.mp3", "no such folder"),
        (sound, sound, "never overwritten"),
        (sound, tmp_path, "a folder"),
    ):
        with pytest.raises(CommandError, match=words):
            run("process_audio", source, "--out", out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.wav", "text.mp3"]


@pytest.mark.django_db
def test_failed_jobs_are_listed_with_their_reason_and_start_over():
    row = Recording.objects.create(title="x", sha256="0" * 64, path="none", size=1, state="refused", reason="gone")
    job = Job.objects.create(
        kind="analyse", key="analyse:1", args={"recording": row.pk}, state="failed", reason=jobs.BROKEN, attempts=5
    )
    other = Job.objects.create(kind="analyse", key="analyse:2", args={"recording": 0})
    listed = run("jobs")
    assert "failed: 1" in listed
    assert "queued: 1" in listed
    assert f"{job.pk}  failed" in listed
    assert "analyse:" not in listed
    assert f"{other.pk}  queued" in run("jobs", "--state", "queued")
    assert "starts over" in run("jobs", "--retry", job.pk)
    job.refresh_from_db(), row.refresh_from_db()
    assert (job.state, job.attempts, job.reason, row.state) == ("queued", 0, "", "waiting")
    with pytest.raises(CommandError, match="has not failed"):
        run("jobs", "--retry", other.pk)
    with pytest.raises(CommandError, match="no job"):
        run("jobs", "--retry", 999_999)
    Job.objects.update(state="failed")
    assert "Started over: 2" in run("jobs", "--all-failed")
    assert not Job.objects.filter(state="failed").exists()
