"""Books: the same verdict from it, damaged lines count as none, other questions and other code find nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps import Body, NoRoute, RobotState, Route, StaleIndex, find_map, load_world, start_pose
from skills import Plan, SkillCall, library
from verifier import book as book_module
from verifier import verify
from verifier.book import RouteBook, TimeBook
from verifier.budget import TIMES
from verifier.routes import ROUTES
from verifier.verify import VERDICTS

MAP = "sha256:" + "0" * 64
ROUTE = Route(
    points=((0.1, 0.2), (3.0, 1 / 3)), goal_yaw=None, length_m=2.9, grid_length_m=3.0, clearance_m=0.33, clearance_at=(1.0, 0.25),
    doors=("lab door",), zones=(), revision="sha256:00",
)  # fmt: skip


def test_routes_come_back_and_refusals_are_not_kept(tmp_path):
    RouteBook(tmp_path / "deep" / "book", MAP).put(("a", 1.5), ROUTE)
    RouteBook(tmp_path / "deep" / "book", MAP).put(("b",), NoRoute(code="KEEPOUT"))
    book = RouteBook(tmp_path / "deep" / "book", MAP)
    assert book.get(("a", 1.5)) == ROUTE
    assert book.get(("b",)) is None and book.get(("a", 1.25)) is None


def test_other_code_finds_nothing(tmp_path, monkeypatch):
    RouteBook(tmp_path / "book", MAP).put("a", ROUTE)
    monkeypatch.setattr(book_module, "_code", lambda: "later")
    assert RouteBook(tmp_path / "book", MAP).get("a") is None


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 255), st.booleans())
def test_a_damaged_line_counts_as_none(tmp_path_factory, place, change, cut):
    path = tmp_path_factory.mktemp("book") / "book"
    RouteBook(path, MAP).put("a", ROUTE)
    data = bytearray(path.read_bytes())
    if cut:
        data = data[: place % len(data)]
    else:
        data[place % len(data)] ^= change
    path.write_bytes(bytes(data))
    assert RouteBook(path, MAP).get("a") in (None, ROUTE)
    RouteBook(path, MAP).put("b", ROUTE)
    assert RouteBook(path, MAP).get("b") == ROUTE


def test_a_plan_is_judged_alike_from_the_book(tmp_path):
    world = load_world(find_map("home"))
    state = RobotState(pose=start_pose(world), battery_wh=200.0)
    names = [name for name in world.places][:4]
    plan = Plan(steps=tuple(SkillCall(skill="goto", args={"place": name}) for name in names))
    ROUTES.clear()
    VERDICTS.clear()
    first = verify(plan, world, state, Body(), library())
    try:
        for _ in range(2):
            ROUTES.store, TIMES.store = RouteBook(tmp_path / "book", MAP), TimeBook(tmp_path / "times", MAP)
            ROUTES.clear()
            TIMES.clear()
            VERDICTS.clear()
            assert verify(plan, world, state, Body(), library()).to_json() == first.to_json()
    finally:
        ROUTES.store = TIMES.store = None
    assert (tmp_path / "book").read_text().count("\n") >= sum(step.ok and step.route is not None for step in first.steps)


def test_a_book_about_another_map_is_stale(tmp_path):
    path = tmp_path / "book"
    RouteBook(path, MAP).put("a", ROUTE)
    other = "sha256:" + "1" * 64
    with pytest.raises(StaleIndex, match=f"built from {MAP}, the map is now {other}: build it again"):
        RouteBook(path, other)
    assert RouteBook(path, MAP).on(MAP).get("a") == ROUTE
    with pytest.raises(StaleIndex):
        RouteBook(path, MAP).on(other)


def test_times_come_back_and_nonsense_counts_as_none(tmp_path):
    TimeBook(tmp_path / "times", MAP).put(("a",), (0.1, 1 / 3))
    TimeBook(tmp_path / "times", MAP).put(("b",), (2.0, 1.0))
    book = TimeBook(tmp_path / "times", MAP)
    assert book.get(("a",)) == (0.1, 1 / 3) and book.get(("b",)) is None
