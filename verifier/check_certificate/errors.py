"""What this program raises: bad input, which it tells from a claim that is false."""

__all__ = ["BadInput"]


class BadInput(Exception):
    """A file that cannot be read, is not what it should be, or is too large; the text is one sentence."""
