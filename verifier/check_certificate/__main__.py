"""``python -m verifier.check_certificate out.json --map folder``: one line per leg."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from .check import Result, check_certificate
from .errors import BadInput

__all__ = ["line", "main"]


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
    ok = all(result.confirmed for result in results)
    if given.json:
        print(json.dumps({"surefoot": 1, "ok": ok, "legs": [asdict(result) for result in results]}, indent=2))
    else:
        for result in results:
            print(line(result))
    return 0 if ok else 1


def line(result: Result) -> str:
    """One leg as one line."""
    claim = {
        "route": "a clear route to",
        "unreachable": "no way to",
        "start": "no room at the start of the way to",
        "goal": "no room at",
    }.get(result.kind, "a refusal, which claims nothing, about")
    word = "REFUTED" if not result.confirmed else "nothing claimed" if result.kind == "refusal" else "confirmed"
    text = f"step {result.step}: {word}: {claim} {result.subject!r}"
    if result.reasons:
        text += ": " + "; ".join(result.reasons)
    if result.assumes and result.confirmed:
        text += " (taken on trust: " + "; ".join(result.assumes) + ")"
    return text


if __name__ == "__main__":
    sys.exit(main())
