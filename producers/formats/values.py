"""Values of JSON and front matter as texts: a name, people, an address, a language, subjects, captions.

A value of the wrong kind counts as absent: these functions raise nothing, whatever they are given.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from producers.article import MOST_CAPTIONS, MOST_SUBJECTS, Subject
from producers.formats.items import subject_code

#: Characters of a value that goes into the metadata; a longer one is left out, never cut.
LONGEST_EXTRA: Final = 2000
#: Parts of a list that go into the metadata.
_MOST_PARTS = 40
#: People or publishers that are read from one list.
_MOST_NAMES = 30
#: How deep a value within a value is followed ({"author": [{"name": ["..."]}]} is 3).
_DEEPEST = 6

#: Keys of an object that hold its name, the better first: schema.org, then the news APIs.
_NAME_KEYS = ("name", "alternateName", "legalName", "value", "@value", "title", "webTitle", "original", "rendered")
_ADDRESS_KEYS = ("@id", "url", "href", "rendered", "value", "#text", "$t", "_")
_CODE_KEYS = ("qcode", "code", "uri", "literal", "@id", "id", "url")
_CAPTION_KEYS = ("caption", "descriptiontext", "description", "descriptions", "headline", "headlines")

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
#: English names of languages, as GDELT and some news APIs give them, and their codes (ISO 639-1).
_LANGUAGES: Final[Mapping[str, str]] = {
    "arabic": "ar", "bengali": "bn", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr",
    "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi", "french": "fr",
    "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id",
    "italian": "it", "japanese": "ja", "korean": "ko", "latvian": "lv", "lithuanian": "lt", "malay": "ms",
    "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "serbian": "sr", "slovak": "sk", "slovenian": "sl", "spanish": "es", "swedish": "sv", "thai": "th",
    "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi",
}  # fmt: skip
_CODE = re.compile(r"\d{8}|[a-z][\w.-]{0,30}:[\w.-]{1,100}")

References = Mapping[str, Mapping[str, object]]


def plain(name: str) -> str:
    """Return a field's name without case, `_` and `-`: `published_at`, `publishedAt` and `Published-At` are one."""
    return name.lower().replace("_", "").replace("-", "")


def text_of(value: object, references: References, depth: int = 0) -> str | None:
    """Return the first text in `value`: itself, the name of an object, the first of a list."""
    if isinstance(value, str):
        return value.strip() or None
    if depth >= _DEEPEST:
        return None
    if isinstance(value, Mapping):
        for key in _NAME_KEYS:
            if text := text_of(value.get(key), references, depth + 1):
                return text
        given = " ".join(part.strip() for key in ("givenName", "familyName") if isinstance(part := value.get(key), str))
        if given.strip():
            return given.strip()
        node = value.get("@id")
        return text_of(references.get(node), references, depth + 1) if isinstance(node, str) else None
    if isinstance(value, Sequence):
        return next((text for part in value[:_MOST_NAMES] if (text := text_of(part, references, depth + 1))), None)
    return None


def texts_of(value: object, references: References) -> str | None:
    """Return the texts of a list, each once, joined by commas; of anything else its text."""
    if isinstance(value, list):
        texts = [text for part in value[:_MOST_NAMES] if (text := text_of(part, references))]
        return ", ".join(dict.fromkeys(texts)) or None
    return text_of(value, references)


def uri_of(value: object) -> str | None:
    """Return the identifier or address that `value` gives, as a text; names within a document (#x, _:x) are none."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        value = next((value[key] for key in _ADDRESS_KEYS if value.get(key)), None)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return None
    uri = value.strip()
    return uri if uri and uri.isprintable() and not uri.startswith(("#", "_:")) else None


def language_of(value: object, references: References) -> str | None:
    """Return the code of a language: a tag like en-GB, or the code of a language's English name."""
    if isinstance(value, Mapping):
        value = value.get("alternateName") or value.get("@id") or value.get("name")
    text = text_of(value, references)
    if text and text.lower() in _LANGUAGES:
        return _LANGUAGES[text.lower()]
    return text.replace("_", "-") if text and _LANGUAGE.fullmatch(text) else None


def subjects_of(value: object, references: References) -> Iterator[Subject]:
    """Yield the subjects in `value`: texts or objects with code and name, alone or in lists; words after commas."""
    parts = value if isinstance(value, list) else re.split(r"[,;]", value) if isinstance(value, str) else [value]
    for part in parts[:MOST_SUBJECTS]:
        if isinstance(part, Mapping):
            yield _subject(part, references)
        elif isinstance(part, list):
            yield from (_subject(inner, references) for inner in part[:MOST_SUBJECTS] if isinstance(inner, Mapping))
        elif isinstance(part, str) and part.strip():
            text = part.strip()
            yield Subject(code=text) if _CODE.fullmatch(text) else Subject(name=text)


def _subject(about: Mapping[str, object], references: References) -> Subject:
    given = (uri_of(about.get(key)) for key in _CODE_KEYS)
    code = next((code for code in given if code), None)
    scheme = about.get("scheme")
    value = about.get("value")
    name = value.strip() if isinstance(value, str) and value.strip() else text_of(about, references)
    code = subject_code(code, scheme if isinstance(scheme, str) else "") if code else None
    return Subject(code=code if code != name else None, name=name)


def captions_of(value: object, references: References) -> Iterator[str]:
    """Yield the captions of pictures and the like: a list of objects, or an object of them by name."""
    parts = value if isinstance(value, list) else [value]
    if isinstance(value, Mapping) and not any(plain(key) in _CAPTION_KEYS for key in value):
        parts = list(value.values())
    for part in parts[:MOST_CAPTIONS]:
        if isinstance(part, Mapping) and part.get("type") != "text":
            by_name = {plain(key): inner for key, inner in part.items() if isinstance(key, str)}
            captions = (text_of(by_name.get(key), references) for key in _CAPTION_KEYS)
            if caption := next((text for text in captions if text), None):
                yield caption


def extra_of(value: object) -> str | None:
    """Return `value` as it goes into the metadata: a text of at most LONGEST_EXTRA characters, or None.

    Lists of texts and numbers are joined by commas, other lists and objects are JSON.
    """
    if isinstance(value, list) and not any(isinstance(part, list | dict) for part in value):
        parts = [extra_of(part) for part in value[:_MOST_PARTS]]
        value = ", ".join(part for part in parts if part)
    elif isinstance(value, list | dict):
        try:
            value = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        except (RecursionError, TypeError, ValueError):
            return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        value = str(value)
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_EXTRA else None
