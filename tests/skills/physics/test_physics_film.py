"""Films: files that are whole or not there, the map beside the picture, a robot filmed to the end of what it does."""

import sys
from pathlib import Path

import imageio.v2 as imageio
import numpy as np
import pytest
from PIL import Image, ImageColor

from maps import Body, Pose, Route, World, find_map, find_route, load_world
from maps.drawing.palette import BLUE, ROLE_COLOURS
from maps.goals import goal_at, goal_pose
from skills.robots.physics import Film, MujocoRobot, PhysicsMissing
from skills.robots.physics.film import HEIGHT, LAST_S, MAP_WIDTH, WIDTH
from skills.robots.physics.film_file import FRAMES_PER_S, FilmFile
from skills.robots.physics.film_map import FilmMap

AT_TABLE = Pose(1.9, 8.2, 1.57)


@pytest.fixture(scope="module")
def factory() -> World:
    return load_world(find_map("factory"))


def counted(path: Path) -> tuple[int, tuple[int, ...]]:
    if path.suffix == ".gif":
        with Image.open(path) as film:
            assert film.info["duration"] == 100 and film.info["loop"] == 0
            return int(film.n_frames), (film.height, film.width)  # type: ignore[attr-defined]
    reader = imageio.get_reader(path)
    found = int(reader.count_frames()), np.asarray(reader.get_data(0)).shape[:2]  # type: ignore[attr-defined]
    reader.close()
    return found


@pytest.mark.parametrize(("name", "pictures", "size"), [("a.mp4", 12, (64, 96)), ("a.gif", 6, (32, 48))])
def test_a_film_is_whole_or_not_there(tmp_path: Path, name: str, pictures: int, size: tuple[int, int]) -> None:
    film = FilmFile(tmp_path / name)
    for k in range(12):
        picture = np.full((64, 96, 3), 40, np.uint8)
        picture[8 * (k // 2) : 8 * (k // 2) + 8] = 200
        film.append(picture)
    assert not (tmp_path / name).exists() and film.seconds == 12 / FRAMES_PER_S
    film.close()
    assert counted(tmp_path / name) == (pictures, size)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_without_a_picture_there_is_no_film(tmp_path: Path) -> None:
    FilmFile(tmp_path / "a.mp4").close()
    assert list(tmp_path.iterdir()) == []


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    with pytest.raises(PhysicsMissing, match=r"--video needs imageio_ffmpeg: pip install 'surefoot\[physics\]'"):
        FilmFile(tmp_path / "a.mp4")
    FilmFile(tmp_path / "a.gif")  # needs none of it


def has(picture: Image.Image, colour: str) -> list[tuple[int, int]]:
    """Where a picture has exactly this colour: (row, column)."""
    rows, columns = np.nonzero((np.asarray(picture) == ImageColor.getrgb(colour)).all(axis=-1))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def test_the_map_shows_where_the_robot_is_was_and_drives(factory: World) -> None:
    body, start, end = Body(), Pose(1.9, 8.2, 1.57), Pose(10.0, 6.0, 0.0)
    chart = FilmMap(factory, body, MAP_WIDTH, HEIGHT)
    way = find_route(factory, body, start, goal_at(factory, factory.places["corridor"], body))
    assert isinstance(way, Route)
    still = chart.picture(factory, start, [], None)
    assert still.size == (MAP_WIDTH, HEIGHT) and has(still, BLUE) == []
    here, there = (has(chart.picture(factory, pose, [], None), ROLE_COLOURS["highlight"]) for pose in (start, end))
    (row, column), (row_2, column_2) = np.mean(here, axis=0), np.mean(there, axis=0)
    assert (column_2 - column) / (row_2 - row) == pytest.approx((end.x - start.x) / (start.y - end.y), rel=0.1)
    driving = chart.picture(factory, start, [start.point, end.point], way)
    assert len(has(driving, BLUE)) > 30 and len(has(driving, ROLE_COLOURS["driven"])) > 100


@pytest.mark.slow
async def test_a_robot_is_filmed_to_its_end_with_its_cameras_and_the_map(tmp_path: Path, factory: World) -> None:
    robot, told = MujocoRobot(factory, start=AT_TABLE), []
    with Film(robot, tmp_path / "a.mp4", lambda pictures, seconds: told.append((pictures, seconds))):
        way = find_route(factory, robot.body, AT_TABLE, goal_pose(factory, Pose(2.7, 8.2, 0.0)))
        assert isinstance(way, Route)
        await robot.drive("1", way)
        assert robot.route == way
        while (await robot.report("1")).status == "running" and robot.now < 6.0:
            await robot.wait(0.5)
        assert not (tmp_path / "a.mp4").exists()
    robot.close()
    pictures, size = counted(tmp_path / "a.mp4")
    assert size == (HEIGHT, MAP_WIDTH + WIDTH) and pictures == told[-1][0] + round(LAST_S * FRAMES_PER_S)
    assert [count for count, _ in told] == list(range(1, len(told) + 1)) and told[-1][1] == pytest.approx(robot.now)
    assert 5 < len(told) < 80 and (tmp_path / "a.mp4").stat().st_size < 400_000
