"""A file input that says at once that a file is too large, before it is sent (static/cms/file-size.js)."""

from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext as _


def _refusal(largest: int) -> str:
    return _("This file is too large. At most %(size)s can be sent; choose a smaller one.") % {
        "size": filesizeformat(largest)
    }


def limited(widget, largest: int):
    """`widget` with its limit in bytes; the page loads the script where the form's media is."""
    widget.attrs |= {"data-largest": largest, "data-refusal": lazy(_refusal, str)(largest)}
    return widget
