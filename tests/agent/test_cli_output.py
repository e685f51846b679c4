"""``--json``: exactly one document on stdout, whatever else is printed, and one also where a command ends early."""

import json
import os
import subprocess
import sys

import pytest

NOISY = '''
import os
from skills import Context, skill

print("noise of an import")
os.system("echo noise of a program")


@skill
def hush(context: Context) -> None:
    """Hush."""
'''


def surefoot_process(*arguments, **variables):
    command = [sys.executable, "-m", "agent.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env={**os.environ, **variables}, timeout=120, check=False)


def test_what_skills_and_the_programs_they_start_print_goes_to_stderr(tmp_path):
    file = tmp_path / "hush.py"
    file.write_text(NOISY)
    done = surefoot_process("skills", "check", file, "--json", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert [skill["name"] for skill in json.loads(done.stdout)["skills"]] == ["hush"]
    assert b"noise of an import" in done.stderr and b"noise of a program" in done.stderr


def test_noise_is_kept_apart_where_stdout_is_no_file(surefoot, tmp_path):
    file = tmp_path / "hush.py"
    file.write_text(NOISY.replace("os.system", "str"))
    code, out, err = surefoot("skills", "check", file, "--json")
    assert code == 0 and json.loads(out)["skills"][0]["name"] == "hush" and "noise of an import" in err
    assert "noise of an import" in surefoot("skills", "check", file)[1]


def test_a_document_is_utf8_whatever_the_terminal_takes(tmp_path):
    file = tmp_path / "hush.py"
    file.write_text(NOISY.replace('"""Hush."""', '"""安静。"""'), encoding="utf-8")
    done = surefoot_process("skills", "check", file, "--json", PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout.decode("utf-8"))["skills"][0]["summary"] == "安静。"


@pytest.mark.parametrize(
    "arguments, told",
    [
        (("skills", "lst"), "lst"),
        (("skills", "show"), "Missing argument"),
        (("verify", "--map", "home", "--no-such-option"), "--no-such-option"),
        (("skills", "show", "fly"), "no skill 'fly'"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_told_as_a_document(surefoot, arguments, told):
    code, out, err = surefoot(*arguments, "--json")
    assert code == 2 and err
    assert told in json.loads(out)["error"]


def test_a_bug_is_told_as_a_document_and_shows_where(surefoot, monkeypatch, capsys):
    def broken(*_):
        raise ZeroDivisionError("1/0")

    monkeypatch.setattr("agent.cli.setup.load_skill_set", broken)
    with pytest.raises(ZeroDivisionError):
        surefoot("skills", "list", "--json")
    assert "bug in Surefoot (ZeroDivisionError)" in json.loads(capsys.readouterr().out)["error"]


def test_an_interrupted_command_tells_so(surefoot, monkeypatch):
    def pressed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("agent.cli.setup.load_skill_set", pressed)
    code, out, _ = surefoot("skills", "list", "--json")
    assert (code, json.loads(out)) == (130, {"surefoot": 1, "error": "Interrupted."})
