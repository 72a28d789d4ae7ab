"""A phone's clip of a loudspeaker: cut, and recognised as a programme, as something else, or not at all."""

import subprocess
from pathlib import Path

import ffmpeg as graph
import pytest

from media.audio import AudioRefused, Sound, ffmpeg, render
from media.audio.clip import cut_clip
from media.audio.fingerprint import (
    FEWEST,
    STEP,
    Likeness,
    clip_fingerprints,
    fingerprint,
    is_same,
    likeness,
    pack,
    unpack,
    verdict,
)
from media.audio.preview import horn_speaker, write_market
from tests.media.audio.conftest import WHEEL, make

AUDIO = Path(__file__).parents[3] / "data/demo/audio"
PHONES = {
    "clip.m4a": ["-c:a", "aac", "-b:a", "64k"],
    "clip.amr": ["-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb", "-b:a", "12.2k"],
    "clip.webm": ["-c:a", "libopus", "-b:a", "24k"],
}


@pytest.fixture(scope="module")
def programmes(tmp_path_factory) -> list[Path]:
    """Two programmes of the same voice, as a loudspeaker gets them."""
    folder = tmp_path_factory.mktemp("programmes")
    made = []
    for number, names in enumerate((("vi-04", "vi-05", "vi-06"), ("vi-09", "vi-10", "vi-03"))):
        target = folder / f"{number}.mp3"
        render([Sound(AUDIO / f"{name}.ogg", name) for name in names], "horn", target, folder)
        made.append(target)
    return made


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("market") / "market.wav"
    write_market(path, 30)
    return path


def heard(programme: Path, market: Path, target: Path, *, start: float, noise: float, seconds: float = 10.0) -> Path:
    """A clip of what a horn plays, with the market `noise` times as loud as it is."""
    voice = horn_speaker(ffmpeg.source(programme).filter("atrim", start=start, duration=seconds))
    street = graph.input(str(market)).filter("volume", volume=noise, precision="float")
    plain = target.with_suffix(".wav")
    mixed = graph.filter([voice, street], "amix", inputs=2, normalize=0, duration="first")
    ffmpeg.run(mixed.output(str(plain), acodec="pcm_s16le", ar=44100, ac=1), timeout=60)
    return make(target, *PHONES[target.name], source=plain)


@pytest.mark.parametrize("name", PHONES)
def test_a_clip_from_any_phone_is_found_at_its_place(programmes, market, tmp_path, name):
    sent = heard(programmes[0], market, tmp_path / name, start=6.3, noise=0.3)
    cut = cut_clip(sent, tmp_path / "kept.m4a")
    assert 9.8 <= cut.seconds <= 10.0
    mine = clip_fingerprints(tmp_path / "kept.m4a")
    own, other = (likeness(mine, fingerprint(path)) for path in programmes)
    assert abs(own.second - 6.3) < 0.5
    assert (is_same(own), is_same(other)) == (True, False)
    assert verdict([other, own], cut.snr_db) == "match"


def test_both_binaries_write_the_same_words(binary, programmes):
    words = fingerprint(programmes[0])
    assert len(words) > FEWEST
    assert unpack(pack(words)) == words
    with_wheel = ffmpeg.binary() == WHEEL
    assert with_wheel == (binary == WHEEL)
    # Decoders differ in rounding only.
    other = subprocess.run(
        [WHEEL, "-loglevel", "error", "-i", programmes[0], "-ac", "1", "-ar", "11025", "-f", "chromaprint",
         "-fp_format", "raw", "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    differing = sum((a ^ b).bit_count() for a, b in zip(words, unpack(other), strict=True))
    assert differing < 0.01 * 32 * len(words)


def test_another_programme_in_the_clear_is_something_else_and_in_noise_nobody_can_tell(programmes, market, tmp_path):
    words = fingerprint(programmes[1])
    said = {}
    for noise in (0.0, 4.0):
        sent = heard(programmes[0], market, tmp_path / "clip.m4a", start=6.3, noise=noise)
        cut = cut_clip(sent, tmp_path / "kept.m4a")
        found = likeness(clip_fingerprints(tmp_path / "kept.m4a"), words)
        said[noise] = verdict([found], cut.snr_db)
    assert said == {0.0: "other", 4.0: "unsure"}


def test_nothing_to_compare_with_tells_nothing():
    assert verdict([], 40.0) == "unsure"
    assert likeness([[1] * (FEWEST - 1)], [1] * 100) is None
    assert likeness([[1] * 20], [1] * 19) is None


def test_a_place_between_two_words_is_reckoned_with():
    programme = list(range(1000, 1100))
    found = likeness([[0] * 15, programme[40:55]], programme)
    assert found.difference == 0
    assert found.second == pytest.approx(40 * STEP - STEP / 4)


@pytest.mark.parametrize(
    ("difference", "lead", "clear", "said"),
    [
        (0.28, 0.0, 0.0, "match"), (0.38, 0.08, 0.0, "match"), (0.38, 0.07, 40.0, "unsure"), (0.39, 0.2, 40.0, "unsure"),
        (0.36, 0.045, 10.0, "other"), (0.36, 0.045, 9.9, "unsure"), (0.35, 0.01, 40.0, "unsure"),
    ],
)  # fmt: skip
def test_the_limits_of_the_verdict(difference, lead, clear, said):
    assert verdict([Likeness(difference, 0.0, lead)], clear) == said


def test_one_programme_that_may_be_meant_is_enough_not_to_say_it_was_something_else():
    far, near = Likeness(0.44, 0.0, 0.0), Likeness(0.35, 0.0, 0.06)
    assert verdict([far, far], 40.0) == "other"
    assert verdict([far, near], 40.0) == "unsure"


def test_the_middle_of_a_long_recording_is_kept_and_nothing_else_of_the_file(tmp_path):
    sent = make(tmp_path / "long.m4a", "-t", "30", "-metadata", "title=NOI-GHI", "-metadata", "location=+15.9+107.8/",
                "-c:a", "aac", source=AUDIO / "vi-09.ogg")  # fmt: skip
    assert b"NOI-GHI" in sent.read_bytes()
    cut = cut_clip(sent, tmp_path / "kept.m4a")
    kept = (tmp_path / "kept.m4a").read_bytes()
    assert b"NOI-GHI" not in kept
    assert b"107.8" not in kept
    assert cut.seconds <= 10.0
    assert len(kept) < 90_000


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["-t", "3"], "too-short"), (["-af", "volume=-90dB", "-t", "10"], "silent"),
        (["-af", "aloop=-1:2e9", "-t", "90"], "too-long"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_words(tmp_path, options, code):
    sent = make(tmp_path / "clip.wav", *options, source=AUDIO / "vi-09.ogg")
    with pytest.raises(AudioRefused) as refused:
        cut_clip(sent, tmp_path / "kept.m4a")
    assert refused.value.code == code
    assert not (tmp_path / "kept.m4a").exists()


def test_text_with_the_name_of_a_sound_opens_no_other_file(tmp_path):
    (tmp_path / "clip.mp3").write_text("ffconcat version 1.0\nfile /etc/passwd\n")
    with pytest.raises(AudioRefused):
        cut_clip(tmp_path / "clip.mp3", tmp_path / "kept.m4a")
