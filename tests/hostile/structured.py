"""Bad JSON, JSON Lines and front matter."""

import json as js
from collections.abc import Iterator

from tests.hostile.inputs import End, Input, Prose, file


def json(prose: Prose) -> Iterator[Input]:
    """Yield JSON documents that are cut, nested, huge, of wrong types, or lie about themselves."""

    def article(**fields: object) -> str:
        return js.dumps({"title": prose.sentence(5), "text": prose.story(), **fields})

    for n in range(8):
        text = article()
        yield Input("JSON cut off", End.REFUSED, file(f"cut{n}.json", text[: len(text) - 1 - 37 * n]), "not valid JSON")
    for name, text in {
        "a trailing comma": '{"text": "A text of the report.",}',
        "single quotes": "{'text': 'A text of the report.'}",
        "a comment": '{"text": "A text."} // end',
        "a raw line end": '{"text": "A text\nof the report."}',
        "two documents": '{"text": "A text."}{"text": "B text."}',
        "no quotes": "{text: A text}",
        "JSONP": 'callback({"text": "A text."});',
        "a lone bracket": "[",
        "a bad escape": '{"text": "A \\x text."}',
    }.items():
        yield Input(f"JSON with {name}", End.REFUSED, file("bad.json", text), "JSON")
    # A page is known by its content, whatever its name is.
    yield Input("a page for JSON", End.REFUSED, file("bad.json", "<html><body>Not found</body></html>"), "prose")
    for name, value in {
        "null": None,
        "true": True,
        "a number": 5,
        "a text": "only a text",
        "an empty list": [],
        "an empty object": {},
        "a list of lists": [[[[[]]]]],
        "a list of numbers": [1, 2, 3],
        "text null": {"text": None},
        "text number": {"text": 5},
        "text object": {"text": {"text": "A text."}},
        "text list of numbers": {"text": [1, 2]},
        "text empty": {"text": "  "},
        "an error answer": {"error": {"code": 404, "message": "not found"}},
        "a product": {"@type": "Product", "name": "A chair"},
    }.items():
        yield Input(f"JSON that is {name}", End.REFUSED, file("odd.json", js.dumps(value)))
    deep = 100_000
    for name, text in {
        "100,000 nested lists": "[" * deep + "]" * deep,
        "100,000 nested objects": '{"a":' * deep + "1" + "}" * deep,
        "100,000 open brackets": "[" * deep,
        "2,000 nested lists": "[" * 2_000 + "]" * 2_000,
        "a million empty objects": "[" + "{}," * 999_999 + "{}]",
        "a million empty lists": "[" + "[]," * 999_999 + "[]]",
        "2,000 empty objects": "[" + "{}," * 1_999 + "{}]",
    }.items():
        yield Input(f"JSON of {name}", End.REFUSED, file("deep.json", text))
    plain = article()[:-1]
    for name, text in {
        "a number of 100,000 digits": f'{plain}, "n": {"9" * 100_000}}}',
        "an exponent beyond all": f'{plain}, "n": 1e999999, "m": -1e400}}',
        "NaN and infinities": f'{plain}, "date": NaN, "n": [Infinity, -Infinity]}}',
        "keys given twice": f'{plain}, "text": {js.dumps(prose.story())}, "title": null, "title": "The last one"}}',
        "nesting beside the text": f'{plain}, "author": {"[" * 300}"x"{"]" * 300}}}',
        "20,000 keys": f"{plain}, " + ", ".join(f'"k{n}": "v"' for n in range(20_000)) + "}",
        "a key of 500 KB": f'{plain}, "{"k" * 500_000}": "v"}}',
        "lone surrogates": '{"title": "\\ud800 T", "text": "'
        + prose.paragraph()
        + ' \\udfff", "author": "\\udc00", "url": "\\ud800"}',
        "NULs": '{"title": "a\\u0000b", "text": "'
        + prose.paragraph()
        + '\\u0000", "id": "a\\u0000b", "source": "\\u0000"}',
        "escape sequences": '{"title": "\\u001b[31mRed\\u001b[2J", "text": "'
        + prose.paragraph()
        + '", "author": "\\u009b31m"}',
        "a line separator": '{"text": "' + prose.paragraph() + '\u2028x"}',
        "an HTML body": js.dumps({"html": f"<p>{prose.paragraph()}</p><script>alert(1)</script>"}),
        "wrong types everywhere": js.dumps(
            {"text": prose.story(), "title": 5, "url": {}, "date": [], "author": True, "language": 7, "source": [[]]}
        ),
        "a text beyond its own size": js.dumps(
            {"text": prose.story(), "title": "T" * 400_000, "author": "A" * 400_000}
        ),
    }.items():
        yield Input(f"JSON with {name}", End.STORED, file("hard.json", text))
    for n, date in enumerate(
        (
            99_999_999_999_999,
            -1e308,
            "0000-00-00",
            "99999-12-31",
            "yesterday",
            "1" * 300,
            True,
            10**30,
            "2026-02-30T25:61:61+99:99",
            {"a": 1},
        )
    ):
        yield Input("an impossible date", End.STORED, file(f"date{n}.json", article(published_at=date)))
    for n, address in enumerate(
        (
            "javascript:alert(document.cookie)",
            "data:text/html;base64,PHNjcmlwdD4=",
            "file:///etc/passwd",
            "../../../../etc/passwd",
            "http://[::1",
            "http://user:secret@example.org/",
            'https://example.org/"><script>alert(1)</script>',
            "https://example.org/\u202egnp.exe",
            "https://" + "a" * 9000 + ".org/",
            "http://127.0.0.1:1/never-fetched",
            "\r\nSET wiredesk:journal x",
            "urn:" + "x:" * 900,
            "gopher://127.0.0.1:6379/_FLUSHALL",
            "-rf",
            "",
        )
    ):
        yield Input("a hostile address", End.STORED, file(f"address{n}.json", article(url=address)))
    for name, title in {
        "markup": "<img src=x onerror=alert(1)>",
        "Markdown": "[click](javascript:alert(1)) ![x](http://127.0.0.1:1/x) # `",
        "a template": "{{ 7*7 }} {% include '/etc/passwd' %} ${7*7}",
        "a format": "%s%s%n {0.__class__} {}",
        "SQL": "'); DROP TABLE articles; --",
        "a shell": "$(touch /tmp/owned) `id` ; rm -rf /",
        "line ends": "First\r\nSecond\n\nThird",
        "bidirectional marks": "\u202eeltit a si siht\u202c and \u2067this",
    }.items():
        yield Input(f"a title of {name}", End.STORED, file("title.json", article(title=title)))


def json_lines(prose: Prose) -> Iterator[Input]:
    """Yield JSON Lines with lines that are giant, cut, no JSON, or of another encoding."""

    def line(**fields: object) -> str:
        return js.dumps({"title": prose.sentence(5), "text": prose.paragraph(), **fields})

    good = [line() for _ in range(3)]
    for name, lines in {
        "the last line cut": [*good, line()[:50]],
        "rubbish between": [good[0], "rubbish", "{", "null", "5", '"x"', "[]", *good[1:]],
        "no line end": good,
        "empty lines": ["", "\r", *good, *[""] * 5_000],
        "stray NULs": [good[0], "\x00\x00", good[1]],
        "a nested line": [good[0], "[" * 100_000, good[1]],
        "nested objects": [good[0], '{"record": ' * 300 + "{}" + "}" * 300, good[1]],
        "a wrapped record": [js.dumps({"record": js.loads(good[0]), "reason": "x", "stage": "clean"}), good[1]],
        "a wrapped wrapped record": [
            js.dumps({"record": '{"record": "{}", "reason": 1}', "reason": [], "stage": {}}),
            good[1],
        ],
        "carriage returns": ["\r".join(good), *good],
        "lists on lines": [f"[{good[0]},{good[1]}]", good[2]],
        "byte order marks": ["\ufeff" + one for one in good],
        "a line of 400,000 brackets": [good[0], "[" + "{}," * 399_999 + "{}]"],
    }.items():
        yield Input(f"JSON Lines with {name}", End.STORED, file("lines.jsonl", "\n".join(lines)))
    for name, text in {
        "rubbish alone": "rubbish\n" * 30,
        "rubbish without end": "rubbish\n" * 60_000,
        "one document": js.dumps([js.loads(one) for one in good], indent=1),
        "two records a line": "\n".join(good[0] + good[1] for _ in range(3)),
        "commas at the ends": "\n".join(one + "," for one in good),
        "NULs": good[0] + "\n" + "\x00" * 900 + "\n" + good[1],
        "CSV": "title,text\n" * 9,
        "XML": "<rss><channel></channel></rss>\n" * 3,
    }.items():
        yield Input(f"JSON Lines of {name}", End.REFUSED, file("none.jsonl", text))
    for charset in ("utf-16", "utf-32", "utf-16-le", "cp1252"):
        text = "\n".join([*good, '{"title": "Grüße", "text": "Der Hafen bleibt für drei Tage geschlossen, sagte er."}'])
        end = End.REFUSED if charset == "utf-16-le" else End.STORED
        yield Input(f"JSON Lines in {charset}", end, file("lines.jsonl", (f"{charset}\n" + text).encode(charset)))
    giant = '{"text": "' + "a b " * 6_000_000 + '"}'
    yield Input("JSON Lines with a line of 24 MB", End.STORED, file("giant.jsonl", f"{giant}\n{line()}"), is_heavy=True)
    yield Input("JSON Lines of a line of 24 MB", End.REFUSED, file("giant.jsonl", giant), "20 MB", is_heavy=True)
    over = '{"text": "' + "a b " * 1_500_000 + '"}'
    yield Input(
        "JSON Lines of a text of 6 MB", End.REFUSED, file("over.jsonl", over), "at most 5,000,000", is_heavy=True
    )


def markdown(prose: Prose) -> Iterator[Input]:
    """Yield Markdown whose front matter or markup attacks its reader."""
    for name, head in {
        "front matter without end": "---\ntitle: x\n",
        "front matter of 5,000 lines": "---\n" + "a: b\n" * 5_000 + "---\n",
        "anchors": "---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n",
        "a Python object": "---\ntitle: !!python/object/apply:os.system ['id']\n---\n",
        "an endless value": "---\ntitle: " + "x" * 60_000 + "\n---\n",
        "lists without end": "---\nauthor:\n" + "  - A\n" * 90 + "---\n",
        "a hostile url": "---\nurl: javascript:alert(1)\ndate: 9999999-99-99\n---\n",
        "TOML": "+++\ntitle = '''\n+++\n",
        "control characters": "---\ntitle: \x1b[31mred\x07\n---\n",
    }.items():
        yield Input(f"Markdown with {name}", End.STORED, file("front.md", head + "\n" + prose.story()))
    for name, text in {
        "raw HTML": "<script>alert(1)</script>\n\n<iframe src='file:///etc/passwd'></iframe>\n\n",
        "deep quotes": "> " * 50 + "x\n\n",
        "deep lists": "".join("  " * n + "- x\n" for n in range(400)),
        "an unclosed fence above all": "",
        "reference loops": "[a]: b\n[b]: a\n\n" * 500,
        "a wide table": "|" + "a|" * 20_000 + "\n|" + "-|" * 20_000 + "\n\n",
    }.items():
        yield Input(
            f"Markdown with {name}", End.STORED, file("marks.md", f"{prose.story()}\n\n{text}\n\n{prose.paragraph()}")
        )
    yield Input(
        "Markdown in a fence alone", End.REFUSED, file("fence.md", "```\n" + prose.story() + "```\n"), "The article"
    )
