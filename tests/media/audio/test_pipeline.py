"""The closed loop with the real ffmpeg: what is promised is measured on the encoded file."""

import subprocess
import threading
import time

import pytest

from media.audio import (
    PREVIEWS,
    PROFILES,
    AudioRefused,
    Levels,
    Pause,
    Sound,
    content_key,
    ffmpeg,
    judge,
    measure,
    probe,
    render,
    render_preview,
)
from media.audio.measure import loudness
from tests.media.audio.conftest import SOURCES, WHEEL, make

NOISE = "anoisesrc=c=pink:a=0.2:d=25:seed=3"


def measured(path) -> tuple[float, float]:
    """(LUFS, dBTP) by an ffmpeg run of the test's own."""
    command = [
        WHEEL,
        "-nostdin",
        "-hide_banner",
        "-i",
        str(path),
        "-af",
        "ebur128=peak=true:framelog=verbose",
        "-f",
        "null",
        "-",
    ]
    return loudness(subprocess.run(command, capture_output=True, text=True, check=True).stderr)


@pytest.mark.parametrize("name", SOURCES)
def test_horn_reaches_its_loudness_from_every_kind_of_source(name, sounds, tmp_path, binary):
    made = render([Sound(sounds[name], "x")], "horn", tmp_path / "out.mp3", tmp_path)
    lufs, peak = measured(made.path)
    assert abs(lufs + 16) <= 0.2
    assert peak <= -1.0
    assert (made.sha256, made.bytes) == (_sha256(made.path), made.path.stat().st_size)


def _sha256(path) -> str:
    return subprocess.run(["sha256sum", str(path)], capture_output=True, text=True, check=True).stdout.split()[0]


@pytest.mark.parametrize("profile", [name for name, profile in PROFILES.items() if profile.mastered])
def test_every_profile_reaches_its_loudness(profile, sounds, tmp_path, binary):
    made = render([Sound(sounds["clean.wav"], "x")], profile, tmp_path / ("o" + PROFILES[profile].suffix), tmp_path)
    lufs, peak = measured(made.path)
    assert abs(lufs + 16) <= 0.2
    assert peak <= -1.0


def test_horn_is_what_amplifiers_play(sounds, tmp_path):
    made = render([Sound(sounds["stereo.m4a"], "x")], "horn", tmp_path / "out.mp3", tmp_path)
    report = subprocess.run([WHEEL, "-hide_banner", "-i", str(made.path)], capture_output=True, text=True).stderr
    assert "Audio: mp3" in report
    assert "44100 Hz, mono" in report
    assert "128 kb/s" in report
    assert made.path.read_bytes()[:3] != b"ID3" or "title" not in report
    # Constant bit rate: the size follows from the length alone.
    assert abs(made.bytes - made.duration_s * 16_000) < 2_500


def test_the_same_input_gives_the_same_bytes(sounds, tmp_path):
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    first = render([Sound(sounds["clean.wav"], "x")], "horn", tmp_path / "a/o.mp3", tmp_path / "a")
    second = render([Sound(sounds["clean.wav"], "x")], "horn", tmp_path / "b/o.mp3", tmp_path / "b")
    assert first.sha256 == second.sha256


def test_a_programme_keeps_its_parts_and_pauses(sounds, tmp_path):
    voice, pause = Sound(sounds["clean.wav"], "x"), Pause(2.0)
    single = render([voice], "horn", tmp_path / "one.mp3", tmp_path)
    double = render([voice, pause, voice], "horn", tmp_path / "two.mp3", tmp_path)
    assert double.duration_s == pytest.approx(2 * single.duration_s + 2.0, abs=0.15)
    command = [WHEEL, "-hide_banner", "-i", str(double.path), "-af", "silencedetect=n=-50dB:d=1.5", "-f", "null", "-"]
    report = subprocess.run(command, capture_output=True, text=True).stderr
    assert report.count("silence_duration") == 1


def test_key_follows_content_profile_and_order():
    a, b = Sound("/a", "aa"), Sound("/b", "bb")
    keys = {
        content_key([a, b], "horn"), content_key([b, a], "horn"), content_key([a, b], "phone"),
        content_key([a, Pause(1.0), b], "horn"), content_key([a, Sound("/b", "bb", music=True)], "horn"),
    }  # fmt: skip
    assert len(keys) == 5
    assert content_key([Sound("/elsewhere", "aa"), b], "horn") == content_key([a, b], "horn")


@pytest.mark.parametrize(
    ("name", "container", "channels"),
    [("clean.wav", "wav", 1), ("phone.amr", "amr", 1), ("stereo.m4a", "mov", 2), ("loud.mp3", "mp3", 1),
     ("quiet.flac", "flac", 1), ("browser.webm", "matroska", 1), ("phone.3gp", "mov", 1)],
)  # fmt: skip
def test_probe_reads_content_not_names(name, container, channels, sounds, tmp_path, binary):
    renamed = tmp_path / "something.txt"
    renamed.write_bytes(sounds[name].read_bytes())
    found = probe(renamed)
    assert (found.container, found.channels) == (container, channels)


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (["-ac", "1"], []),
        (["-filter_complex", f"[0:a]volume=-12dB[v];{NOISE}[n];[v][n]amix=inputs=2:normalize=0:duration=first"], ["noisy"]),
        (["-af", "volume=30dB"], ["clipped"]),
        (["-af", "volume=-45dB"], ["quiet"]),
        (["-af", "apad=pad_dur=300"], ["silent"]),
    ],
)  # fmt: skip
def test_verdict_names_what_is_wrong(arguments, codes, tmp_path, binary):
    found = judge(measure(make(tmp_path / "s.wav", *arguments)))
    assert [f.code for f in found if f.severity == "refuse"] == codes


def test_verdict_compares_with_the_script(sounds):
    measures = measure(sounds["clean.wav"])
    assert [f.code for f in judge(measures, 120.0)] == ["short-for-script"]
    assert [f.code for f in judge(measures, 2.0)] == ["long-for-script"]
    assert judge(measures, 20.0) == []


def test_opposite_channels_do_not_cancel(tmp_path):
    opposed = make(tmp_path / "s.wav", "-filter_complex", "[0:a]aformat=channel_layouts=mono,pan=stereo|c0=c0|c1=-1*c0")
    assert measure(opposed).mixdown == "left"
    made = render([Sound(opposed, "x")], "horn", tmp_path / "o.mp3", tmp_path)
    assert abs(measured(made.path)[0] + 16) <= 0.2


def test_a_dead_channel_is_left_out(tmp_path):
    dead = make(tmp_path / "s.wav", "-filter_complex", "[0:a]aformat=channel_layouts=mono,pan=stereo|c0=0*c0|c1=c0")
    assert measure(dead).mixdown == "right"


def test_silence_is_refused_as_a_programme(tmp_path):
    silent = make(tmp_path / "s.wav", "-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono", "-t", "5", source=None)
    with pytest.raises(AudioRefused, match="không có tiếng"):
        render([Sound(silent, "x")], "horn", tmp_path / "o.mp3", tmp_path)
    assert not (tmp_path / "o.mp3").exists()


def test_stored_levels_give_the_same_bytes_without_reading_the_source_for_them(sounds, tmp_path, monkeypatch):
    known = Levels.stored(measure(sounds["stereo.m4a"]).as_dict())
    fresh = render([Sound(sounds["stereo.m4a"], "x")], "horn", tmp_path / "fresh.mp3", tmp_path)
    monkeypatch.setattr("media.audio.chain.levels_of", lambda *a, **k: pytest.fail("measured again"))
    stored = render([Sound(sounds["stereo.m4a"], "x", levels=known)], "horn", tmp_path / "stored.mp3", tmp_path)
    assert stored.sha256 == fresh.sha256
    assert Levels.stored({"noise_db": -60.0}) is None


def test_a_chain_ends_with_its_slowest_part_and_leaves_nothing_running(sounds, tmp_path):
    slow = ffmpeg.source(sounds["clean.wav"], readrate=0.2)
    begun = time.monotonic()
    with pytest.raises(AudioRefused) as refused:
        ffmpeg.run_chain(
            [ffmpeg.to_pipe(slow), ffmpeg.piped().output("pipe:", format="null")], timeout=1, keep=tmp_path / "kept"
        )
    assert (refused.value.code, time.monotonic() - begun < 8) == ("timeout", True)
    assert not [thread for thread in threading.enumerate() if thread.name == "copy"]


def test_a_preview_is_short_repeatable_and_the_village_hears_the_market_between_words(sounds, tmp_path, binary):
    parts = [Sound(sounds["clean.wav"], "x"), Pause(4.0), Sound(sounds["clean.wav"], "x")]
    made = {name: render_preview(parts, name, tmp_path / f"{name}.mp3", tmp_path) for name in PREVIEWS}
    again = render_preview(parts, "heard-after", tmp_path / "again.mp3", tmp_path)
    assert again.sha256 == made["heard-after"].sha256 != made["heard-before"].sha256
    for result in made.values():
        assert result.duration_s == pytest.approx(min(40.0, 40.1), abs=6)
        assert result.true_peak_db <= -1.0
        # The pause between the parts is a market, not silence.
        command = [WHEEL, "-hide_banner", "-i", str(result.path), "-af", "silencedetect=n=-50dB:d=1", "-f", "null", "-"]
        assert "silence_duration" not in subprocess.run(command, capture_output=True, text=True).stderr
    # Nothing below what a horn gives: the lowest octaves hold the market's rumble only.
    assert abs(made["heard-before"].lufs - made["heard-after"].lufs) < 2.5
