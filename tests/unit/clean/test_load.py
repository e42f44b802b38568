"""What a process that forks loads of cleaning, so that no child of it does while an article is in work."""

import subprocess
import sys

PROGRAM = """
import sys
from tests.articles import raw
from worker.clean import clean, load
load()
before = set(sys.modules)
text = "The council met in the hall on Monday and voted for a new bridge over the river. It opens in May. "
clean(raw(3 * text))
clean(raw("<html><body><article>" + 5 * f"<p>{text}</p>" + "</article></body></html>"))
print(*sorted(set(sys.modules) - before))
"""


def test_after_load_cleaning_of_a_text_and_of_a_page_imports_nothing() -> None:
    # When
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    # Then
    assert done.stdout.split() == []
