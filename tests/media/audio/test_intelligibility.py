"""What the horn rendition promises, in small: in noise it is understood better than the recording it was made from.

The whole run, over eight voices, is bench/intelligibility.py; measured there with this chain: the worst single
measurement of a clean recording is +2.1 dB, of one 10 dB over its room +1.6 dB.
"""

import importlib.util
from pathlib import Path

import pytest

from media.audio import CROSSINGS, Levels, measure
from media.audio.chain import _horn_curve
from tests.media.audio.conftest import VOICE

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_intelligibility", ROOT / "bench/intelligibility.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("recorded", "least"), [(None, 1.5), (20, 1.0), (15, 0.5), (10, 0.0)])
def test_the_horn_rendition_is_understood_better_than_its_recording(recorded, least, bench, tmp_path):
    voice = ("voice", bench.PEOPLE, str(VOICE), 0, 0)
    clean, path = bench.recordings(tmp_path, voice, recorded)
    bench.write_market(tmp_path / "market.wav", 20, bench.RATE)
    length = len(bench.samples(clean)) + bench.RATE
    noises = {
        "market": bench.samples(tmp_path / "market.wav"),
        "speech-shaped": bench.speech_shaped([bench.heard(clean).samples], length),
    }
    reference, sounds, _refused = bench.variants(tmp_path, clean, path)
    found = {
        (noise, snr): gain
        for noise, method, kind, snr, gain in bench.gains(reference, sounds, noises)
        if (method, kind) == ("horn", "loudness")
    }
    assert len(found) == 8
    assert min(found.values()) >= least, found


def test_a_dull_and_a_thin_voice_leave_with_nearly_the_same_spectrum():
    """The equaliser follows the voice: each band ends where a horn wants it, whatever microphone it came from."""
    for bands in ((-2.0, -6.0, -9.0, -16.0, -19.0), (-14.0, -7.0, -4.0, -6.5, -6.0)):
        gains = [float(entry.split(",")[1][:-1]) for entry in _horn_curve(bands).split(";")]
        shaped = [band + gain for band, gain in zip(bands, gains[2:7], strict=True)]
        assert max(shaped) - min(shaped) == pytest.approx(5.3, abs=0.3)
        # Beside the whole, as the bands are: no louder and no softer.
        assert sum(10 ** (level / 10) for level in shaped) == pytest.approx(1.0, rel=0.05)


def test_bands_are_measured_and_kept(sounds, binary):
    dull = measure(sounds["clean.wav"])
    assert len(dull.bands) == len(CROSSINGS) + 1
    assert sum(10 ** (level / 10) for level in dull.bands) == pytest.approx(1.0, abs=0.05)
    stored = dull.as_dict()
    assert Levels.stored(stored).bands == dull.bands
    # What an older pipeline stored has none: it is measured again.
    del stored["bands"]
    assert Levels.stored(stored) is None
