from core.errors import DomainError


class AudioRefused(DomainError):
    """A sound file that cannot be used; the message says why in words. `code` is for rows and scripts."""

    def __init__(self, code: str, message):
        super().__init__(message, code=code)
