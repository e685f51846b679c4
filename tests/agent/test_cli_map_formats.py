"""``surefoot maps import`` and ``export``, as a user calls them."""

import json

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from agent.errors import BadOption
from maps import MapFileInvalid, load_world

RUN = CliRunner()


def run(*arguments):
    done = RUN.invoke(app, ["maps", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def test_a_map_and_its_graph_go_out_and_come_back(tmp_path):
    run("export", "home", "--format", "map-server", "--out", tmp_path / "nav2" / "home.yaml")
    said = json.loads(run("export", "home", "-f", "nav2-graph", "-o", tmp_path / "home.geojson", "--json").stdout)
    assert said["carries"].startswith("places as points with name, kind and yaw")
    done = run(
        "import", tmp_path / "nav2" / "home.yaml", "--graph", tmp_path / "home.geojson", "--out", tmp_path / "back", "--json"
    )
    report = json.loads(done.stdout)
    (row,) = report["maps"]
    assert (report["format"], report["warnings"], row["level"], row["doors"]) == ("map-server", [], "", 0)
    home, back = load_world("maps/shipped/home"), load_world(tmp_path / "back")
    assert back.revision == row["revision"]
    assert (back.cells == home.cells).all()
    assert set(back.places) <= set(home.places)
    assert row["places"] == len(back.places) > 3
    assert row["edges"] == len(json.loads((tmp_path / "back" / "route_graph.geojson").read_text())["features"]) - sum(
        feature["geometry"]["type"] == "Point"
        for feature in json.loads((tmp_path / "back" / "route_graph.geojson").read_text())["features"]
    )


def test_of_a_building_all_levels_are_to_be_checked(tmp_path):
    corners = [[0, 0, 0, ""], [200, 0, 0, ""], [200, 100, 0, ""], [0, 100, 0, ""]]
    level = {"vertices": corners, "floors": [{"vertices": [0, 1, 2, 3]}], "measurements": [[0, 1, {"distance": [3, 10.0]}]]}
    (tmp_path / "b.building.yaml").write_text(json.dumps({"name": "b", "levels": {"L1": level, "L2": level}}))
    done = run("import", tmp_path / "b.building.yaml", "--format", "rmf-building", "--out", tmp_path / "b")
    assert done.output.replace("\n", "").endswith(f"next: surefoot maps check {tmp_path / 'b'}")


def test_every_verdict_on_a_graph_without_a_grid_says_so(tmp_path):
    graph = {
        "regions": [{"name": "gate", "coords": [0, 0]}, {"name": "barn", "coords": [30, 0]}, {"name": "shed", "coords": [30, 20]}],
        "objects": [{"name": "pump", "coords": [33, 20]}],
        "region_connections": [["gate", "barn"], ["barn", "shed"]],
        "object_connections": [["pump", "shed"]],
    }
    (tmp_path / "farm.json").write_text(json.dumps(graph))
    done = run("import", tmp_path / "farm.json", "--out", tmp_path / "farm", "--corridor", 2)
    said = done.output.replace("\n", " ")
    assert "graph only: farm.json has no grid, so routes keep to its 2 edges, taken to be 2 m wide" in said
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"steps": [{"skill": "goto", "args": {"place": "shed"}}]}))
    call = ["verify", str(plan), "--map", str(tmp_path / "farm"), "--start", "0,0,0", "--json"]
    verdict = json.loads(RUN.invoke(app, call, catch_exceptions=False).stdout)
    assert verdict["ok"]
    assert verdict["totals"]["distance_m"] == pytest.approx(50.0)
    (finding,) = verdict["findings"]
    assert (finding["code"], finding["severity"]) == ("GRAPH_ONLY", "warning")
    assert finding["message"].startswith("Graph only: farm.json has no grid")
    call[call.index("0,0,0")] = "15,10,0"
    lost = json.loads(RUN.invoke(app, call, catch_exceptions=False).stdout)
    assert not lost["ok"]  # off the edges


def test_a_mask_is_put_onto_a_map_that_keeps_its_graph(tmp_path):
    graph = {"regions": [{"name": "a", "coords": [0, 0]}, {"name": "b", "coords": [5, 0]}], "region_connections": [["a", "b"]]}
    (tmp_path / "g.json").write_text(json.dumps(graph))
    run("import", tmp_path / "g.json", "--out", tmp_path / "g")
    run("export", "warehouse", "-f", "keepout", "-o", tmp_path / "mask.yaml")
    run("import", tmp_path / "mask.yaml", "--onto", tmp_path / "g", "--out", tmp_path / "g", "--overwrite")
    assert load_world(tmp_path / "g").keepout_mask is not None
    assert load_world(tmp_path / "g").notes
    run("export", tmp_path / "g", "-f", "spine", "-o", tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text())["region_connections"] == [["a", "b"]]


def test_bad_input_is_one_sentence(tmp_path):
    (tmp_path / "x").write_text("hello")
    with pytest.raises(MapFileInvalid, match="of no format that is known"):
        run("import", tmp_path / "x", "--out", tmp_path / "y")
    with pytest.raises(MapFileInvalid, match="there is no map format 'dwg'"):
        run("export", "home", "-f", "dwg", "-o", tmp_path / "y")
    with pytest.raises(BadOption, match="it exists already"):
        run("import", tmp_path / "x", "--out", tmp_path)
    assert not (tmp_path / "y").exists()


def test_help_teaches():
    said = RUN.invoke(app, ["maps", "import", "--help"], terminal_width=200).output
    for word in ("--keepout", "--205-is-unknown", "office.building.yaml", "ros2 topic echo", "rmf-building"):
        assert word in said
