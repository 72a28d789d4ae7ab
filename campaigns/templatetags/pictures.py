from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from campaigns.pages.renditions import markup

register = template.Library()
_WIDTH = 720


@register.simple_tag
def photo(picture):
    """The picture in the sizes that are there; until the first is, a place of the right size that says so. Never makes
    one. Nothing once whoever is seen in it agrees no more."""
    if picture is None or not picture.may_be_shown:
        return ""
    found = markup(picture)
    if found:
        return found
    height = round(_WIDTH * picture.height / picture.width) if picture.width else _WIDTH
    words = "" if picture.decorative else picture.contextual_alt_text or picture.default_alt_text
    return format_html(
        '<svg class="awaited" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-label="{words}"><rect '
        'width="{w}" height="{h}" rx="12"/></svg><p class="muted small">{told}</p>',
        w=_WIDTH, h=height, words=words, told=_("The picture is being prepared. It stands here in a moment."),
    )  # fmt: skip
