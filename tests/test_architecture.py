"""The house stays as drawn: floors, light imports, and the graph in the docs is the graph in the code."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent.graph import build_graph

ROOT = Path(__file__).parent.parent
HEAVY = ("torch", "llama_cpp", "openai", "matplotlib", "numba", "langgraph", "langchain_core", "scipy", "typer")


@pytest.mark.parametrize("package", ["maps", "policies", "skills", "verifier", "agent", "agent.planners"])
def test_importing_a_package_loads_nothing_heavy(package):
    code = f"import sys, {package}; print(' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == []


def test_help_loads_none_of_our_packages_but_the_command_line():
    code = (
        "import sys\nsys.argv = ['surefoot', '--help']\nfrom agent.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('|', ' '.join(m for m in ('maps', 'skills', 'verifier', 'pydantic', 'numpy', *{HEAVY[:-1]!r}) if m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split("|")[-1].split() == []


@pytest.mark.parametrize("page", ["architecture.md", "missions.md"])
def test_the_graph_in_the_docs_is_the_graph_in_the_code(page):
    drawn = build_graph(InMemorySaver()).get_graph().draw_mermaid(with_styles=False)
    text = (ROOT / "docs" / page).read_text()
    found = re.search(r"<!-- graph -->\n```mermaid\n(.*?)```", text, re.DOTALL)
    assert found, f"docs/{page} has no graph: paste\n{drawn}"
    assert found.group(1).split() == drawn.split()
