"""Every code block of docs/planners.md runs."""

import re
from pathlib import Path

import pytest
from tiny_gguf import write_model

from agent.settings import load_settings

DOCS = Path(__file__).parents[2] / "docs" / "planners.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def test_every_kind_of_block_is_run() -> None:
    assert {kind for kind, _ in BLOCKS} - {"text"} == {"bash", "python", "toml"}  # bash: tests/test_docs.py


def test_the_python_blocks_run_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("llama_cpp")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    write_model(tmp_path / "models" / "my-model.gguf")
    space: dict[str, object] = {"__name__": "docs"}
    for kind, text in BLOCKS:
        if kind == "python":
            exec(compile(text, str(DOCS), "exec"), space)  # the documentation's own code
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "toml"])
def test_the_settings_blocks_are_valid(text: str, tmp_path: Path) -> None:
    path = tmp_path / "surefoot.toml"
    path.write_text(text, encoding="utf-8")
    load_settings(path)
