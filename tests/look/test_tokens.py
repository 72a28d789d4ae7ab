import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parents[2] / "static/css/site.css").read_text()

# Contrast the design asks for: (on the page, on panels), light and dark.
EXPECTED = {
    "light": {
        "ink": (16.7, 14.8), "muted": (7.1, 6.3), "indigo": (9.5, 8.5),
        "madder": (7.4, 6.5), "leaf": (6.4, 5.7), "amber": (5.8, 5.2),
    },
    "dark": {
        "ink": (15.7, 14.0), "muted": (8.5, 7.6), "indigo": (9.4, 8.4),
        "madder": (7.5, 6.7), "leaf": (9.8, 8.8), "amber": (9.7, 8.7),
    },
}  # fmt: skip


def tokens(selector: str) -> dict[str, str]:
    start = CSS.index(selector)
    block = CSS[start : CSS.index("}", start)]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


THEMES = {"light": tokens(":root {"), "dark": tokens(':root[data-theme="dark"] {')}


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_formula_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", sorted(EXPECTED["light"]))
def test_token_contrast_is_what_the_design_promises(theme, name):
    colours = THEMES[theme]
    measured = contrast(colours[name], colours["paper"]), contrast(colours[name], colours["sand"])
    assert measured == pytest.approx(EXPECTED[theme][name], abs=0.1)
    assert min(measured) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["indigo", "leaf", "ink"])
def test_text_on_filled_colours_is_readable(theme, ground):
    colours = THEMES[theme]
    text = colours["paper"] if ground == "ink" else colours["on-strong"]
    assert contrast(text, colours[ground]) >= 4.5


def test_dark_tokens_are_the_same_for_device_and_reader():
    assert tokens(':root:not([data-theme="light"]) {') == THEMES["dark"]
    assert set(THEMES["dark"]) == set(THEMES["light"])


def test_form_borders_reach_three_to_one():
    for colours in THEMES.values():
        assert contrast(colours["muted"], colours["paper"]) >= 3
