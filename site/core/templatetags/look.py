"""What the components need: figures as people read them, states as shapes, tiles by the hundred, markup passed inside."""

import re
from html import escape

from django import template
from django.forms import CheckboxInput
from django.template.base import token_kwargs
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext

register = template.Library()

# The connection the pages are judged by, bits a second.
SLOW_LINE = 400_000

# The four ways a state is drawn, and the words of the domain that mean them.
KINDS = {
    "done": ("done", "aired", "valid", "approved", "released", "success"),
    "due": ("due", "stale", "expiring", "waiting", "warning"),
    "over": ("over", "overdue", "missing", "missed", "refused", "expired", "error"),
    "plain": ("plain", "open", "draft", "planned", "none", ""),
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words}


@register.filter
def state_kind(state: str | None) -> str:
    """done, due, over or plain for a state's name; a name nobody listed is an error, not a grey chip."""
    try:
        return _KIND_OF[str(state or "")]
    except KeyError:
        raise ValueError(f"No shape is set for the state {state!r}; add it to core.templatetags.look.KINDS.") from None


def _decimal(figure: float) -> str:
    """One decimal; a comma everywhere but in English (the minority locales have no formats of their own)."""
    text = f"{figure:.1f}"
    return text if (get_language() or "").startswith("en") else text.replace(".", ",")


@register.filter
def bytesize(size: int | None) -> str:
    """Bytes as "812 kB" or "1,2 MB": 1 kB = 1,000 bytes, as phones and providers count."""
    size = int(size or 0)
    if size < 999_500:
        return f"{max(1, round(size / 1000)) if size else 0} kB"
    return f"{_decimal(size / 1_000_000)} MB"


@register.filter
def clock(seconds: float | None) -> str:
    """Seconds as "3:07", from one hour on "1:02:07"."""
    minutes, rest = divmod(round(seconds or 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def slow_time(size: int | None) -> str:
    """How long `size` bytes take at 400 kb/s, in words."""
    seconds = max(1, round((size or 0) * 8 / SLOW_LINE))
    if seconds < 60:
        return ngettext("about %(n)s second on a slow line", "about %(n)s seconds on a slow line", seconds) % {
            "n": seconds
        }
    minutes = max(1, round(seconds / 60))
    return ngettext("about %(n)s minute on a slow line", "about %(n)s minutes on a slow line", minutes) % {"n": minutes}


@register.filter
def wave_path(points: list[float]) -> str:
    """An SVG path of bars, 240 × 48, from heights between 0 and 1."""
    if not points:
        return ""
    width = 240 / len(points)
    bars = []
    for number, height in enumerate(points):
        half = max(0.5, height * 23)
        bars.append(f"M{number * width:.1f} {24 - half:.1f}h{width * 0.7:.2f}v{2 * half:.1f}h-{width * 0.7:.2f}z")
    return "".join(bars)


@register.filter
def percent(share: float | None) -> str:
    """0.873 → "87 %"; nothing to count → "–"."""
    return "–" if share is None else f"{round(share * 100)} %"


@register.filter
def hundredths(share: float) -> str:
    """0.873 → "87": a bar's value, never with a decimal mark."""
    return str(round(share * 100))


@register.filter
def sentences(text: str) -> list[str]:
    """A text one sentence at a time, to be read aloud."""
    return [s.strip() for s in re.split(r"(?<=[.!?…])\s+", text.strip()) if s.strip()]


@register.filter
def is_tick(field) -> bool:
    """Whether a bound field is a single box to tick, whose label follows it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def cells(row: list, columns: list[dict]) -> list[tuple[dict, dict]]:
    """A table row's cells beside their columns; a plain text becomes {"text": …}."""
    if len(row) != len(columns):
        raise ValueError(f"A row of {len(row)} cells does not fit {len(columns)} columns.")
    return [
        (column, cell if isinstance(cell, dict) else {"text": cell}) for column, cell in zip(columns, row, strict=True)
    ]


def _escaped(text) -> str:
    """`conditional_escape` without its wrapper for lazy texts, dearer than the escaping: a board has a thousand tiles."""
    return text.__html__() if hasattr(text, "__html__") else escape(str(text))


def _tile(state, label, text, url) -> str:
    words = _escaped(label or "")
    title, heard = (f' title="{words}"', f'<span class="visually-hidden">{words}</span>') if words else ("", "")
    seen = f'<span aria-hidden="true">{_escaped(text)}</span>' if text not in ("", None) else ""
    name, href = ("a", f' href="{_escaped(url)}"') if url else ("span", "")
    return f'<{name} class="tile shape is-{state_kind(state)}"{href}{title}>{seen}{heard}</{name}>'


@register.simple_tag
def tile(state, label="", text="", url="") -> SafeString:
    """One tile: a shape in the state's colour, words for the ear and the pointer."""
    return mark_safe(_tile(state, label, text, url))  # noqa: S308 (every part is escaped above)


@register.simple_tag
def tile_cells(tiles: list[dict | None], columns: list[dict]) -> SafeString:
    """A board row's cells, None where nothing can be known. One tag, not an include per tile: 94 communes × 12 months."""
    row = []
    for entry, column in zip(tiles, columns, strict=True):
        drawn = ""
        if entry is not None:
            label = f"{column.get('long') or column['label']}: {entry.get('label', '')}"
            drawn = _tile(entry["state"], label, entry.get("text", ""), entry.get("url", ""))
        row.append(f'<td data-when="{_escaped(column["label"])}">{drawn}</td>')
    return mark_safe("".join(row))  # noqa: S308 (every part is escaped above and in _tile)


@register.tag("component")
def component(parser, token):
    """{% component "card" title=… %}markup{% endcomponent %}: the markup is `body`, the rest as with `include … only`."""
    _tag, name, *rest = token.split_contents()
    values = token_kwargs(rest, parser)
    if rest:
        raise template.TemplateSyntaxError('Usage: {% component "name" key=value … %}…{% endcomponent %}')
    body = parser.parse(("endcomponent",))
    parser.delete_first_token()
    return ComponentNode(parser.compile_filter(name), values, body)


class ComponentNode(template.Node):
    def __init__(self, name, values, nodelist):
        self.name, self.values, self.nodelist = name, values, nodelist

    def render(self, context) -> str:
        inside = get_template(f"components/{self.name.resolve(context)}.html").template
        given = {key: value.resolve(context) for key, value in self.values.items()}
        with context.push():
            given["body"] = self.nodelist.render(context)
        return inside.render(context.new(given))
