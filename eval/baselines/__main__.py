"""Write the rule system's predictions: `python -m eval.baselines FILE.jsonl -o OUT.jsonl`.

With `--given` the spans of FILE.jsonl are kept and only relations are predicted.
"""

import argparse
import sys
from pathlib import Path

from eval.baselines import relate_given, rules
from sitrep.document import DocumentError, read_jsonl, write_jsonl


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.baselines", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("file", type=Path, help="documents, JSON Lines")
    parser.add_argument("-o", "--output", type=Path, required=True, help="JSON Lines file to write")
    parser.add_argument("--given", action="store_true", help="keep the spans of FILE and predict only relations")
    options = parser.parse_args(arguments)
    predict = relate_given if options.given else rules
    try:
        count = write_jsonl(options.output, map(predict, read_jsonl(options.file)))
    except (DocumentError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{count} documents written to {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
