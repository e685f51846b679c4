"""``python -m verifier.check_certificate out.json --map folder``: one line per leg."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from .check import check_certificate
from .errors import BadInput
from .report import line, to_json

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a file and print what became of each leg.

    Returns:
        0 when nothing is refuted, 1 when something is, 2 for input that cannot be read.
    """
    parser = argparse.ArgumentParser(
        prog="python -m verifier.check_certificate", description="Check certificates against a saved map, independently."
    )
    parser.add_argument("certificate", type=Path, help="the certificate file")
    parser.add_argument("--map", type=Path, required=True, help="the map's folder, or its map_server YAML")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--allow-changes", action="store_true", help="accept cells that have changed since the map was saved")
    given = parser.parse_args(arguments)
    try:
        results = check_certificate(given.certificate, given.map, allow_changes=given.allow_changes)
    except BadInput as error:
        if given.json:
            print(json.dumps({"surefoot": 1, "error": str(error)}))
        else:
            print(error, file=sys.stderr)
        return 2
    if given.json:
        print(json.dumps(to_json(results), indent=2))
    else:
        for result in results:
            print(line(result))
    return 0 if all(result.confirmed for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
