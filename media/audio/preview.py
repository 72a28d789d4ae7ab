"""How a horn loudspeaker across a market sounds: for judging a programme by ear, never for sending out.

The noise is synthesised here from seeded noise and a few tones, so the same programme gives the same preview.
"""

from pathlib import Path

import ffmpeg as graph

from media.audio import ffmpeg

# A re-entrant horn: steep below 300 Hz and above 6 kHz, a hump where its throat resonates (dB at Hz).
_HORN_RESPONSE = {
    100: -48,
    200: -22,
    300: -4,
    500: 0,
    900: 2,
    1500: 4,
    2500: 3,
    4000: 0,
    6000: -5,
    8000: -22,
    12000: -48,
}
_RESPONSE = ";".join(f"entry({hertz},{gain})" for hertz, gain in _HORN_RESPONSE.items())
# Talk of a crowd: bands of noise that swell at the pace of syllables, each at its own (band Hz, pace Hz, share).
_CROWD = ((300, 2.3, 0.8), (550, 3.1, 1.0), (1000, 3.9, 0.7), (1800, 4.7, 0.45), (3200, 5.3, 0.25))
# A motorbike that comes by every seventeen seconds.
_MOTOR = "0.10*(sin(2*PI*71*t+4*sin(0.6*t))+0.7*sin(2*PI*142*t+8*sin(0.6*t))+0.4*sin(2*PI*284*t+2))*pow(max(0,sin(2*PI*t/17)),6)"


def horn_speaker(stream):
    """The band and the mild saturation of a horn loudspeaker; the level stays about what it was."""
    return (
        stream.filter("highpass", f=220)
        .filter("asoftclip", type="tanh", threshold=0.8)
        .filter("firequalizer", gain_entry=_RESPONSE)
    )


def market(seconds: float):
    """Market noise, mono, about −21 LUFS."""
    length = round(seconds + 1, 2)
    voices = []
    for seed, (hertz, pace, share) in enumerate(_CROWD, start=11):
        band = graph.input(
            f"anoisesrc=color=white:amplitude=0.5:seed={seed}:duration={length}:sample_rate=44100", f="lavfi"
        )
        voices.append(
            band.filter("bandpass", f=hertz, width_type="o", w=1)
            .filter("tremolo", f=pace, d=0.6)
            .filter("volume", volume=share, precision="float")
        )
    street = graph.input(f"anoisesrc=color=brown:amplitude=0.25:seed=7:duration={length}:sample_rate=44100", f="lavfi")
    motor = graph.input(f"aevalsrc='{_MOTOR}':duration={length}:sample_rate=44100", f="lavfi")
    return graph.filter([*voices, street, motor], "amix", inputs=len(voices) + 2, normalize=0, duration="shortest")


def write_market(target: Path, seconds: float, rate: int = 44100) -> None:
    """The noise alone, as a WAV: for measuring."""
    ffmpeg.run(market(seconds).output(str(target), format="wav", ar=rate, acodec="pcm_f32le"), timeout=120)
