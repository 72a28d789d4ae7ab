"""What a programme is made into. Targets: −16 LUFS ± 0.2, true peak ≤ −1 dBTP, measured on the encoded file."""

from dataclasses import dataclass

TARGET_LUFS = -16.0
TOLERANCE_LU = 0.2
CEILING_DBTP = -1.0


@dataclass(frozen=True)
class Profile:
    """`horn`: shaped for a horn loudspeaker. `loss`: what the encoder takes from the level, dB (measured: LAME 0.4).

    `limit`: where peaks are held before encoding, dBFS; low rates overshoot more, so they get more room.
    `tried`: the loss differs from voice to voice and is tried on an excerpt first. `streams`: can be written to a pipe.
    `cleaned`: speech is denoised, levelled and shaped; else only trimmed.
    """

    name: str
    suffix: str
    content_type: str
    horn: bool
    output: dict
    loss: float = 0.0
    limit: float = -1.9
    mastered: bool = True
    tried: bool = False
    streams: bool = True
    cleaned: bool = True


# No tags, no cover, no encoder's stamp: the same input gives the same bytes.
_BARE = {"map_metadata": -1, "fflags": "+bitexact", "flags:a": "+bitexact"}
_MP3 = {"format": "mp3", "acodec": "libmp3lame", "ar": 44100, "ac": 1, "write_xing": 0, "id3v2_version": 3, **_BARE}

PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile("horn", ".mp3", "audio/mpeg", True, {**_MP3, "audio_bitrate": "128k"}, loss=0.4),
        Profile("horn-small", ".mp3", "audio/mpeg", True, {**_MP3, "audio_bitrate": "64k"}, loss=0.4, limit=-3.4),
        Profile(
            "phone", ".ogg", "audio/ogg", False,
            {"format": "ogg", "acodec": "libopus", "ar": 48000, "ac": 1, "audio_bitrate": "24k", **_BARE},
            loss=0.35, limit=-4.0, tried=True,
        ),
        Profile(
            "phone-aac", ".m4a", "audio/mp4", False,
            {"format": "ipod", "acodec": "aac", "aac_coder": "fast", "ar": 32000, "ac": 1, "audio_bitrate": "48k",
             "movflags": "+faststart", **_BARE},
            loss=0.1, limit=-3.8, tried=True, streams=False,
        ),
        Profile(
            "master", ".flac", "audio/flac", False, {"format": "flac", "acodec": "flac", "ar": 44100, **_BARE},
            mastered=False, streams=False,
        ),
    )
}  # fmt: skip

# For judging by ear on the workbench, never for sending out: as recorded and as processed, through a horn in a market.
_HEARD = {**_MP3, "audio_bitrate": "64k"}
PREVIEWS: dict[str, Profile] = {
    "heard-before": Profile("heard-before", ".mp3", "audio/mpeg", False, _HEARD, cleaned=False),
    "heard-after": Profile("heard-after", ".mp3", "audio/mpeg", True, _HEARD),
}
