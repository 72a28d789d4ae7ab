import json
import os
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from media.audio import PROFILES, AudioRefused, Levels, Sound, judge, measure, probe, render
from media.storage import sha256_of


class Command(BaseCommand):
    help = (
        "Make one sound file ready for loudspeakers or phones, by the same steps as the platform, and print what was "
        "measured before and after. Nothing is written unless the whole file could be made."
    )

    def add_arguments(self, parser):
        parser.add_argument("source", type=Path, metavar="IN")
        parser.add_argument("--profile", choices=PROFILES, default="horn")
        parser.add_argument("--out", type=Path, required=True, metavar="OUT")
        parser.add_argument("--music", action="store_true", help="a jingle: neither judged nor denoised")
        parser.add_argument("--anyway", action="store_true", help="also when the verdict asks for a new recording")
        parser.add_argument("--json", action="store_true", help="print the measures as JSON")

    def handle(self, *, source: Path, profile: str, out: Path, music: bool, anyway: bool, **options):
        try:
            report = _process(source, profile, out, music, anyway)
        except AudioRefused as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror or error}.") from None
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) if options["json"] else _in_words(report))


def _process(source: Path, profile: str, out: Path, music: bool, anyway: bool) -> dict:
    if not source.is_file():
        raise CommandError(f"{source}: there is no such file.")
    if not out.parent.is_dir():
        raise CommandError(f"{out.parent}: there is no such folder.")
    if out.is_dir():
        raise CommandError(f"{out}: this is a folder; name a file.")
    if out.exists() and out.samefile(source):
        raise CommandError("OUT is the same file as IN: a recording is never overwritten.")
    found, before = probe(source), measure(source)
    findings = [] if music else judge(before)
    refused = [finding for finding in findings if finding.severity == "refuse"]
    if refused and not anyway:
        raise CommandError(" ".join(f"{finding.message} {finding.advice}" for finding in refused))
    # Beside OUT, so that the finished file moves into its place in one step.
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".process-audio-") as name:
        folder = Path(name)
        sound = Sound(source, sha256_of(source), music, Levels.stored(before.as_dict()))
        made = render([sound], profile, folder / f"out{PROFILES[profile].suffix}", folder)
        os.replace(made.path, out)
    return {
        "profile": profile,
        "before": {"codec": found.codec, "sample_rate": found.sample_rate, "channels": found.channels, **before.as_dict()},
        "after": {
            "duration_s": made.duration_s, "lufs": made.lufs, "true_peak_db": made.true_peak_db, "bytes": made.bytes,
            "sha256": made.sha256, "rounds": made.rounds,
        },
        "verdict": [
            {"code": f.code, "severity": f.severity, "message": str(f.message), "advice": str(f.advice)} for f in findings
        ],
    }  # fmt: skip


def _in_words(report: dict) -> str:
    before, after = report["before"], report["after"]
    verdict = " ".join(f"{said['message']} {said['advice']}" for said in report["verdict"])
    return "\n".join([
        f"before   {before['codec']}, {before['sample_rate']} Hz, channels: {before['channels']}, {before['duration_s']:.1f} s",
        f"         {before['lufs']:.1f} LUFS, true peak {before['true_peak_db']:.1f} dBTP",
        f"         speech {before['speech_db']:.0f} dBFS, noise {before['noise_db']:.0f} dBFS: {before['snr_db']:.0f} dB apart",
        f"after    {report['profile']}, {after['duration_s']:.1f} s, {after['bytes']} bytes, encoded {after['rounds']} ×",
        f"         {after['lufs']:.1f} LUFS, true peak {after['true_peak_db']:.1f} dBTP",
        f"         sha256 {after['sha256']}",
        f"verdict  {verdict or 'usable'}",
    ])  # fmt: skip
