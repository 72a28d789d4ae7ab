"""From measures to words: can this recording be used, and if not, what should the person do?"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from media.audio.measure import Measures

# Below this so much noise goes out with the voice that a new recording is worth its trouble, dB. (Processed, it is still
# understood better than raw: bench/intelligibility.py.)
SNR_REFUSE, SNR_WARN = 15.0, 20.0
LONGEST_SECONDS = 1800.0

_WORDS = {
    "noisy": (_("Too noisy."), _("Record again in a quiet place, away from wind, engines and other voices.")),
    "some-noise": (_("There is some noise in the background."), _("It can be used; a quieter place would be better.")),
    "clipped": (_("Too loud: the voice is distorted."), _("Hold the phone further from the mouth and record again.")),
    "some-clipping": (_("Some words are too loud."), _("It can be used; hold the phone a little further away.")),
    "quiet": (_("Too quiet."), _("Hold the phone a hand's width from the mouth and record again.")),
    "silent": (_("Mostly silence."), _("Check that the microphone was on, and record again.")),
    "long": (_("Too long."), _("A recording may last up to 30 minutes.")),
    "long-for-script": (_("Much longer than its text."), _("Listen whether something else was recorded as well.")),
    "short-for-script": (_("Too short for its text."), _("A part seems to be missing: record the whole text again.")),
}


@dataclass(frozen=True)
class Finding:
    """`severity`: "refuse" or "warn". The sentences are lazy: they read in the language of the moment."""

    code: str
    severity: str

    @property
    def message(self):
        return _WORDS[self.code][0]

    @property
    def advice(self):
        return _WORDS[self.code][1]


def judge(measures: Measures, expected_seconds: float | None = None) -> list[Finding]:
    """Findings in order of weight; empty for a good recording. `expected_seconds`: the reading time of its text."""
    found: list[Finding] = []
    spoken = max(0.0, measures.end - measures.start)

    def add(code: str, severity: str) -> None:
        found.append(Finding(code, severity))

    if measures.duration_s >= LONGEST_SECONDS:
        add("long", "refuse")
    if measures.silence_share > 0.85 or measures.speech_db < -65:
        add("silent", "refuse")
        return found
    if measures.speech_db < -48:
        add("quiet", "refuse")
    if measures.snr_db < SNR_REFUSE:
        add("noisy", "refuse")
    elif measures.snr_db < SNR_WARN:
        add("some-noise", "warn")
    if measures.clipped_share > 0.15:
        add("clipped", "refuse")
    elif measures.clipped_share > 0.03:
        add("some-clipping", "warn")
    if expected_seconds:
        # People read at half to twice the usual speed; outside that, something is missing or was added.
        if spoken < 0.4 * expected_seconds - 1:
            add("short-for-script", "refuse")
        elif spoken > 2.5 * expected_seconds + 10:
            add("long-for-script", "warn")
    return found


def describe(code: str) -> tuple:
    """(message, advice) of a stored finding's code; an unknown code reads as nothing."""
    return _WORDS.get(code, ("", ""))
