"""Pictures: every mark is drawn, files are written whole or not at all, twice the same, in any language, without a warning."""

import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path as FilePath

import numpy as np
import pytest
from PIL import Image

from maps import (
    FREE,
    OCCUPIED,
    UNKNOWN,
    Caption,
    Door,
    GridFrame,
    MapError,
    Marker,
    Path,
    Place,
    Pose,
    Region,
    RobotMark,
    Role,
    Scene,
    Thing,
    World,
    Zone,
    draw,
    load_world,
    shipped_maps,
)
from maps.drawing import fonts
from maps.drawing.ground import _rectangles
from maps.drawing.labels import Box, Placer, around, within
from maps.drawing.legend import plan_legend
from maps.drawing.names import named_in
from maps.drawing.palette import ROLE_COLOURS, TINTS

ROLES: tuple[Role, ...] = ("route", "driven", "ok", "bad", "warning", "highlight", "bottleneck", "muted")


def small_world(**more: object) -> World:
    """Two rooms, 8 m by 5 m, with a wall between them; the far corner unknown."""
    cells = np.full((50, 80), FREE)
    cells[[0, -1], :] = cells[:, [0, -1]] = OCCUPIED
    cells[:, 40] = OCCUPIED
    cells[20:32, 40] = FREE
    cells[35:, 65:] = UNKNOWN
    given = {
        "places": [
            Place(name="kitchen", kind="kitchen", outline=((0.1, 0.1), (4, 0.1), (4, 4.9), (0.1, 4.9))),
            Place(name="hall", kind="hall", outline=((4.1, 0.1), (7.9, 0.1), (7.9, 4.9), (4.1, 4.9))),
            Place(name="charging dock", kind="dock", pose=Pose(0.6, 0.6, 0.0)),
            Place(name="corner", pose=Pose(7, 1, 0.0)),
        ],
        "things": [Thing(name="red cup", position=(2, 3)), Thing(name="plant", position=(6, 2))],
        "doors": [
            Door(name="door 1", segment=((4.05, 2.0), (4.05, 3.2)), state="open"),
            Door(name="door 2", segment=((4.05, 0.2), (4.05, 1.0)), state="closed"),
            Door(name="door 3", segment=((4.05, 4.0), (4.05, 4.8)), state="locked"),
        ],
        "zones": [
            Zone(name="wet floor", rule="keepout", outline=((1, 1), (2, 1), (2, 2), (1, 2))),
            Zone(name="slow hall", rule="slow", max_speed=0.3, outline=((5, 2.5), (7, 2.5), (7, 3.4), (5, 3.4))),
        ],
    } | more
    return World.build("small", GridFrame(0.1, Pose(0.0, 0.0), 80, 50), cells, **given)  # type: ignore[arg-type]


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


# --- languages -------------------------------------------------------------------------------------------------------


def chinese_world() -> World:
    outline = ((0.1, 0.1), (4, 0.1), (4, 4.9), (0.1, 4.9))
    return small_world(places=[Place(name="厨房", aliases=("灶间", "kitchen"), outline=outline)], things=[])


def test_without_a_font_the_latin_alias_is_written_and_a_line_says_so(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "CJK_FAMILIES", ())
    face = fonts.choose_typeface(["厨房"], fonts.latin_names(chinese_world()), ())
    assert face.families == (fonts.DEFAULT_FAMILY,)
    assert face.write("go to 厨房") == "go to kitchen"
    assert face.write("仓库") == "\\u4ed3\\u5e93"
    assert face.write("kitchen") == "kitchen"
    assert face.replaced == {"go to 厨房", "仓库"}
    world = chinese_world()
    scene = Scene(title="去厨房", marks=(Caption(text="1 goto(place='厨房')", role="ok"), Marker(at=(1, 1), label="仓库 🤖")))
    for name in ("picture.png", "picture.svg"):
        draw(world, scene, tmp_path / name)


def test_a_cjk_font_on_the_system_is_used(tmp_path: FilePath, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib import font_manager

    path = _make_font(tmp_path / "tiny.ttf", "Surefoot Test CJK", "厨房去")
    known = list(font_manager.fontManager.ttflist)
    font_manager.fontManager.addfont(path)
    fonts._characters.cache_clear()
    try:
        face = fonts.choose_typeface(["去厨房"], {}, ["No Such Font", "Surefoot Test CJK"])
        assert face.families == (fonts.DEFAULT_FAMILY, "Surefoot Test CJK")
        assert face.write("去厨房") == "去厨房"
        assert face.write("仓") == "\\u4ed3"
        monkeypatch.setattr(fonts, "CJK_FAMILIES", ("Surefoot Test CJK",))
        draw(chinese_world(), Scene(title="去厨房"), tmp_path / "picture.png")
    finally:
        font_manager.fontManager.ttflist[:] = known
        fonts._characters.cache_clear()


def _make_font(path: FilePath, family: str, characters: str) -> FilePath:
    """A TrueType font with a box for each character."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    for number, point in enumerate([(50, 0), (50, 800), (950, 800), (950, 0)]):
        (pen.lineTo if number else pen.moveTo)(point)
    pen.closePath()
    box = pen.glyph()
    names = [".notdef", *(f"g{ord(c):x}" for c in characters)]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(c): f"g{ord(c):x}" for c in characters})
    builder.setupGlyf(dict.fromkeys(names, box))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 50)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(path)
    return path


# --- labels ----------------------------------------------------------------------------------------------------------


def test_labels_keep_clear_of_what_is_taken() -> None:
    placer = Placer(Box(50, 50, 100, 100))
    placer.take(Box(65, 50, 30, 10))
    box = placer.place(around(50, 50, 20, 8, 2), 20, 8)
    assert box == Box(38, 50, 20, 8)
    assert placer.place(np.array([(38.0, 50.0)]), 20, 8) is None


def test_labels_stay_on_the_map() -> None:
    placer = Placer(Box(50, 50, 100, 100))
    box = placer.place(around(97, 50, 20, 8, 2), 20, 8)
    assert box == Box(85, 50, 20, 8)


def test_what_speaks_against_a_box_is_weighed() -> None:
    placer = Placer(Box(50, 50, 100, 100))
    spots = np.array([(20.0, 50.0), (60.0, 50.0)])
    box = placer.place(spots, 10, 10, lambda at, width, height: (at[:, 0] < 50) * 1.0)
    assert box == Box(60, 50, 10, 10)


def test_boxes_within_a_region_start_at_the_wish() -> None:
    spots = within(40, 50, Box(50, 50, 60, 40), 20, 10)
    assert spots[0].tolist() == [40, 50]
    assert np.abs(spots[:, 0] - 50).max() == 20
    assert np.abs(spots[:, 1] - 50).max() == 15


def test_the_legend_splits_number_call_and_figures() -> None:
    from matplotlib.backends.backend_agg import RendererAgg

    from maps.drawing.ruler import Ruler

    ruler = Ruler(RendererAgg(10, 10, 100), fonts.choose_typeface([], {}))
    scene = Scene(marks=(Caption(text="12 goto(place='hall')  3.0 m, 4 s", role="ok"), Caption(text="no way", role="bad")))
    legend = plan_legend(ruler, scene, small_world())
    first, second = legend.rows
    assert (first.badge, first.lines, first.notes, first.role) == ("12", ("goto(place='hall')",), ("3.0 m, 4 s",), "ok")
    assert (second.badge, second.lines, second.notes) == ("", ("no way",), ())
    assert legend.key == (
        "dock", "thing", "door, open", "door, closed", "door, locked", "keep out", "slow zone", "unknown",
    )  # fmt: skip


def test_colours_are_told_apart() -> None:
    assert len(set(TINTS)) == len(TINTS)
    assert len({ROLE_COLOURS[role] for role in ("route", "ok", "bad", "warning", "highlight", "muted")}) == 6


def test_importing_maps_loads_nothing_heavy() -> None:
    code = "import sys, maps; print([m for m in ('matplotlib', 'scipy', 'shapely', 'PIL', 'pydantic') if m in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert re.fullmatch(r"\[\]\s*", said), said


def test_things_are_named_by_whole_words_in_any_text() -> None:
    world = small_world(things=[Thing(name=name, position=(2, 3)) for name in ("cup", "cupboard", "red cup", "杯子", "plant")])
    marks = (Caption(text="1 pick(thing='red cup')", role="ok"), Marker(at=(1, 1), label="拿杯子来"))
    assert named_in(Scene(title="the planting", marks=marks), world) == {"cup", "red cup", "杯子"}


def test_masks_are_covered_by_rectangles_exactly() -> None:
    cells = np.array([[0, 1, 1, 0], [0, 1, 1, 0], [1, 1, 0, 1], [0, 0, 0, 1]], bool)
    covered = np.zeros(cells.shape, int)
    for row0, row1, col0, col1 in _rectangles(cells):
        covered[row0:row1, col0:col1] += 1
    assert (covered == cells).all()
