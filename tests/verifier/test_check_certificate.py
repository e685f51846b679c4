"""The checker of certificates: what is altered, for another map, false or hostile does not pass; and it stands alone."""

import ast
import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from certificate_worlds import certified, checked, everywhere
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from tampering import at, leaves, other, put, signed
from verifier_worlds import two_rooms

from maps import Body, Pose, find_map, load_world, save_world
from verifier.check_certificate import BadInput, line
from verifier.check_certificate.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
CHECKER = ROOT / "verifier" / "check_certificate"


@pytest.fixture(scope="module")
def home() -> Any:
    """A few certificates of every kind on the shipped home."""
    path = find_map("home")
    world = load_world(path)
    certificates = certified(world, everywhere(world), path=path)
    kinds: dict[Any, Any] = {}
    for leg in certificates.legs:
        kinds.setdefault((leg.kind, leg.goal.kind if leg.goal else ""), leg)
    kept = certificates.model_copy(update={"legs": tuple(kinds.values())})
    assert {kind for kind, _ in kinds} == {"route", "unreachable", "goal"}
    return json.loads(kept.to_text())


def passes(data: Any, folder: Path, saved: Path | None = None) -> bool:
    """Whether the checker confirms every leg."""
    try:
        return all(result.confirmed for result in checked(data, folder, saved or find_map("home")))
    except BadInput:
        return False


HARMLESS = {
    ("map", "name"), ("map", "revision"), ("plan_digest",), ("digest",), ("step",), ("body", "name"), ("start",), ("code",),
    ("goal", "cells"), ("goal", "reach_m"), ("goal", "at"),
}  # fmt: skip
"""What a liar who signs anew can alter and still say something true: names, the heading at the start, a weaker goal."""


def test_no_single_value_can_be_altered(home: Any, tmp_path: Path) -> None:
    assert passes(home, tmp_path)
    for path in leaves(home):
        assert not passes(put(home, path, other(at(home, path))), tmp_path), path


@pytest.mark.slow
def test_who_alters_and_signs_anew_can_say_nothing_false(home: Any, tmp_path: Path) -> None:
    for path in leaves(home):
        altered = put(home, path, other(at(home, path)))
        if path[0] == "legs":
            altered = {**altered, "legs": [altered["legs"][path[1]]]}
        altered = signed(altered)
        if not passes(altered, tmp_path):
            continue
        names = tuple(part for part in path[2 if path[0] == "legs" else 0 :] if isinstance(part, str))
        if names[:2] == ("layers", "doors"):  # true as well, and the checker says what it takes on trust
            (result,) = checked(altered, tmp_path, find_map("home"))
            assert any(repr(names[2]) in told for told in result.assumes), path
        else:
            assert names in HARMLESS, path


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_is_put_in_any_place_is_refuted_or_refused(home: Any, tmp_path: Path, data: st.DataObject) -> None:
    paths = list(leaves(home))
    path = data.draw(st.sampled_from(paths))
    anything = st.recursive(
        st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
        max_leaves=6,
    )
    value = data.draw(anything)
    made = put(home, path, value)
    if made != home:
        assert not passes(made, tmp_path)
    passes(signed(made), tmp_path)  # and nothing worse than a refusal happens


def lied(leg: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**leg, **changes}


def test_a_straight_line_through_walls_is_refuted_by_geometry(home: Any, tmp_path: Path) -> None:
    legs = [leg for leg in home["legs"] if leg["kind"] == "route" and len(leg["points"]) > 2]
    for leg in legs:
        ends = [leg["points"][0], leg["points"][-1]]
        straight = math.dist(*ends)
        data = signed({**home, "legs": [lied(leg, points=ends, length_m=[straight, straight], crosses=[])]})
        (result,) = checked(data, tmp_path, find_map("home"))
        assert any("comes within" in reason for reason in result.reasons), result


def test_a_proof_for_a_goal_that_can_be_reached_is_refuted(home: Any, tmp_path: Path) -> None:
    proof = next(leg for leg in home["legs"] if leg["kind"] == "unreachable")
    route = next(leg for leg in home["legs"] if leg["kind"] == "route" and leg["goal"]["kind"] == "region")
    for region, why in (
        ([[[0, 0], [440, 0], [440, 320], [0, 320]]], "holds the goal"),
        (proof["region"], "holds the goal"),
        ([[[c, r], [c + 6, r], [c + 6, r + 6], [c, r + 6]] for c, r in [_corner(route["start"])]], "is open"),
    ):
        made = lied(proof, goal=route["goal"], subject=route["subject"], start=route["start"], region=region)
        (result,) = checked(signed({**home, "legs": [made]}), tmp_path, find_map("home"))
        assert any(why in reason for reason in result.reasons), (why, result)


def _corner(start: list[float]) -> tuple[int, int]:
    col, row = ((start[axis] + 0.5) / 0.05 for axis in (0, 1))
    return (int(col) - 3, int(row) - 3)


def test_a_wall_put_in_the_way_refutes_a_route_even_with_the_new_hash(home: Any, tmp_path: Path) -> None:
    shutil.copytree(find_map("home"), tmp_path / "home", ignore=shutil.ignore_patterns("truth"))
    leg = next(leg for leg in home["legs"] if leg["kind"] == "route" and len(leg["points"]) > 1)
    (x0, y0), (x1, y1) = leg["points"][:2]
    image = np.array(Image.open(tmp_path / "home" / "map.png"))
    row, col = int(((y0 + y1) / 2 + 0.5) / 0.05), int(((x0 + x1) / 2 + 0.5) / 0.05)
    image[len(image) - 1 - row, col] = 0
    Image.fromarray(image).save(tmp_path / "home" / "map.png")
    results = checked(signed({**home, "legs": [leg]}), tmp_path, tmp_path / "home")
    assert "map.png" in results[0].reasons[0]
    import hashlib

    digest = "sha256:" + hashlib.sha256((tmp_path / "home" / "map.png").read_bytes()).hexdigest()
    forged = {**home, "legs": [leg], "map": {**home["map"], "files": {**home["map"]["files"], "map.png": digest}}}
    (result,) = checked(signed(forged), tmp_path, tmp_path / "home")
    assert any("comes within 0.000000 m" in reason for reason in result.reasons)


def test_changed_cells_count_only_when_they_are_allowed(tmp_path: Path) -> None:
    world = load_world(save_world(two_rooms(), tmp_path / "office"))
    from maps import CellsChange

    wall = CellsChange(cells=tuple((row, 75) for row in range(60)), values=(100,) * 60)
    changed = world.apply(wall)
    certificates = certified(changed, [{"skill": "goto", "args": {"place": "lab"}}], start=Pose(2.0, 3.0, 0.0))
    assert certificates.map.changes == tuple((row, 75, 1, 100) for row in range(60))
    (result,) = checked(certificates, tmp_path, tmp_path / "office")
    assert not result.confirmed and "has changed" in result.reasons[0]
    (result,) = checked(certificates, tmp_path, tmp_path / "office", allow_changes=True)
    assert result.confirmed and "60 cells have changed" in result.assumes[0]


def test_a_cramped_start_and_a_keepout_may_be_left(tmp_path: Path) -> None:
    from verifier_worlds import rectangle

    from maps import Zone

    pit = Zone(name="pit", rule="keepout", outline=rectangle(1.5, 2.5, 2.5, 3.5))
    world = load_world(save_world(two_rooms(zones=[pit]), tmp_path / "office"))
    calls = [{"skill": "goto", "args": {"place": "lab"}}]
    for start in (Pose(2.0, 3.0, 0.0), Pose(4.0, 0.3, 0.0)):
        certificates = certified(world, calls, start=start)
        assert certificates.legs[0].leaving is not None  # type: ignore[union-attr]
        assert all(result.confirmed for result in checked(certificates, tmp_path, tmp_path / "office"))
    (leg,) = json.loads(certified(world, calls, start=Pose(4.0, 3.0, 0.0)).to_text())["legs"]
    data = json.loads(certified(world, calls, start=Pose(4.0, 3.0, 0.0)).to_text())
    claim = signed({**data, "legs": [lied(leg, leaving={"segments": 1, "room_m": 2.0})]})
    assert not checked(claim, tmp_path, tmp_path / "office")[0].confirmed


def test_a_closed_door_is_a_proof_and_opening_it_on_paper_is_not(tmp_path: Path) -> None:
    world = load_world(save_world(two_rooms(door="closed"), tmp_path / "office"))
    certificates = certified(world, [{"skill": "goto", "args": {"place": "lab"}}], start=Pose(2.0, 3.0, 0.0))
    (leg,) = certificates.legs
    assert leg.kind == "unreachable" and leg.code == "DOOR_CLOSED"
    assert checked(certificates, tmp_path, tmp_path / "office")[0].confirmed
    data = json.loads(certificates.to_text())
    opened = signed(put(data, ("legs", 0, "layers", "doors", "lab door"), "open"))
    assert "is open" in checked(opened, tmp_path, tmp_path / "office")[0].reasons[0]


def test_too_narrow_a_gap_is_given_with_its_width(tmp_path: Path) -> None:
    world = load_world(save_world(two_rooms(doorway=0.6, door=None), tmp_path / "office"))
    certificates = certified(world, [{"skill": "goto", "args": {"place": "lab"}}], start=Pose(2.0, 3.0, 0.0))
    (leg,) = certificates.legs
    assert leg.kind == "unreachable" and leg.gap is not None
    assert 0.2 < leg.gap.available_m < 0.33 and leg.gap.needed_m == Body().needed_clearance_m
    assert checked(certificates, tmp_path, tmp_path / "office")[0].confirmed
    data = json.loads(certificates.to_text())
    wider = signed(put(data, ("legs", 0, "gap", "available_m"), 0.32))
    assert not checked(wider, tmp_path, tmp_path / "office")[0].confirmed


@pytest.mark.parametrize(
    "content",
    [
        b"", b"null", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"surefoot": NaN}', b'{"surefoot": 1e999}',
        b'{"surefoot": 1, "surefoot": 1}',
        b'{"surefoot": 1, "kind": "certificates", "map": 3, "plan_digest": "", "legs": [], "digest": ""}',
    ],
)  # fmt: skip
def test_hostile_files_are_one_sentence_and_exit_code_2(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.json"
    file.write_bytes(content)
    assert main([str(file), "--map", str(find_map("home"))]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and "Traceback" not in captured.err
    assert main([str(file), "--map", str(find_map("home")), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]


def test_values_that_are_not_finite_or_too_large_are_bad_input(home: Any, tmp_path: Path) -> None:
    route = next(index for index, leg in enumerate(home["legs"]) if leg["kind"] == "route")
    for path, value in (
        (("legs", route, "points", 0, 0), 1e30),
        (("legs", route, "points", 0), [1.0]),
        (("legs", route, "step"), -1),
        (("legs", route, "step"), True),
        (("map", "changes"), [[10**12, 0, 1, 0]]),
        (("legs", route, "subject"), "x" * 501),
    ):
        with pytest.raises(BadInput):
            checked(signed(put(home, path, value)), tmp_path, find_map("home"))
    file = tmp_path / "huge.json"
    with file.open("wb") as handle:
        handle.truncate(64_000_001)
    assert main([str(file), "--map", str(find_map("home"))]) == 2


@pytest.mark.parametrize("break_", ["missing", "yaml", "image", "places"])
def test_a_map_that_cannot_be_read_is_bad_input(break_: str, home: Any, tmp_path: Path) -> None:
    shutil.copytree(find_map("home"), tmp_path / "home", ignore=shutil.ignore_patterns("truth"))
    file = {"yaml": "map.yaml", "image": "map.png", "places": "places.geojson"}.get(break_)
    if file is None:
        shutil.rmtree(tmp_path / "home")
    else:
        (tmp_path / "home" / file).write_bytes(b"{broken: [")
    with pytest.raises(BadInput):
        checked(home, tmp_path, tmp_path / "home")


def test_the_program_prints_a_line_per_leg(home: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "out.json"
    file.write_text(json.dumps(home), encoding="utf-8")
    assert main([str(file), "--map", str(find_map("home"))]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(home["legs"]) and all(": confirmed: " in text for text in lines)
    assert main([str(file), "--map", str(find_map("plant")), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is False and len(told["legs"]) == len(home["legs"])


def test_control_characters_in_names_are_escaped(home: Any, tmp_path: Path) -> None:
    leg = {**home["legs"][0], "subject": "a\x1b[31m\n"}
    (result,) = checked(signed({**home, "legs": [leg]}), tmp_path, find_map("home"))
    assert not result.confirmed and "\x1b" not in line(result) and "\n" not in line(result)


def test_it_imports_nothing_else_of_ours() -> None:
    allowed = {"numpy", "shapely", "PIL", "yaml", *sys.stdlib_module_names}
    for file in sorted(CHECKER.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {name.name.split(".")[0] for name in node.names} <= allowed, file
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.level == 0 and (node.module or "").split(".")[0] in allowed), file


def test_it_runs_without_the_rest_of_the_program(home: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    file.write_text(json.dumps(home), encoding="utf-8")
    script = (
        "import runpy, sys\n"
        f"sys.argv = ['x', {str(file)!r}, '--map', {str(find_map('home'))!r}]\n"
        "try:\n    runpy.run_module('verifier.check_certificate', run_name='__main__')\n"
        "except SystemExit as end:\n    assert end.code == 0, end.code\n"
        "ours = [name for name in sys.modules if name.split('.')[0] in ('agent', 'maps', 'skills', 'policies', 'verifier')]\n"
        "rest = [name for name in ours if name != 'verifier' and not name.startswith('verifier.check_certificate')]\n"
        "assert not rest, rest\n"
        "assert not {'scipy', 'pydantic', 'numba', 'typer'} & set(sys.modules)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("confirmed") == len(home["legs"])
