"""Pictures in any language: a font of the system, or the Latin alias and a line that says so."""

from pathlib import Path as FilePath

import pytest
from picture_worlds import small_world

from maps import Caption, Marker, Place, Scene, World, draw
from maps.drawing import fonts


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
