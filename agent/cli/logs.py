"""What ``-v`` shows: the log lines of planners and graph, on stderr."""

import logging

__all__ = ["set_up_logging"]


def set_up_logging(verbose: int) -> None:
    """Warnings and worse by default; ``-v`` adds what Surefoot decides, ``-vv`` everything it logs."""
    level = {0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG)
    logging.basicConfig(format="%(levelname).1s %(name)s: %(message)s", level=logging.WARNING)
    for name in ("agent", "maps", "skills", "verifier", "policies"):
        logging.getLogger(name).setLevel(level)
