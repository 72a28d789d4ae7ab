"""Charts as SVG made on the server: geometry only, words and colours are the template's."""

from dataclasses import dataclass

WIDTH, HEIGHT, GAP = 360, 120, 4


@dataclass(frozen=True)
class Bar:
    """A bar of a share from 0 to 1 (None: nothing to count), in the units of the drawing."""

    label: str
    share: float | None
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


def bars(shares: list[tuple[str, float | None]]) -> list[Bar]:
    step = WIDTH / max(1, len(shares))
    found = []
    for number, (label, share) in enumerate(shares):
        height = round((share or 0) * HEIGHT, 1)
        found.append(
            Bar(
                label, share, round(number * step + GAP / 2, 1), round(HEIGHT - height, 1), round(step - GAP, 1), height
            )
        )
    return found
