"""Files a CPU second that each reader reads, beside the cost of cleaning the same.

    python -m tests.benchmarks.formats [--seconds 1.0]

Each file holds one story of 300 words, in every format the same; "list" has 100 of them in one file. "read" is from the
bytes to the articles, "clean" from the articles to their text, both in one process, without queue and store.
"""

import argparse
import gzip
import io
import itertools
import json
import sys
import time
from collections.abc import Callable

from producers.article import RawArticle
from producers.formats import articles
from tests.hostile.formats import newsml_1, newsml_g2, nitf
from tests.unit.producers.formats.test_docx import p, word
from tests.unit.producers.formats.test_warc import answer, entry
from worker.clean import clean

_SENTENCE = "The council of Alder Vale met on Monday to hear how the harbour will be repaired before the winter. "
PARAGRAPHS = [f"{n}. {_SENTENCE * 4}".strip() for n in range(4)]
TEXT = "\n\n".join(PARAGRAPHS)
HTML = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
PAGE = (
    "<!doctype html><html><head><title>Harbour repaired</title></head><body><nav><a href='/'>Home</a></nav>"
    f"<article><h1>Harbour repaired</h1>{HTML}</article><footer>Imprint</footer></body></html>"
)
JSON = json.dumps({"title": "Harbour repaired", "text": TEXT, "published_at": "2026-11-27T08:00:00Z"})
NINJS = json.dumps(
    {"uri": "urn:a:1", "type": "text", "headline": "Harbour repaired", "versioncreated": "2026-11-27T08:00:00Z",
     "pubstatus": "usable", "body_html": HTML}
)  # fmt: skip
MAIL = (
    "From: Ada <ada@npa.example>\nTo: desk@npa.example\nSubject: Harbour repaired\n"
    f"Date: Fri, 27 Nov 2026 08:00:00 +0000\nMessage-ID: <1@npa.example>\n\n{TEXT}\n\n"
)
IPTC = (
    f"\x01vnp017 3 p 140 vnp 018\r\n\r\nOda/\r\n\x02Harbour repaired =\r\n\r\n{TEXT}\r\n\r\n\x03vnp 131137 GMT Nov 26"
)
ANPA = (
    "\x16\x16\x01A0101\x1f-----\r\nu i\x13\x11 BC-EU--Oda     11-27 0120\r\n\x02^Harbour repaired<\r\n"
    + "".join(f"\t{paragraph}\r\n" for paragraph in PARAGRAPHS)
    + "\x03\r\nAP-WF-11-27-26 0130GMT\r\n\x04"
)
ITEM = f"<item><title>Harbour repaired</title><guid>urn:a:1</guid><description><![CDATA[{HTML}]]></description></item>"
ENTRY = entry(answer(PAGE))

#: The files by their names: the name that picks the reader, and the bytes.
FILES = {
    "text": ("a.txt", f"Harbour repaired\n\n{TEXT}".encode()),
    "Markdown": ("a.md", f"---\ntitle: Harbour repaired\n---\n\n{TEXT}".encode()),
    "HTML": ("a.html", PAGE.encode()),
    "JSON": ("a.json", JSON.encode()),
    "ninjs": ("a.json", NINJS.encode()),
    "JSON Lines, list": ("a.jsonl", f"{JSON}\n".encode() * 100),
    "NITF": ("a.xml", nitf(HTML).encode()),
    "NewsML-G2": ("a.xml", newsml_g2(HTML).encode()),
    "NewsML 1": ("a.xml", newsml_1(HTML).encode()),
    "RSS, list": ("a.xml", f'<rss version="2.0"><channel><title>NPA</title>{ITEM * 100}</channel></rss>'.encode()),
    "IPTC 7901": ("a.txt", IPTC.encode("latin-1")),
    "ANPA 1312": ("a.tst", ANPA.encode("latin-1")),
    "mail": ("a.eml", MAIL.encode()),
    "mbox, list": ("a.mbox", f"From ada@npa.example Fri Nov 27 08:00:00 2026\n{MAIL}".encode() * 100),
    "Word": ("a.docx", word(p("Harbour repaired", "Titel") + "".join(map(p, PARAGRAPHS)))),
    "WARC, list": ("a.warc", ENTRY * 100),
    "WARC gzipped, list": ("a.warc.gz", gzip.compress(ENTRY) * 100),
}


def rate(work: Callable[[], object], seconds: float) -> float:
    """Return how often `work` is done in a CPU second, tried for `seconds` of them."""
    work()
    began = time.process_time()
    for count in itertools.count(1):
        work()
        if (spent := time.process_time() - began) >= seconds:
            return count / spent
    raise AssertionError("itertools.count ends")


def read(name: str, data: bytes) -> list[RawArticle]:
    """Return the articles of a file; raises ValueError if one is refused."""
    raws = list(articles(io.BytesIO(data), name, "benchmark"))
    if refused := next((raw.refused for raw in raws if raw.refused), None):
        raise ValueError(f"{name}: {refused}")
    return raws


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0)
    seconds = parser.parse_args().seconds
    print(f"{'a CPU second':<22}{'articles read':>14}{'MB read':>9}{'articles cleaned':>18}{'reading of both':>17}")
    for label, (name, data) in FILES.items():
        raws = read(name, data)
        files = rate(lambda name=name, data=data: read(name, data), seconds)
        reading = files * len(raws)
        cleaning = rate(lambda raw=raws[0]: clean(raw), seconds)
        share = (1 / reading) / (1 / reading + 1 / cleaning)
        print(f"{label:<22}{reading:>14,.0f}{files * len(data) / 1e6:>9.1f}{cleaning:>18,.0f}{share:>17.0%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
