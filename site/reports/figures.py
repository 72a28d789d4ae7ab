"""Numbers as people read them, in the language of the moment."""

from django.utils.translation import get_language


def figure(number) -> str:
    """1200 → "1.200", 12.5 → "12,5" (English: "1,200", "12.5"); None → "–"."""
    if number is None:
        return "–"
    text = f"{number:,.2f}".rstrip("0").rstrip(".") if float(number) != int(number) else f"{int(number):,}"
    return text if get_language() == "en" else vietnamese(text)


def vietnamese(text: str) -> str:
    """The marks of a number the Vietnamese way round."""
    return text.translate(str.maketrans(",.", ".,"))
