from dataclasses import replace

import numpy as np
import pytest

from tests.benchmarks.summarize import invented
from tests.integration.summarize.conftest import Writer
from worker.article import LEAD, Article, Digest, Failed
from worker.summarize.encoder import Encoder
from worker.summarize.extractive import Extractive
from worker.summarize.measure import length

STORY = """The harbour council of Eastmere closed the old ferry terminal on Monday after engineers found cracks.

But in return, the council will pay for a bus to the northern bridge.

They advised the council in May. Meanwhile, traders near the quay fear for their business and ask for help.

Read more:

“It is a sad day,” said Maren Hale, who chairs the council of the town."""

FERRY_IN_GERMAN = "Der Hafenrat hat am Montag die alte Fähre nach Norden stillgelegt."


def digest_of(engine: Extractive, article: Article) -> Digest:
    [result] = engine.summarize([article])
    assert isinstance(result, Digest), result
    return result


def timeless(results: list[Digest | Failed]) -> list[Digest | Failed]:
    return [replace(result, seconds=0.0) if isinstance(result, Digest) else result for result in results]


def test_the_summary_consists_of_the_article_s_sentences_in_their_order(engine: Extractive) -> None:
    for article in invented(6):
        summary = digest_of(engine, article).summary
        # Then every sentence is one of the body's, but for a connective dropped before it
        body, place = article.body.casefold(), 0
        for sentence in summary.removesuffix(".").casefold().split(". "):
            assert body.find(sentence, place) >= 0, sentence
            place = body.find(sentence, place) + 1


@pytest.mark.parametrize(("words", "most_sentences"), [(75, 3), (40, 2), (25, 1), (200, 10)])
def test_the_budget_of_words_and_sentences_holds(encoder: Encoder, words: int, most_sentences: int) -> None:
    engine = Extractive(encoder, words=words, most_sentences=most_sentences)
    for article in invented(3):
        summary = digest_of(engine, article).summary
        assert 0 < length(summary) <= words
        assert summary.count(".") <= most_sentences


def test_a_digest_says_who_made_it_and_bears_a_normalised_embedding(engine: Extractive, write: Writer) -> None:
    found = digest_of(engine, write(STORY, id="story-7", title="Eastmere closes its ferry terminal"))
    vector = np.frombuffer(found.embedding, dtype="<f4")
    assert (found.article_id, found.engine, found.model) == ("story-7", "extractive", "all-MiniLM-L6-v2 + head 3")
    assert (found.supported, found.checks) == (True, ())
    assert found.headline == "Eastmere closes its ferry terminal"
    assert found.seconds > 0
    assert vector.shape == (384,)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("title", ["Eastmere closes its ferry terminal", None], ids=["titled", "untitled"])
def test_the_embedding_is_that_of_summary_and_headline_in_equal_shares(
    engine: Extractive, encoder: Encoder, write: Writer, title: str | None
) -> None:
    found = digest_of(engine, write(STORY, title=title))
    told = [f"{one.rstrip('.')}." for one in STORY.replace("\n\n", " ").split(". ") if one.rstrip(".") in found.summary]

    summary = encoder.encode(told).mean(axis=0)
    headline = encoder.encode([found.headline])[0]
    expected = summary / np.linalg.norm(summary) + headline

    assert 1 <= len(told) < STORY.count(".")
    assert np.frombuffer(found.embedding, "<f4") == pytest.approx(expected / np.linalg.norm(expected), abs=1e-4)


def test_embeddings_of_like_articles_lie_nearer_than_those_of_unlike_ones(engine: Extractive, write: Writer) -> None:
    bodies = (
        STORY,
        "Eastmere's ferry terminal is shut. Engineers discovered cracks, and the harbour council ordered it closed.",
        "The national rowing team won two medals at the lake races. Its coach praised the young crew on Sunday.",
    )
    one, two, other = (np.frombuffer(digest_of(engine, write(body)).embedding, dtype="<f4") for body in bodies)
    assert one @ two > 0.5 > one @ other


def test_an_extract_never_begins_with_a_connective_nor_with_a_sentence_that_points_back(
    engine: Extractive, write: Writer
) -> None:
    body = STORY.split("\n\n", 1)[1]
    summary = digest_of(engine, write(body)).summary
    assert summary.startswith("The council will pay for a bus to the northern bridge.")
    assert "Read more" not in summary


def test_a_connective_stays_where_the_sentence_before_it_stands_in_the_extract(
    engine: Extractive, write: Writer
) -> None:
    lead = "The council of Eastmere closed the ferry terminal. Meanwhile, buses go from the terminal to the bridge."
    assert digest_of(engine, write(f"{lead}\n\n{'quay ' * 99}")).summary == lead


def test_where_every_sentence_points_back_the_first_is_given_all_the_same(engine: Extractive, write: Writer) -> None:
    body = "He said that nothing was settled yet in the town.\n\nThey were not asked about it by anybody there."
    assert digest_of(engine, write(body)).summary == "He said that nothing was settled yet in the town."


def test_one_short_paragraph_is_its_own_summary(engine: Extractive, write: Writer) -> None:
    body = "He won. She lost. It rained. They left.  The end of it\ncame at noon."
    assert digest_of(engine, write(body)).summary == " ".join(body.split())


def test_half_a_quotation_does_not_stand_in_an_extract(engine: Extractive, write: Writer) -> None:
    # Given an article most of which is one long quotation
    inside = " ".join(f"The ferry terminal of Eastmere has served us for {number} years." for number in range(20, 30))
    body = f'The council closed the old ferry terminal.\n\nMaren Hale said: "It is over. {inside} Thank you."'
    # Then
    assert digest_of(engine, write(body)).summary == "The council closed the old ferry terminal."


def test_an_over_long_sentence_is_kept_whole_up_to_a_bound_and_cut_beyond(engine: Extractive, write: Writer) -> None:
    long = "The harbour council closed the quay, " + "as engineers had advised, " * 25 + "and nobody was surprised."
    endless = "The harbour council closed the quay, " + "as engineers had advised, " * 60 + "and nobody was surprised."
    assert digest_of(engine, write(long)).summary == long
    cut = digest_of(engine, write(endless)).summary
    assert cut.endswith("as engineers had advised …")
    assert length(cut) <= 76


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("de", "Der Hafenrat hat am Montag die alte Fähre stillgelegt. Das hatten Fachleute im Mai verlangt.\n\n" * 2),
        ("zh", "东港市议会星期二投票决定关闭旧码头。工程师发现十一根柱子有裂缝。维修费用估计为三千八百万。\n\n" * 2),
        ("th", "สภาท่าเรือลงมติให้ปิดท่าเรือข้ามฟากเก่าที่ใช้งานมานาน วิศวกรพบรอยร้าวในเสาสิบเอ็ดต้น\n\n" * 2),
        ("und", "Xyzzy plugh frotz gnusto rezrov. Blorb aimfiz nitfol ozmoo vaxum.\n\n" * 2),
    ],
)
def test_in_a_language_that_the_encoder_does_not_know_the_lead_is_the_summary(
    engine: Extractive, write: Writer, language: str, body: str
) -> None:
    found = digest_of(engine, write(body, language=language))
    assert (found.model.split(" + ")[0], found.embedding) == (LEAD, b"")
    assert body.startswith(found.summary[:20])
    assert length(found.summary) <= 75


def test_a_digest_in_a_language_that_no_encoder_knows_says_so(engine: Extractive, write: Writer) -> None:
    known = digest_of(engine, write(f"{FERRY_IN_GERMAN}\n\n{FERRY_IN_GERMAN}", language="de"))
    unknown = digest_of(
        engine, write("Borgarstjórnin lokaði gömlu ferjunni á mánudag.\n\nViðgerðin er dýr.", language="is")
    )
    assert known.checks == ()
    assert unknown.checks == ("no encoder knows the language: is",)


def test_lines_of_the_site_are_in_neither_the_summary_nor_the_headline_of_an_article_in_another_language(
    engine: Extractive, write: Writer
) -> None:
    # Given lines that no training has seen, on top of the report and in it
    lines = (
        "Unsere Zeitung gibt es jetzt auch zum Hören, direkt in Ihrem Posteingang.",
        "Nichts mehr verpassen: Aktivieren Sie unsere Mitteilungen auf dem Handy.",
        "Die Verwendung dieses Textes ist nur mit Erlaubnis des Verlages gestattet.",
    )
    body = "\n\n".join(
        [
            lines[0],
            lines[1],
            FERRY_IN_GERMAN,
            lines[2],
            "Die Reparatur kostet nach Angaben der Stadt 38 Millionen Kronen.",
        ]
    )
    # When
    digest = digest_of(engine, write(body, language="de"))
    # Then
    assert digest.summary == f"{FERRY_IN_GERMAN} Die Reparatur kostet nach Angaben der Stadt 38 Millionen Kronen."
    assert FERRY_IN_GERMAN.startswith(digest.headline)


def test_no_space_parts_two_chinese_sentences(engine: Extractive, write: Writer) -> None:
    body = "东港市议会星期二投票决定关闭旧码头。\n\n工程师发现十一根柱子有严重裂缝。"
    assert digest_of(engine, write(body, language="zh")).summary == body.replace("\n\n", "")


def test_results_come_in_the_order_of_the_articles(engine: Extractive) -> None:
    articles = invented(7)
    found = engine.summarize(articles)
    assert [result.article_id for result in found] == [article.id for article in articles]


@pytest.mark.parametrize("which", ["encoder", "small_encoder"])
def test_a_digest_does_not_depend_on_the_articles_beside_it(request: pytest.FixtureRequest, which: str) -> None:
    # Given
    engine = Extractive(request.getfixturevalue(which), words=75, most_sentences=3)
    articles = invented(6, seed=5)
    # When they are summarised together, backwards and one by one
    together = timeless(engine.summarize(articles))
    backwards = timeless(engine.summarize(articles[::-1]))[::-1]
    alone = [digest for article in articles for digest in timeless(engine.summarize([article]))]
    # Then every byte is the same, the embeddings' too
    assert together == backwards == alone


def test_a_digest_names_the_precision_where_it_is_not_the_usual_one(small_encoder: Encoder, write: Writer) -> None:
    engine = Extractive(small_encoder, words=75, most_sentences=3)
    assert digest_of(engine, write(STORY)).model == "all-MiniLM-L6-v2 (bfloat16) + head 3"


@pytest.mark.parametrize("body", ["", "   \n\n ", "***\n\n---"])
def test_an_article_without_text_fails_with_a_reason_and_alone(engine: Extractive, write: Writer, body: str) -> None:
    # When
    found = engine.summarize([write(STORY), write(body, id="empty"), write(STORY)])
    # Then
    assert found[1] == Failed(article_id="empty", reason="The article has no text to summarise.")
    assert timeless(found)[0] == timeless(found)[2] == replace(digest_of(engine, write(STORY)), seconds=0.0)


def test_an_article_that_the_tokenizer_cannot_take_fails_alone(engine: Extractive, write: Writer) -> None:
    # Given text with half of a surrogate pair, which no cleaned article has
    broken = write("The council closed the \ud800 terminal on Monday.", id="broken")
    neighbours = invented(3)
    # When
    found = engine.summarize([*neighbours[:2], broken, neighbours[2]])
    # Then
    failed = found[2]
    assert isinstance(failed, Failed)
    assert failed.article_id == "broken"
    assert failed.reason.startswith("The extractive engine could not work on this text (")
    assert timeless([*found[:2], found[3]]) == timeless(engine.summarize(neighbours))


def test_no_articles_give_no_results(engine: Extractive) -> None:
    assert engine.summarize([]) == []


@pytest.mark.parametrize(
    "body",
    [
        "a",
        "1",
        "x" * 100_000,
        "word " * 50_000,
        "The quay. " * 10_000,
        '"' * 9_999 + "a",
        "“" * 5_000 + "a",
        "The (" * 5_000,
        "a.\n\n" * 20_000,
        "😀 " * 3_000 + "a",
        "But and yet, however, meanwhile, " * 2_000,
        "字" * 30_000,
    ],
    ids=lambda body: body[:8],
)
def test_hostile_text_gets_a_bounded_digest(engine: Extractive, write: Writer, body: str) -> None:
    for language in ("en", "und"):
        found = digest_of(engine, write(body, language=language))
        assert found.headline.strip()
        assert found.summary.strip()
        assert length(found.summary) <= 120
        assert len(found.summary) <= 75 * 41
