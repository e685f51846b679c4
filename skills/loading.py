"""Loading a user's skills: a file, a folder of files, or installed packages; all mistakes at once."""

import hashlib
import importlib.util
import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from skills.errors import Mistake, SkillFileInvalid, SkillFileMissing
from skills.registry import SkillSet
from skills.returned import text_of
from skills.skill import Skill, collect_mistakes

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["ENTRY_POINTS", "load_installed_skills", "load_skills"]

ENTRY_POINTS = "surefoot.skills"
"""Entry-point group: each entry names a module, a skill function, or a sequence of skills."""


_NOT_SKILLS = ("_", "test_", "conftest.py")


def load_skills(path: Path | str) -> tuple[Skill, ...]:
    """Load the skills that a file, or each file of a folder, defines.

    Each file is imported under a name of its own, so that it can be called like a module that exists. It can import what lies
    beside it: its folder is put at the end of ``sys.path``. In a folder, files that start with ``_`` or ``test_`` are passed over.

    Args:
        path: A ``.py`` file or a folder.

    Returns:
        The skills in the order of the files and of their definitions.

    Raises:
        SkillFileMissing: There is no such file or folder.
        SkillFileInvalid: All mistakes of all files.
    """
    root = Path(path).expanduser()
    if not root.exists():
        raise SkillFileMissing(f"the skills file {str(path)!r} does not exist; give a .py file or a folder of them")
    if root.is_dir():
        files = sorted(file for file in root.glob("*.py") if not file.name.startswith(_NOT_SKILLS))
        if not files:
            raise SkillFileMissing(f"the folder {str(path)!r} has no .py file with skills")
    elif root.suffix == ".py":
        files = [root]
    else:
        raise SkillFileMissing(f"the skills file {str(path)!r} is not a .py file")
    found: list[Skill] = []
    mistakes: list[Mistake] = []
    for file in files:
        skills, wrong = _load_file(file)
        found += skills
        mistakes += wrong
    if mistakes:
        raise SkillFileInvalid(mistakes)
    return SkillSet(found).skills


def load_installed_skills() -> tuple[Skill, ...]:
    """Load the skills that installed packages offer in the entry-point group ``surefoot.skills``.

    Raises:
        SkillFileInvalid: All mistakes of all entries, each naming its entry.
    """
    found: list[Skill] = []
    mistakes: list[Mistake] = []
    for entry in _installed_entries():
        skills, wrong = _load_entry(entry)
        found += skills
        mistakes += wrong
    if mistakes:
        raise SkillFileInvalid(mistakes)
    return SkillSet(found).skills


def _installed_entries() -> list["EntryPoint"]:
    """The entries of the group, by name. All metadata is read only where some package names the group: that takes its time."""
    if not any(map(_names_group, sys.path)):
        return []
    from importlib.metadata import entry_points

    return sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name)


def _names_group(folder: str) -> bool:
    """Whether a package installed in this folder may have an entry in the group; an archive may."""
    try:
        names = [name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info", ".egg"))]
    except NotADirectoryError:
        return True
    except OSError:
        return False
    for name in names:
        try:
            text = Path(folder, name, "entry_points.txt").read_bytes()
        except OSError:
            if name.endswith(".egg"):
                return True
            continue
        if ENTRY_POINTS.encode() in text:
            return True
    return False


class _AsItIs(SourceFileLoader):
    """Reads the file as it is now: kept bytecode counts as fresh for a second, in which a file may have been edited."""

    def path_stats(self, path: str) -> Any:
        """What kept bytecode would be compared with: there is none."""
        raise OSError(f"no bytecode is kept of {path}")


def _load_file(file: Path) -> tuple[list[Skill], list[Mistake]]:
    digest = hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:12]
    name = f"surefoot_skills_{file.stem}_{digest}"
    spec = importlib.util.spec_from_file_location(name, file, loader=_AsItIs(name, str(file.absolute())))
    if spec is None or spec.loader is None:
        return [], [Mistake(file=str(file), message="cannot be imported; rename it to end in .py")]
    module = importlib.util.module_from_spec(spec)
    folder = str(file.absolute().parent)
    if folder not in sys.path:
        sys.path.append(folder)  # at the end: a file of the user's that is named like a module of ours is not taken for it
    with collect_mistakes() as mistakes:
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except KeyboardInterrupt:
            raise  # a person who has waited long enough
        except BaseException as error:
            sys.modules.pop(name, None)
            return [], [*mistakes, _import_error(file, error)]
    skills = _skills_of(module)
    if not skills and not mistakes:
        mistakes.append(Mistake(file=str(file), message="defines no skill; write @skill above a function"))
    return skills, mistakes


def _load_entry(entry: "EntryPoint") -> tuple[list[Skill], list[Mistake]]:
    where = f"entry point {entry.name} = {entry.value}"
    with collect_mistakes() as mistakes:
        try:
            loaded = entry.load()
        except Exception as error:
            return [], [*mistakes, Mistake(file=where, message=f"cannot be loaded: {type(error).__name__}: {error}")]
    items = [loaded] if not isinstance(loaded, list | tuple) else list(loaded)
    skills = [skill for item in items for skill in (_skills_of(item) if isinstance(item, ModuleType) else _one(item))]
    if not skills and not mistakes:
        mistakes.append(Mistake(file=where, message="offers no skill; name a module, a @skill function or a list of them"))
    return skills, mistakes


def _one(item: Any) -> list[Skill]:
    found = item if isinstance(item, Skill) else getattr(item, "skill", None)
    return [found] if isinstance(found, Skill) else []


def _skills_of(module: ModuleType) -> list[Skill]:
    """The skills that are defined in a module, not those it imports, each once."""
    found: dict[int, Skill] = {}
    for value in vars(module).values():
        for skill in _one(value):
            if skill.function.__module__ == module.__name__:
                found[id(skill)] = skill
    return list(found.values())


def _import_error(file: Path, error: BaseException) -> Mistake:
    """The line of the user's file where its import failed, and why."""
    if isinstance(error, SyntaxError):
        return Mistake(file=str(file), line=error.lineno or 0, message=f"is not valid Python: {error.msg}")
    import traceback

    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename) == file.absolute()]
    message = f"fails when it is imported: {type(error).__name__}: {text_of(error)}"
    return Mistake(file=str(file), line=(lines[-1] or 0) if lines else 0, message=message)
