"""The claim on a real server: one atomic step, the same answer again, and nothing lost for good when Redis is wiped."""

import multiprocessing
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing.synchronize import Barrier

import pytest
import redis

from producers.redis_client import QueueFullError, connect
from tests.quality.reprints import footers, original, prose, reprint, stub
from worker.dedup import claim as module
from worker.dedup.claim import WINDOW_SECONDS, Claim, Claimant, Claims, ClaimsUnavailableError, Document
from worker.dedup.sketch import sketch

#: Stories of the race, and processes that race for each.
STORIES, RACERS = 1000, 4


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    client = connect(redis_url)
    yield client
    client.close()


class Texts:
    """A store: the documents of each language, oldest first."""

    def __init__(self, *documents: Document) -> None:
        self.documents = list(documents)
        self.asked: list[str | None] = []

    def __call__(self, _language: str, after: str | None) -> Iterator[Document]:
        self.asked.append(after)
        names = [one.article for one in self.documents]
        yield from self.documents[names.index(after) + 1 if after in names else 0 :]


@pytest.fixture
def claims(client: redis.Redis) -> Claims:
    return Claims(client, Texts())


def claimant(name: str, body: str, language: str = "en") -> Claimant:
    return Claimant(name, language, sketch(body))


def joins(claims: Claims, name: str, body: str, language: str = "en") -> str | None:
    return claims.claim([claimant(name, body, language)])[0].joins


class TestAnswers:
    """New or joined."""

    def test_a_first_text_opens_a_story_and_its_cut_copy_joins_it(self, claims: Claims) -> None:
        first, copy = claims.claim([claimant("a", original(1)), claimant("b", reprint(1, "cut to 50 %"))])
        assert (first.joins, first.containment) == (None, 0.0)
        assert copy.joins == "a"
        assert copy.containment > 0.9

    def test_another_text_opens_another_story(self, claims: Claims) -> None:
        assert [joins(claims, name, original(n)) for n, name in enumerate("abc")] == [None, None, None]

    def test_the_same_article_gets_the_same_answer_again(self, claims: Claims) -> None:
        asked = [claimant("a", original(1)), claimant("b", reprint(1, "edit 5 %"))]
        assert claims.claim(asked) == claims.claim(asked) == claims.claim(asked[::-1])[::-1]

    def test_a_reprint_of_a_reprint_names_the_article_that_opened_the_story(self, claims: Claims) -> None:
        joins(claims, "a", original(1))
        joins(claims, "b", reprint(1, "cut to 25 %"))
        assert joins(claims, "c", reprint(1, "cut to 25 %")) == "a"

    def test_a_text_too_short_for_a_sketch_leaves_no_trace(self, claims: Claims, client: redis.Redis) -> None:
        assert claims.claim([claimant("a", "Nine words are not enough to compare two texts.")]) == [Claim()]
        assert client.keys() == []

    def test_languages_are_apart(self, claims: Claims) -> None:
        assert [joins(claims, name, original(1), name) for name in ("en", "de", "und")] == [None, None, None]

    def test_no_claimant_no_question(self, claims: Claims) -> None:
        assert claims.claim([]) == []


class TestBoilerplate:
    """Shared headers, footers and templates merge nothing."""

    def test_short_texts_that_are_half_footer_are_not_merged(self, claims: Claims) -> None:
        assert [joins(claims, f"s{n}", stub(n)) for n in range(60)] == [None] * 60

    def test_a_shared_footer_on_longer_texts_merges_nothing(self, claims: Claims) -> None:
        bodies = [stub(n, footers()[1], words=90) for n in range(30)]
        assert [joins(claims, f"s{n}", body) for n, body in enumerate(bodies)] == [None] * 30

    def test_a_reprint_under_a_footer_that_everybody_has_finds_its_story(self, claims: Claims) -> None:
        for number in range(20):
            joins(claims, f"o{number}", prose(random.Random(number), 12) + "\n\n" + footers()[0])
        copy = " ".join(prose(random.Random(7), 12).split()[:70]) + "\n\n" + footers()[0]
        assert joins(claims, "copy", copy) == "o7"


class TestFullStory:
    """A stub first, the full story later."""

    STUB = prose(random.Random("stub"), 5)
    FULL = STUB + "\n\n" + prose(random.Random("full"), 20)

    def test_the_full_story_joins_the_stub_and_its_own_copies_join_both(self, claims: Claims) -> None:
        joins(claims, "stub", self.STUB)
        assert joins(claims, "full", self.FULL) == "stub"
        assert joins(claims, "copy", self.FULL + "\n\nA last line.") in ("stub", "full")
        words = self.FULL.split()
        assert joins(claims, "later", " ".join(words[len(self.STUB.split()) - 10 : len(words) * 2 // 3])) == "full"

    def test_copies_of_the_full_story_do_not_make_its_words_common(self, claims: Claims, client: redis.Redis) -> None:
        joins(claims, "stub", self.STUB)
        for number in range(12):
            assert joins(claims, f"copy{number}", f"{self.FULL} Number {number}.") is not None
        assert len(client.keys("wiredesk:{en}:4:d:*")) == 2

    def test_what_was_appended_to_a_copy_is_not_part_of_the_story(self, claims: Claims) -> None:
        first, other = prose(random.Random("first"), 12), prose(random.Random("other"), 9)
        joins(claims, "a", first)
        assert joins(claims, "padded", first + "\n\n" + other) == "a"
        assert joins(claims, "other", other) is None


class TestProof:
    """An article of which the openers of two stories are copies proves these to be one."""

    def test_an_original_proves_its_damaged_copies_to_be_one_story(self, claims: Claims) -> None:
        for kind in ("cut to 40 % + boilerplate", "reordered"):
            assert joins(claims, kind, reprint(1, kind)) is None
        (answer,) = claims.claim([claimant("original", original(1))])
        assert (answer.joins, answer.proves) == ("reordered", ("cut to 40 % + boilerplate",))
        assert claims.claim([claimant("original", original(1))]) == [answer]

    def test_a_round_up_proves_nothing(self, claims: Claims) -> None:
        first, second = prose(random.Random("first"), 8), prose(random.Random("second"), 12)
        joins(claims, "first", first)
        joins(claims, "second", second)
        for number, body in enumerate((f"{first}\n\n{second}", f"{second}\n\n{first}")):
            (answer,) = claims.claim([claimant(f"round-up {number}", body)])
            assert answer.proves == ()

    def test_copies_under_one_header_and_footer_are_two_stories(self, claims: Claims) -> None:
        kind = "cut to 40 % + boilerplate"
        answers = claims.claim([claimant(f"{number}", reprint(number, kind)) for number in range(12)])
        assert [(answer.joins, answer.proves) for answer in answers] == [(None, ())] * 12


class TestMemory:
    """36 to 72 hours, and no key for ever."""

    @pytest.mark.parametrize(
        ("hours", "remembered"), [(0, True), (35, True), (36.5, True), (72.1, False), (200, False)]
    )
    def test_a_story_is_remembered_for_36_to_72_hours(
        self, client: redis.Redis, hours: float, remembered: bool
    ) -> None:
        now = 1000 * WINDOW_SECONDS
        claims = Claims(client, Texts(), clock=lambda: now)
        joins(claims, "a", original(1))
        now += int(hours * 3600)
        assert (joins(claims, "b", reprint(1, "cut to 50 %")) == "a") is remembered

    def test_every_key_is_the_desks_in_one_slot_and_ends(self, claims: Claims, client: redis.Redis) -> None:
        joins(claims, "a", original(1))
        joins(claims, "b", reprint(1, "cut to 50 %"))
        keys = client.keys()
        assert all(key.startswith(b"wiredesk:{en}:") for key in keys)
        assert [key for key in keys if not 0 < client.ttl(key) <= 2 * WINDOW_SECONDS + 3600] == []

    def test_a_server_at_its_memory_limit_refuses_and_nothing_changes(
        self, claims: Claims, client: redis.Redis
    ) -> None:
        joins(claims, "a", original(1))
        before = sorted(client.keys())
        client.config_set("maxmemory", 1)
        with pytest.raises(QueueFullError):
            joins(claims, "b", original(2))
        client.config_set("maxmemory", 0)
        assert sorted(client.keys()) == before
        assert joins(claims, "b", original(2)) is None


class TestRebuild:
    """Redis proposes: what it forgets comes back from the store."""

    def documents(self, count: int) -> list[Document]:
        return [Document(f"o{n}", sketch(original(n)), 60.0 * (count - n)) for n in range(count)]

    def test_a_wiped_server_is_rebuilt_before_the_next_answer(self, client: redis.Redis) -> None:
        claims = Claims(client, Texts(*self.documents(30)))
        client.flushall()
        assert [joins(claims, f"r{n}", reprint(n, "cut to 50 %")) for n in range(30)] == [f"o{n}" for n in range(30)]

    def test_scripts_that_the_server_forgot_are_loaded_again(self, claims: Claims, client: redis.Redis) -> None:
        joins(claims, "a", original(1))
        client.script_flush()
        assert joins(claims, "b", reprint(1, "reordered")) == "a"

    def test_what_is_older_than_the_memory_is_not_rebuilt(self, client: redis.Redis) -> None:
        old = Document("old", sketch(original(1)), 2 * WINDOW_SECONDS + 1)
        assert joins(Claims(client, Texts(old)), "new", original(1)) is None

    def test_a_full_story_that_joined_a_stub_is_rebuilt_as_such(self, client: redis.Redis) -> None:
        full = TestFullStory.FULL
        claims = Claims(
            client,
            Texts(
                Document("stub", sketch(TestFullStory.STUB), 20.0), Document("full", sketch(full), 10.0, joined="stub")
            ),
        )
        assert joins(claims, "copy", full + "\n\nA last line.") in ("stub", "full")

    def test_others_wait_while_one_rebuilds(self, client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "WAIT_SECONDS", 0.2)
        client.set("wiredesk:{en}:4:rebuilding", "somebody", ex=60)
        with pytest.raises(ClaimsUnavailableError, match="'en' are being rebuilt"):
            joins(Claims(client, Texts()), "a", original(1))
        client.delete("wiredesk:{en}:4:rebuilding")
        assert joins(Claims(client, Texts()), "a", original(1)) is None

    def test_a_long_rebuild_is_done_in_turns_that_go_on_where_the_last_ended(
        self, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "REBUILD_SECONDS", 0.0)
        monkeypatch.setattr(module, "_BATCH", 10)
        texts = Texts(*self.documents(25))
        claims = Claims(client, texts)
        for _ in range(2):
            with pytest.raises(ClaimsUnavailableError, match="10 stories"):
                joins(claims, "r", reprint(3, "reordered"))
        assert joins(claims, "r", reprint(3, "reordered")) == "o3"
        assert texts.asked == [None, "o9", "o19"]

    def test_a_rebuild_whose_lock_went_to_another_posts_nothing(
        self, client: redis.Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def documents(_language: str, _after: str | None) -> Iterator[Document]:
            client.set("wiredesk:{en}:4:rebuilding", "somebody", ex=60)
            yield from self.documents(1)

        monkeypatch.setattr(module, "WAIT_SECONDS", 0.0)
        with pytest.raises(ClaimsUnavailableError):
            joins(Claims(client, documents), "a", original(1))
        assert client.keys("wiredesk:{en}:4:d:*") == []
        assert client.get("wiredesk:{en}:4:rebuilding") == b"somebody"

    def test_an_answer_of_an_earlier_life_is_claimed_again(self, claims: Claims, client: redis.Redis) -> None:
        asked = [claimant("a", original(1)), claimant("short", "Too short.")]
        answers = claims.claim(asked)
        claims.keep(asked, answers)
        client.flushall()
        claims.keep(asked, answers)
        assert joins(claims, "b", reprint(1, "cut to 50 %")) == "a"

    def test_nothing_to_keep_asks_nothing(self, claims: Claims, client: redis.Redis) -> None:
        claims.keep([], [])
        assert client.keys() == []


def race(
    url: str, barrier: Barrier, racer: int, answers: "multiprocessing.Queue[list[tuple[int, str, str | None]]]"
) -> None:
    """Claim one copy of each story, at the same moment as the other racers."""
    claims = Claims(connect(url), Texts())
    kinds = ("original", "typography", "cut to 50 %", "edit 5 %")
    bodies = [original(n) if kinds[racer] == "original" else reprint(n, kinds[racer]) for n in range(STORIES)]
    asked = [claimant(f"{racer}-{n}", body) for n, body in enumerate(bodies)]
    barrier.wait()
    told: list[tuple[int, str, str | None]] = []
    for number, one in enumerate(asked):
        told.append((number, one.article, claims.claim([one])[0].joins))
    answers.put(told)


def test_four_processes_at_a_barrier_give_each_of_1000_stories_one_canonical(redis_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(RACERS)
    answers: multiprocessing.Queue[list[tuple[int, str, str | None]]] = context.Queue()
    racers = [context.Process(target=race, args=(redis_url, barrier, n, answers)) for n in range(RACERS)]
    for process in racers:
        process.start()
    told = [one for _ in racers for one in answers.get(timeout=120)]
    for process in racers:
        process.join(120)
    assert canonicals(told) == Counter({1: STORIES})


def canonicals(told: Sequence[tuple[int, str, str | None]]) -> Counter[int]:
    """Return how many stories have how many canonicals."""
    opened = Counter(number for number, _, joined in told if joined is None)
    return Counter(opened.values())
