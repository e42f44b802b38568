"""A correction takes its item's story over and says so, in the same day's next revision, too."""

from producers.article import Revision, Signal
from tests.integration.store.test_editions import at, close
from tests.integration.store.test_withdrawals import MONDAY, put
from worker.edition.render import RENDERERS
from worker.store import Store


def test_a_correction_of_the_same_day_is_marked_with_the_agency_s_note(store: Store) -> None:
    put(store, "a", at(MONDAY, 4), body="The ferry had forty people on board when it sank.")
    first = close(store, MONDAY, at(MONDAY, 5))
    put(
        store,
        "b",
        at(MONDAY, 6),
        item="item-a",
        number=2,
        body="The ferry had forty people on board when it sank.",
        title="Corrected title",
        signal=Signal.CORRECTION,
        note="corrects the headline",
        usage="For subscribers only.",
    )
    second = close(store, MONDAY, at(MONDAY))
    assert (first.revision, second.revision) == (1, 2)
    (topic,) = second.document["topics"]
    (told,) = topic["digests"]
    assert topic["article_id"] == "b"
    assert (told["signal"], told["note"]) == ("correction", "corrects the headline")
    assert told["revision"] == {"created": None, "number": Revision(number=2).number}
    for name in ("md", "html", "eml"):
        content = RENDERERS[name](second.document).decode()
        for part in ("Corrected", "Correction: corrects the headline", "For subscribers only."):
            assert part in content, f"{name}: {part}"
