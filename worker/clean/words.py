"""Sets of words, written as running text: how the data of cleaning stays readable."""


def words(text: str) -> frozenset[str]:
    """Return the words of `text`, parted by white space."""
    return frozenset(text.split())
