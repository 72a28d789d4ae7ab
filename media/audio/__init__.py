"""The audio pipeline: pure steps over one ffmpeg module, path in, frozen dataclass out. No models, no settings.

probe(path) -> Probe                  what the file is, by content; AudioRefused says why not
measure(path) -> Measures             loudness, peaks, noise, clipping, silence, waveform
judge(measures, expected_seconds)     -> [Finding(code, severity, message, advice)]
render(parts, profile, target, workdir) -> RenderResult   the closed loop, measured on the encoded file
render_preview(parts, profile, target, workdir)         the same programme heard from a horn across a market
content_key(parts, profile) -> str    names the result before it is made
"""

from media.audio.assemble import RenderResult, content_key, render, render_preview
from media.audio.chain import PIPELINE_VERSION, Pause, Sound, process_part
from media.audio.errors import AudioRefused
from media.audio.measure import CROSSINGS, Levels, Measures, measure
from media.audio.probe import Probe, probe
from media.audio.profiles import PREVIEWS, PROFILES, Profile
from media.audio.verdict import Finding, describe, judge

__all__ = [
    "CROSSINGS", "PIPELINE_VERSION", "PREVIEWS", "PROFILES", "AudioRefused", "Finding", "Levels", "Measures", "Pause", "Probe",
    "Profile", "RenderResult", "Sound", "content_key", "describe", "judge", "measure", "probe", "process_part",
    "render", "render_preview",
]  # fmt: skip
