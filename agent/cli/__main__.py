"""``python -m agent.cli`` is ``surefoot``."""

from agent.cli import main

main()
