"""The house stays as drawn: floors, light imports, and the graph in the docs is the graph in the code."""

import json
import os
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


NOT_FOR_VERIFYING = (
    *HEAVY[:-1],
    *("asyncio", "ssl", "concurrent", "networkx", "pydantic_settings", "numpy.ma"),
    *("maps.scene", "maps.rooms", "maps.check", "skills.execution", "agent.graph", "agent.planners"),
    *("rich.console", "agent.cli.run", "agent.cli.maps", "agent.cli.eval"),
)


@pytest.mark.parametrize("cache", ["0", "1"])
def test_verify_loads_only_what_judging_needs(tmp_path, cache):
    plan = {"steps": [{"skill": "goto", "args": {"place": "break room"}}, {"skill": "dock", "args": {}}]}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    code = (
        f"import sys\nsys.argv = ['surefoot', 'verify', {str(tmp_path / 'plan.json')!r}, '--map', 'warehouse']\n"
        "from agent.cli import main\ntry:\n    main()\nexcept SystemExit as end:\n    status = end.code\n"
        f"print('|', status, ' '.join(m for m in {NOT_FOR_VERIFYING!r} if m in sys.modules))"
    )
    environment = {**os.environ, "SUREFOOT_CACHE": cache, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    assert done.stdout.split("|")[-1].split() == ["0"]


@pytest.mark.parametrize("page", ["architecture.md", "missions.md"])
def test_the_graph_in_the_docs_is_the_graph_in_the_code(page):
    drawn = build_graph(InMemorySaver()).get_graph().draw_mermaid(with_styles=False)
    text = (ROOT / "docs" / page).read_text()
    found = re.search(r"<!-- graph -->\n```mermaid\n(.*?)```", text, re.DOTALL)
    assert found, f"docs/{page} has no graph: paste\n{drawn}"
    assert found.group(1).split() == drawn.split()
