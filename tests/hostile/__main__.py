"""`python -m tests.hostile [--seed N] [--short] [--only TEXT]`: the hostile-input suite as a table."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.hostile.inputs import generate
from tests.hostile.run import remove, run


def main() -> int:
    """Run the suite; 0 when every input ended as declared and no process had trouble."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--short", action="store_true", help="leave the heavy inputs out")
    parser.add_argument("--only", default="", help="only kinds that hold this text")
    parser.add_argument("--keep", type=Path, help="keep the run's folders here")
    options = parser.parse_args()
    inputs = [i for i in generate(options.seed) if options.only in i.kind and not (options.short and i.is_heavy)]
    root = options.keep or Path(tempfile.mkdtemp(prefix="wiredesk-hostile-"))
    root.mkdir(parents=True, exist_ok=True)
    try:
        report = run(inputs, root)
    finally:
        if not options.keep:
            remove(root)
    for one in report.judged:
        print(
            f"{one.number:3} {one.input.kind[:44]:<44} {one.input.end:<8} {one.ended.end or 'lost':<8} "
            f"{one.ended.reason}"
        )
    print()
    for one in report.judged:
        if one.wrong:
            print(f"WRONG  {one.number} {one.input.kind}: {one.wrong}")
    for line in report.trouble:
        print(f"TROUBLE  {line}")
    print(f"peak resident set, MB: {', '.join(f'{role} {peak}' for role, peak in sorted(report.peaks.items()))}")
    print(
        f"seed {options.seed}: {report.as_declared} of {len(report.judged)} ended as declared, "
        f"in {report.seconds:.0f} s"
    )
    return 0 if report.as_declared == len(report.judged) and not report.trouble else 1


sys.exit(main())
