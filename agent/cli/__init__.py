"""The command line: ``surefoot``. Command modules import typer alone; everything heavy is imported when a command runs."""

import atexit
import gc
import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line; a user's mistake becomes one sentence on stderr and exit code 2, never a traceback."""
    # Nearly all that start-up makes stays: looking through it, at the end once more, costs a tenth of a short command's time.
    gc.set_threshold(500_000, 20, 20)
    atexit.register(gc.freeze)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some reads every installed package's metadata
    if "--json" in sys.argv and "--help" not in sys.argv:
        from agent.cli.output import one_document

        with one_document():
            _run()
    else:
        _run()


def _run() -> None:
    from agent.cli.app import make_app

    try:
        make_app(sys.argv[1:])()
    except Exception as error:
        from agent.cli.failure import sentence_of

        sentence = sentence_of(error)
        if sentence is None:
            raise
        print(f"surefoot: {sentence}", file=sys.stderr)
        if "--json" in sys.argv:
            from agent.cli.output import print_document

            print_document({"surefoot": 1, "error": sentence}, indent=None)
        sys.exit(2)
