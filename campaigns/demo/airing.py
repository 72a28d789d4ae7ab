"""The demo commune's first broadcast of the month, with the photo and the clip that show it. Both are made here and say so:
the picture is drawn, the clip is the programme through the horn loudspeaker of the preview."""

import io
import uuid
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from campaigns.broadcast.airings import log_airing
from campaigns.broadcast.proofs import add_clip, add_photo
from campaigns.models import Airing, BulletinVersion, SpeakerCluster
from media.audio import ffmpeg
from media.audio.preview import horn_speaker
from media.programmes import current_renditions
from media.storage import absolute, workdir

_FONT = Path(settings.ROOT) / "media/fonts/NotoSans-Regular.ttf"


def load_airing(version: BulletinVersion, commune, operator) -> Airing:
    """Logs the broadcast as the operator would, and adds what shows it."""
    clusters = list(SpeakerCluster.objects.filter(station__commune=commune))
    airing = log_airing(
        operator=operator, version=version, commune=commune, aired_at=None, plays=2, client_uuid=uuid.uuid4(),
        clusters=clusters,
    )  # fmt: skip
    add_photo(airing=airing, actor=operator, file=drawn_loudspeaker(), nobody_recognised=True, client_uuid=uuid.uuid4())
    programme = absolute(current_renditions(version.programme)["horn"].path)
    with workdir() as folder:
        clip = folder / "clip.m4a"
        heard = horn_speaker(ffmpeg.source(programme).filter("atrim", start=20, duration=11))
        ffmpeg.run(heard.output(str(clip), format="ipod", acodec="aac", audio_bitrate="64k"), timeout=60)
        with clip.open("rb") as file:
            add_clip(airing=airing, actor=operator, file=file, client_uuid=uuid.uuid4())
    return airing


def drawn_loudspeaker() -> io.BytesIO:
    """A drawing of a horn on a pole, as a phone's JPEG would come."""
    picture = Image.new("RGB", (960, 720), "#cfe3ee")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(0, 720), (0, 560), (260, 430), (520, 560), (760, 400), (960, 520), (960, 720)], fill="#5f8f5a")
    draw.rectangle((452, 200, 480, 720), fill="#8a7a66")
    for side in (-1, 1):
        throat = [(466 + side * x, y) for x, y in ((20, 210), (90, 195), (90, 255), (20, 240))]
        bell = [(466 + side * x, y) for x, y in ((90, 195), (250, 120), (250, 330), (90, 255))]
        draw.polygon(throat, fill="#5b6570")
        draw.polygon(bell, fill="#aeb6bd")
        draw.ellipse((466 + side * 250 - 18, 120, 466 + side * 250 + 18, 330), fill="#87919a")
    draw.text((24, 660), "Ảnh mẫu (hình vẽ)", fill="#ffffff", font=ImageFont.truetype(str(_FONT), 40))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    out.seek(0)
    return out
