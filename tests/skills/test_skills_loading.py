import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import jsonschema
import pytest

import skills
from skills import (
    Plan,
    SkillCall,
    SkillError,
    SkillFileInvalid,
    SkillFileMissing,
    SkillSet,
    UnknownSkill,
    library,
    load_installed_skills,
    load_skills,
)
from skills.new_skill import new_skill
from skills.schemas import FOLDER, schema_of, write_schemas

WATER = '''
from maps import Thing
from skills import Context, Near, skill

@skill
async def {name}(context: Context, plant: Near[Thing], litres: float = 0.5):
    """Water a plant.

    Args:
        plant: Which.
        litres: How much.
    """
'''


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_file(tmp_path):
    (water,) = load_skills(write(tmp_path, "water.py", WATER.format(name="water")))
    assert water.name == "water" and water.function.__module__.startswith("surefoot_skills_water_")
    assert library().with_skills(water).names[-1] == "water"
    assert load_skills(str(tmp_path / "water.py"))[0].name == "water"


def test_a_file_named_like_a_module_that_exists(tmp_path):
    (water,) = load_skills(write(tmp_path, "json.py", WATER.format(name="water")))
    assert water.name == "water" and sys.modules["json"] is json


def test_a_folder_in_order_without_its_tests(tmp_path):
    write(tmp_path, "b.py", WATER.format(name="second"))
    write(tmp_path, "a.py", WATER.format(name="first"))
    write(tmp_path, "test_a.py", "1 / 0")
    write(tmp_path, "_helper.py", "1 / 0")
    assert [skill.name for skill in load_skills(tmp_path)] == ["first", "second"]


def test_all_mistakes_of_all_files_at_once(tmp_path):
    write(tmp_path, "a.py", "from skills import *\n@skill\ndef one(x): ...\n@skill\ndef two(y: int):\n    'Two.'\n")
    write(tmp_path, "b.py", "import nothing_of_that_name\n")
    write(tmp_path, "c.py", "def broken(:\n")
    write(tmp_path, "d.py", "x = 1\n")
    write(tmp_path, "e.py", "raise SystemExit(3)\n")
    with pytest.raises(SkillFileInvalid) as caught:
        load_skills(tmp_path)
    text = str(caught.value)
    for part in (
        "a.py, line 2, one: has no docstring", "one(x): has no annotation", "two(y): is not described",
        "b.py, line 1: fails when it is imported: ModuleNotFoundError", "c.py, line 1: is not valid Python",
        "d.py: defines no skill; write @skill above a function", "e.py, line 1: fails when it is imported: SystemExit",
    ):  # fmt: skip
        assert part in text, part
    assert "Traceback" not in text


def test_the_line_that_fails_is_named_for_a_relative_path_too(tmp_path, monkeypatch):
    write(tmp_path, "a.py", "\n\nclass Odd(BaseException): ...\nraise Odd('whatever')\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SkillFileInvalid, match=r"^a\.py, line 4: fails when it is imported: Odd: whatever$"):
        load_skills("a.py")


def test_a_file_can_import_what_lies_beside_it(tmp_path):
    write(tmp_path, "_litres_of_the_can.py", "LITRES = 2.5\n")
    write(tmp_path, "maps.py", "1 / 0\n")  # never taken for the package of that name
    text = "from _litres_of_the_can import LITRES\n" + WATER.format(name="water").replace("0.5", "LITRES")
    (water,) = load_skills(write(tmp_path, "water.py", text))
    assert water.parameters[1].default == 2.5


def test_a_file_that_was_edited_is_read_anew(tmp_path):
    for litres in (0.5, 0.7, 0.9):  # of the same length, within the second in which kept bytecode counts as fresh
        (water,) = load_skills(write(tmp_path, "water.py", WATER.format(name="water").replace("0.5", str(litres))))
        assert water.parameters[1].default == litres
    assert not list(tmp_path.glob("__pycache__/*"))


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(SkillFileMissing, match="does not exist"):
        load_skills(tmp_path / "no.py")
    with pytest.raises(SkillFileMissing, match=r"has no \.py file"):
        load_skills(tmp_path)
    with pytest.raises(SkillFileMissing, match=r"is not a \.py file"):
        load_skills(write(tmp_path, "a.txt", ""))


def test_names_are_unique(tmp_path):
    write(tmp_path, "a.py", WATER.format(name="water"))
    write(tmp_path, "b.py", WATER.format(name="water"))
    with pytest.raises(SkillFileInvalid, match=r"b\.py, line \d+, water: is named 'water' like the skill in .*a\.py"):
        load_skills(tmp_path)
    (goto,) = load_skills(write(tmp_path, "c.py", WATER.format(name="goto")))
    with pytest.raises(SkillFileInvalid, match="is named 'goto'"):
        library().with_skills(goto)


def install(monkeypatch, folder: Path, *entries: str, group: str = "surefoot.skills") -> None:
    """A package of that folder's name with these entry points, as pip leaves it."""
    info = folder / f"{folder.name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {folder.name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n" + "\n".join(entries) + "\n")
    monkeypatch.syspath_prepend(folder)


def test_installed_packages(tmp_path, monkeypatch):
    assert load_installed_skills() == ()
    install(monkeypatch, tmp_path / "others", "x = nothing_here:x", group="another.group")
    assert load_installed_skills() == ()
    install(monkeypatch, tmp_path / "one", "ours = skills.library.goto")
    assert [skill.name for skill in load_installed_skills()] == ["goto"]
    install(monkeypatch, tmp_path / "bad", "gone = nothing_here:x", "none = skills.errors")
    with pytest.raises(SkillFileInvalid, match=r"(?s)gone = nothing_here:x: cannot be loaded.*none = .*offers no skill"):
        load_installed_skills()


def test_a_package_may_offer_a_sequence_of_skills(tmp_path, monkeypatch):
    install(monkeypatch, tmp_path / "all", "all = skills.library:LIBRARY")
    assert len(load_installed_skills()) == 12


def test_metadata_in_an_archive_is_looked_into(tmp_path, monkeypatch):
    with ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("packed-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: packed\nVersion: 1.0\n")
        archive.writestr("packed-1.0.dist-info/entry_points.txt", "[surefoot.skills]\nours = skills.library.goto\n")
    monkeypatch.syspath_prepend(tmp_path / "packed.zip")
    assert [skill.name for skill in load_installed_skills()] == ["goto"]


def test_a_set_of_skills():
    skills_ = library()
    assert "goto" in skills_ and "fly" not in skills_ and skills_.get("fly") is None and len(skills_) == 12
    assert [skill.name for skill in skills_] == list(skills_.names) and skills_ == library() and hash(skills_) == hash(library())
    assert skills_ != SkillSet() and repr(SkillSet([skills_["say"]])) == "SkillSet(say)"
    with pytest.raises(UnknownSkill, match=r"^there is no skill 'got'; did you mean 'goto'"):
        skills_["got"]
    with pytest.raises(TypeError, match="is not a skill"):
        SkillSet([print])


def test_the_template_is_a_skill_and_its_test_passes(tmp_path):
    source, test = new_skill("polish_shoes", "mine")
    write(tmp_path, "mine.py", source)
    (made,) = load_skills(tmp_path / "mine.py")
    assert (made.name, made.motion, made.phrases) == ("polish_shoes", "implied", ("polish shoes",))
    space: dict[str, object] = {"__file__": str(tmp_path / "test_mine.py"), "__name__": "test_mine"}
    exec(compile(test, "test_mine.py", "exec"), space)
    space["test_polish_shoes"]()  # type: ignore[operator]
    for name in ("Polish", "class", "1st", ""):
        with pytest.raises(SkillError, match="cannot be a skill's name"):
            new_skill(name)


@pytest.mark.parametrize("name", ["plan", "outcome"])
def test_the_schemas_are_current(name, tmp_path):
    committed = json.loads((FOLDER / f"{name}.schema.json").read_text())
    assert committed == json.loads(json.dumps(schema_of(name))), "run python -m skills.schemas"
    jsonschema.Draft202012Validator.check_schema(committed)
    assert len(write_schemas(tmp_path)) == 2


def test_the_plan_schema_says_what_the_model_says():
    check = jsonschema.Draft202012Validator(schema_of("plan"))
    check.validate(Plan(steps=(SkillCall(skill="wait", args={"seconds": 3}),)).to_json())
    check.validate({"steps": []})
    for bad in ({}, {"steps": [{"skill": "Wait"}]}, {"steps": [], "colour": 1}, {"surefoot": 2, "steps": []}):
        assert list(check.iter_errors(bad))


def test_everything_public_is_there():
    assert len(set(skills.__all__)) == len(skills.__all__)
    assert all(hasattr(skills, name) for name in skills.__all__)


def test_importing_skills_is_light():
    heavy = "scipy torch shapely numba langgraph matplotlib PIL llama_cpp openai networkx".split()
    code = f"import sys, skills; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
