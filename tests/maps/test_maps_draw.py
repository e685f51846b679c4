"""Pictures: every mark is drawn, files are written whole or not at all, twice the same, in any language, without a warning."""

import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path as FilePath

import numpy as np
import pytest
from picture_worlds import small_world
from PIL import Image

from maps import (
    FREE,
    UNKNOWN,
    Caption,
    GridFrame,
    MapError,
    Marker,
    Path,
    Pose,
    Region,
    RobotMark,
    Role,
    Scene,
    World,
    draw,
    load_world,
    shipped_maps,
)
from maps.drawing.ground import _rectangles
from maps.drawing.palette import ROLE_COLOURS

ROLES: tuple[Role, ...] = ("route", "driven", "ok", "bad", "warning", "highlight", "bottleneck", "muted")


def full_scene() -> Scene:
    """Every kind of mark in every role."""
    marks: list[Path | Marker | Region | RobotMark | Caption] = [RobotMark(pose=Pose(0.6, 0.6, 1.0), radius_m=0.25, label="robot")]
    for index, role in enumerate(ROLES):
        y = 0.5 + 0.5 * index
        marks += [
            Path(points=((0.5, y), (3.0, y), (7.0, y + 0.2)), role=role, label=f"way {index}"),
            Marker(at=(3.0, y), role=role, label=str(index)),
            Marker(at=(6.0, y), role=role, label="a longer label"),
            Region(outline=((5, y), (5.5, y), (5.5, y + 0.3)), role=role, label="region"),
            Caption(text=f"{index} inspect(thing='red cup')  {index}.0 m, 3 s", role=role),
        ]
    return Scene(title="Everything at once", marks=tuple(marks))


def size(path: FilePath) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_a_png_is_as_wide_as_asked_and_not_blank(tmp_path: FilePath) -> None:
    out = draw(small_world(), full_scene(), tmp_path / "picture.png", width_px=800)
    assert out == tmp_path / "picture.png"
    assert size(out)[0] == 800
    assert len(_colours(out)) > 50


def _colours(path: FilePath) -> set[tuple[int, ...]]:
    return {tuple(pixel) for pixel in np.unique(np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3), axis=0).tolist()}


def test_every_role_shows_in_its_own_colour(tmp_path: FilePath) -> None:
    colours = _colours(draw(small_world(), full_scene(), tmp_path / "picture.png"))
    for colour in ROLE_COLOURS.values():
        assert (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)) in colours, colour


def test_an_svg_is_xml_and_the_same_every_time(tmp_path: FilePath) -> None:
    world, scene = small_world(), full_scene()
    first = draw(world, scene, tmp_path / "a.svg").read_bytes()
    assert draw(world, scene, tmp_path / "b.SVG").read_bytes() == first
    root = ElementTree.fromstring(first)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert b"dc:date" not in first


def test_a_png_is_the_same_every_time(tmp_path: FilePath) -> None:
    world, scene = small_world(), full_scene()
    assert draw(world, scene, tmp_path / "a.png").read_bytes() == draw(world, scene, tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("name", ["home", "warehouse"])
def test_shipped_maps_can_be_drawn(tmp_path: FilePath, name: str) -> None:
    world = load_world(shipped_maps()[name])
    out = draw(world, Scene(title=name), tmp_path / "map.png", width_px=900)
    assert size(out)[0] == 900


def test_an_empty_scene_on_a_bare_map(tmp_path: FilePath) -> None:
    world = World.build("bare", GridFrame(0.05, Pose(0.0, 0.0), 3, 2), np.full((2, 3), UNKNOWN))
    assert size(draw(world, Scene(), tmp_path / "bare.png"))[0] == 1600


def test_a_turned_map_stands_upright(tmp_path: FilePath) -> None:
    cells = np.full((20, 60), FREE)
    world = World.build("turned", GridFrame(0.1, Pose(3.0, 1.0, math.pi / 2), 60, 20), cells)
    wide, high = size(draw(world, Scene(), tmp_path / "turned.png"))
    assert high > 0.6 * wide  # 2 m wide and 6 m high


@pytest.mark.parametrize("name", ["picture.jpg", "picture", "picture.png.txt"])
def test_another_suffix_is_refused_in_one_sentence(tmp_path: FilePath, name: str) -> None:
    with pytest.raises(MapError, match=r"the name must end in \.png or \.svg$"):
        draw(small_world(), Scene(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_refused_in_one_sentence(tmp_path: FilePath) -> None:
    with pytest.raises(MapError, match="there is no folder"):
        draw(small_world(), Scene(), tmp_path / "nowhere" / "picture.png")


@pytest.mark.parametrize("width", [0, 199, 10001])
def test_a_silly_width_is_refused(tmp_path: FilePath, width: int) -> None:
    with pytest.raises(MapError, match="the width must be 200 to 10000"):
        draw(small_world(), Scene(), tmp_path / "picture.png", width_px=width)


def test_a_target_that_cannot_be_written_leaves_nothing_behind(tmp_path: FilePath) -> None:
    (tmp_path / "picture.png").mkdir()
    with pytest.raises(MapError, match="cannot write"):
        draw(small_world(), Scene(), tmp_path / "picture.png")
    assert [path.name for path in tmp_path.iterdir()] == ["picture.png"]


def test_an_existing_picture_is_replaced_and_readable_by_all(tmp_path: FilePath) -> None:
    target = tmp_path / "picture.png"
    target.write_bytes(b"old")
    draw(small_world(), Scene(), target)
    assert size(target)[0] == 1600
    assert target.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["picture.png"]


def test_hostile_texts_are_only_texts(tmp_path: FilePath) -> None:
    texts = ["$\\frac{1}{0}$", "a\nb\tc", "\x00\x1b[31m", "<svg onload=x>", "%s {0}", "\u202eabc", "w" * 3000, "", "   ", "1 "]
    marks = [Caption(text=text, role="ok") for text in texts] + [Marker(at=(1, 1), label=text[:200]) for text in texts]
    for suffix in ("png", "svg"):
        draw(small_world(), Scene(title=texts[0] * 20, marks=tuple(marks)), tmp_path / f"picture.{suffix}")
    assert "<svg onload" not in (tmp_path / "picture.svg").read_text()


def test_captions_that_do_not_fit_are_counted(tmp_path: FilePath) -> None:
    marks = tuple(Caption(text=f"{number} wait(seconds=1)  0.0 m, 1 s", role="ok") for number in range(1, 101))
    out = draw(small_world(), Scene(marks=marks), tmp_path / "picture.png")
    assert size(out)[1] < 1600


def test_points_that_are_not_numbers_do_not_break_the_picture(tmp_path: FilePath) -> None:
    marks = (Path(points=((1, 1), (1, 1))), Path(points=((1, 1),)), Path(points=()), Region(outline=((1, 1),)))
    draw(small_world(), Scene(marks=marks), tmp_path / "picture.png")


def test_importing_maps_loads_nothing_heavy() -> None:
    code = "import sys, maps; print([m for m in ('matplotlib', 'scipy', 'shapely', 'PIL', 'pydantic') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(r"\[\]\s*", said), said


def test_masks_are_covered_by_rectangles_exactly() -> None:
    cells = np.array([[0, 1, 1, 0], [0, 1, 1, 0], [1, 1, 0, 1], [0, 0, 0, 1]], bool)
    covered = np.zeros(cells.shape, int)
    for row0, row1, col0, col1 in _rectangles(cells):
        covered[row0:row1, col0:col1] += 1
    assert (covered == cells).all()
