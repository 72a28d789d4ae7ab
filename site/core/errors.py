"""Errors a person can act on. Functions that change state raise them; views and tasks turn them into words."""


class DomainError(Exception):
    """A refused act. `message` is a (lazy) sentence: what happened, what is kept, what to do.

    `code` is for machines."""

    code = "refused"

    def __init__(self, message, *, code: str | None = None):
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.message)
