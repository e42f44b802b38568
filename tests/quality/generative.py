"""What becomes of a generative model's summaries: how often the support check replaces them, and by which check.

    python -m tests.quality.generative [DATA.jsonl.gz ...] [--articles 50] [--engine causal] [--model build/smollm2]
                                       [--texts FILE]

DATA are JSON Lines of {id, title, text, summary}, by default the development splits of cnndm and inshorts, half of the
articles from each. Exits 1 where a digest is shown that is neither supported by its article nor the extract. --texts
writes, as JSON Lines, what the model wrote beside its article and what the check says, to be read by a person.
"""

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

from tests.quality.summaries import DATA, MOST_SENTENCES, WORDS, article, read
from worker.article import Digest
from worker.summarize import Engine, generative, load
from worker.summarize.smollm2 import FOLDER
from worker.summarize.support import unsupported


def written(engine: Engine) -> list[str]:
    """Return a list that fills with what the model of `engine` answers, as long as it lives."""
    answers: list[str] = []
    assert isinstance(engine, generative.Generative)
    generate = engine._generate

    def kept(prompts: list[list[int]]) -> list[str]:
        found = generate(prompts)
        answers.extend(found)
        return found

    engine._generate = kept  # type: ignore[method-assign]
    return answers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="*")
    parser.add_argument("--articles", type=int, default=50)
    parser.add_argument("--engine", default="causal")
    parser.add_argument("--model", default=str(FOLDER))
    parser.add_argument("--texts", type=Path)
    options = parser.parse_args()
    paths = options.data or [DATA / f"{split}.jsonl.gz" for split in ("cnndm.dev", "inshorts.dev")]
    rows = [row for path in paths for row in read(path)[: options.articles // len(paths)]]
    articles = [article(row) for row in rows]
    engine = load(options.engine, model=options.model, words=WORDS, most_sentences=MOST_SENTENCES)
    extracts = load("extractive", words=WORDS, most_sentences=MOST_SENTENCES).summarize(articles)
    answers, shown, checks, wrong = written(engine), 0, Counter[str](), 0
    started, lines = time.process_time(), []
    for each, extract in zip(articles, extracts, strict=True):
        # One by one, so that each answer is its article's.
        (digest,) = engine.summarize([each])
        assert isinstance(digest, Digest), digest
        assert isinstance(extract, Digest), extract
        shown += digest.supported
        checks.update(check.partition(":")[0].split(" ")[0] for check in digest.checks)
        is_right = not unsupported(digest.summary, each.body) if digest.supported else digest.summary == extract.summary
        wrong += not is_right
        row = {"id": each.id, "written": answers[-1], "supported": digest.supported, "checks": digest.checks}
        lines.append(json.dumps({**row, "shown": digest.summary, "text": each.body}))
    seconds = (time.process_time() - started) / len(articles)
    if options.texts:
        options.texts.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{engine.name}, {engine.model}: {len(articles)} articles, {seconds:.1f} CPU s each, one by one")
    print(f"shown as written {shown}, replaced by the extract {len(articles) - shown}")
    print("of these, by check (one may fail several): " + ", ".join(f"{name} {n}" for name, n in checks.most_common()))
    print(f"shown although neither supported nor the extract: {wrong}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
