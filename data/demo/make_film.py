"""Makes data/demo/video/ho-chieu.mp4 and data/demo/pictures/ho-chieu.png anew: our own drawing, moved by ffmpeg's hand.

A small book, a scarf, two hands: nobody's face. No sound; the words stand in the captions (campaigns.demo.listening).
For developers; the files are kept in the repository. Run: python data/demo/make_film.py
"""

import math
import subprocess
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
WIDTH, HEIGHT, FPS, SCENE, SCALE = 640, 360, 10, 5.0, 2
PAPER, SAND, INK, INDIGO, MADDER, SKIN, LEAF = (
    "#fffdf8", "#f5efe4", "#1f1b24", "#2b3f87", "#9d2a2f", "#c98f63", "#2c6a3f",
)  # fmt: skip


def eased(share: float) -> float:
    return (1 - math.cos(math.pi * min(1.0, max(0.0, share)))) / 2


class Frame:
    """One picture of the film, drawn twice as large and made smaller, so that edges are smooth."""

    def __init__(self):
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), SAND)
        self.draw = ImageDraw.Draw(self.image)
        self.rectangle(0, 290, WIDTH, HEIGHT, "#e4d8c3", 0)

    def rectangle(self, x1, y1, x2, y2, colour, round_=8, outline=None):
        box = [value * SCALE for value in (x1, y1, x2, y2)]
        self.draw.rounded_rectangle(box, round_ * SCALE, fill=colour, outline=outline, width=2 * SCALE)

    def shape(self, points, colour):
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def book(self, x, y):
        self.rectangle(x - 45, y - 62, x + 45, y + 62, INDIGO, 7)
        self.rectangle(x + 38, y - 58, x + 43, y + 58, PAPER, 1)
        self.shape([(x - 5, y - 30), (x + 15, y - 8), (x - 5, y + 14), (x - 25, y - 8)], SAND)
        self.shape([(x - 5, y - 20), (x + 6, y - 8), (x - 5, y + 4), (x - 16, y - 8)], MADDER)
        self.rectangle(x - 28, y + 28, x + 18, y + 34, SAND, 2)
        self.rectangle(x - 20, y + 40, x + 10, y + 45, SAND, 2)

    def hand(self, x, y, side, sleeve):
        """`side`: −1 comes from the left, 1 from the right."""
        self.rectangle(*sorted((x, x + side * 400))[:1], y - 26, sorted((x, x + side * 400))[1], y + 26, sleeve, 12)
        self.rectangle(x - 34, y - 22, x + 34, y + 22, SKIN, 20)
        for finger in range(4):
            top = y - 20 + finger * 11
            self.rectangle(*sorted((x - side * 20, x - side * 58))[:1], top, sorted((x - side * 20, x - side * 58))[1], top + 9,
                           SKIN, 4)  # fmt: skip

    def scarf(self, x, y, closed):
        reach = 105 - 40 * closed
        self.shape([(x - reach, y + 70), (x, y + 30 - 60 * closed), (x + reach, y + 70), (x, y + 92)], MADDER)
        for step in range(-3, 4):
            at = x + step * reach / 4
            self.shape([(at, y + 58), (at + 8, y + 66), (at, y + 74), (at - 8, y + 66)], SAND)

    def phone(self, x, y, lit):
        self.rectangle(x - 52, y - 96, x + 52, y + 96, INK, 14)
        self.rectangle(x - 45, y - 84, x + 45, y + 84, PAPER, 6)
        if lit > 0.2:
            self.rectangle(x - 28, y - 66, x + 38, y - 8, "#d8def5", 8)
            self.rectangle(x - 14, y - 58, x + 20, y - 16, INDIGO, 3)
        if lit > 0.7:
            self.rectangle(x - 38, y + 6, x + 24, y + 34, SAND, 8)
            self.tick(x - 20, y + 20, 0.5)

    def tick(self, x, y, size):
        points = [(-14, 0), (-4, 11), (17, -13)]
        self.draw.line([((x + a * size) * SCALE, (y + b * size) * SCALE) for a, b in points], fill=LEAF,
                       width=int(7 * size * SCALE) or 1, joint="curve")  # fmt: skip

    def pocket(self, x, y, zipped):
        self.rectangle(x - 130, y - 90, x + 130, y + 130, "#44506f", 18)
        self.rectangle(x - 62, y - 10, x + 62, y + 90, "#56638a", 10)
        self.draw.line([((x - 62) * SCALE, y * SCALE), ((x + 62) * SCALE, y * SCALE)], fill=SAND, width=3 * SCALE)
        slider = x - 62 + 124 * zipped
        self.rectangle(slider - 5, y - 6, slider + 5, y + 10, MADDER, 3)

    def done(self):
        return self.image.resize((WIDTH, HEIGHT), Image.LANCZOS)


def drawn(second: float) -> Image.Image:
    scene, share = divmod(second / SCENE, 1)
    go = eased(share * 1.3)
    frame = Frame()
    if scene == 0:
        frame.book(320, 150)
        frame.scarf(320, 150, go)
        frame.hand(180 + 60 * go, 230, -1, INDIGO)
        frame.hand(460 - 60 * go, 230, 1, INDIGO)
    elif scene == 1:
        frame.book(230, 150)
        frame.scarf(230, 150, 1)
        frame.hand(150, 230, -1, INDIGO)
        # Another hand reaches out, and stops.
        frame.hand(620 - 190 * min(go, 0.75), 170, 1, "#6d5c48")
    elif scene == 2:
        frame.phone(330, 170, share)
        frame.hand(230, 240, -1, INDIGO)
        frame.book(520, 190)
    elif scene == 3:
        frame.pocket(320, 150, eased(share * 2 - 1))
        if share < 0.5:
            frame.book(320, 60 + 110 * eased(share * 2))
            frame.rectangle(258, 150, 382, 240, "#56638a", 10)
            frame.hand(420 - 20 * go, 110 + 80 * eased(share * 2), 1, INDIGO)
    else:
        frame.rectangle(150, 60, 490, 270, PAPER, 14, outline="#ddd3c2")
        frame.book(240, 165)
        frame.tick(390, 160, 2.4 * go + 0.01)
    return frame.done()


def main() -> None:
    target = HERE / "video/ho-chieu.mp4"
    process = subprocess.Popen(
        ["ffmpeg", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}",
         "-r", str(FPS), "-i", "pipe:0", "-c:v", "libx264", "-preset", "veryslow", "-crf", "26", "-pix_fmt", "yuv420p",
         "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart", str(target)],
        stdin=subprocess.PIPE,
    )  # fmt: skip
    for number in range(int(5 * SCENE * FPS)):
        process.stdin.write(drawn(number / FPS).tobytes())
    process.stdin.close()
    process.wait()
    drawn(SCENE * 0.9).quantize(64).save(HERE / "pictures/ho-chieu.png", optimize=True)


if __name__ == "__main__":
    main()
