import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "static/css/site.css").read_text()
TEMPLATES = [p for p in sorted((ROOT / "templates").rglob("*.html")) if "email" not in p.parts]


def test_stylesheet_weighs_at_most_ten_kilobytes():
    assert len(gzip.compress(CSS.encode(), 6)) <= 10_000


@pytest.mark.parametrize("name", ["band.svg", "band-dark.svg", "favicon.svg", "mark.svg"])
def test_drawing_weighs_at_most_one_kilobyte(name):
    assert (ROOT / "static/img" / name).stat().st_size <= 1_000


@pytest.mark.parametrize("name", ["quick-exit.js", "theme.js", "menu.js", "dialog.js", "players.js"])
def test_script_is_small_and_loads_nothing_else(name):
    text = (ROOT / "static/js" / name).read_text()
    assert len(text.encode()) < 2_500
    assert not re.search(r"\bimport\b|https?:|\bfetch\(|document\.cookie|innerHTML", text)


def test_stylesheet_stands_alone():
    assert not re.search(r"@import|@font-face|https?:|text-transform|@keyframes|animation", CSS)
    links = set(re.findall(r'url\("([^"]+)"\)', CSS))
    assert links == {"../img/band.svg", "../img/band-dark.svg"}
    assert all((ROOT / "static/css" / link).resolve().is_file() for link in links)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_template_has_nothing_inline(path):
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.S)
    assert not re.search(r"<[a-z][^>]*\sstyle=", text)
    # A file inside a ZIP has its style with it.
    assert path.name == "my_data.html" or not re.search(r"<style\b", text)
    assert not re.search(r"<[a-z][^>]*\son[a-z]+=", text)
    assert "javascript:" not in text
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", text, flags=re.S):
        assert "src=" in attributes or "application/json" in attributes
        assert "application/json" in attributes or not body.strip()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT / "templates")))
def test_template_fetches_nothing_from_elsewhere(path):
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", path.read_text())


@pytest.mark.parametrize(
    "path", [p for p in TEMPLATES if p.parent.name == "components" and p.name != "gallery.html"], ids=lambda p: p.stem
)
def test_component_opens_with_its_parameters_and_stands_in_the_gallery(path):
    first = path.read_text().splitlines()[0]
    assert first.startswith("{# ")
    assert first.endswith(" #}")
    page = (ROOT / "templates/base.html").read_text() + (ROOT / "templates/components/gallery.html").read_text()
    inner = "".join(p.read_text() for p in path.parent.glob("*.html"))
    assert f"components/{path.name}" in page + inner or f'component "{path.stem}"' in page
    assert path.stem in (ROOT / "docs/design.md").read_text() or path.stem == "field_notes"


def test_includes_of_components_are_isolated():
    for path in TEMPLATES:
        for tag in re.findall(r'{% include "components/.*?%}', path.read_text()):
            assert tag.endswith(" only %}"), f"{path.name}: {tag}"
