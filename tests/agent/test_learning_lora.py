import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("gguf")
pytest.importorskip("llama_cpp")

from agent.learning.dataset import train_tokenizer  # noqa: E402
from agent.learning.export import export, network_of  # noqa: E402
from agent.learning.lora import AdapterFailed, adapt, export_adapter, merged  # noqa: E402
from agent.learning.own_missions import spell  # noqa: E402
from agent.learning.train import main  # noqa: E402
from agent.learning.training import Training  # noqa: E402
from agent.planners.dialect import encode  # noqa: E402
from agent.planners.local import LocalPlanner  # noqa: E402
from agent.planners.planner import Brief  # noqa: E402
from maps import Body, RobotState, find_map, load_world, start_pose  # noqa: E402
from skills import Plan, library  # noqa: E402

ABOUT = {"dialect": "pointer-3"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("planner")
    train_tokenizer(folder / "tokenizer.json", vocabulary=800, samples=400)
    weights = Training(folder, "nano").weights()
    rng = np.random.default_rng(1)  # of the size that training gives, so that logits differ visibly
    tensors = {name: value + rng.normal(0, 0.1, value.shape) * (value.ndim == 2) for name, value in weights.tensors.items()}
    weights.tensors.update(tensors)
    export(weights, folder / "planner.gguf")
    return folder


def brief(mission: str) -> Brief:
    world = load_world(find_map("warehouse"))
    pose = start_pose(world)
    state = RobotState(pose=pose, battery_wh=Body().battery_wh)  # as the missions are taught
    here = world.place_at(pose.point)
    return Brief(mission=mission, world=world, state=state, body=Body(), skills=library(), start_place=here and here.name)


def test_a_random_adapter_does_in_llama_cpp_what_it_does_here(folder, tmp_path):
    from llama_cpp import Llama

    from agent.learning.weights import read_weights

    network = network_of(read_weights(folder / "planner.gguf"))
    ids = torch.randint(70, 700, (1, 40), generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        plain = network.logits(network(ids))[0].numpy()
        torch.manual_seed(4)
        for parameter in adapt(network, rank=4, alpha=8.0):
            torch.nn.init.normal_(parameter, std=0.1)
        here = network.logits(network(ids))[0].numpy()
    file = export_adapter(network, tmp_path / "adapter.gguf", ABOUT)
    llama = Llama(str(folder / "planner.gguf"), lora_path=str(file), n_ctx=64, logits_all=True, verbose=False)
    llama.eval(ids[0].tolist())
    there = np.array(llama.scores[:40])
    llama.close()
    assert np.abs(here - there).max() < 0.05 < np.abs(here - plain).max()
    assert np.abs(plain - there).max() > 10 * np.abs(here - there).max()
    whole = network_of(read_weights(folder / "planner.gguf"))
    with torch.no_grad():
        for name, value in merged(network):
            whole.get_parameter(name).copy_(value)
        assert np.abs(whole.logits(whole(ids))[0].numpy() - here).max() < 1e-3


@pytest.mark.slow
async def test_an_adapter_learns_a_user_s_missions_and_llama_cpp_plans_them(folder, tmp_path, capsys):
    missions = [("polish the pump room", [{"skill": "goto", "args": {"place": "pump room"}}]), ("tidy", [{"skill": "dock"}])]
    lines = [json.dumps({"map": "warehouse", "mission": mission, "plan": plan}) for mission, plan in missions]
    (tmp_path / "own.jsonl").write_text("\n".join(lines))
    command = ["--lora", str(tmp_path / "own.jsonl"), "--from", str(folder / "planner.gguf"), "--out", str(tmp_path / "out")]
    assert main([*command, "--steps", "60", "--threads", "1", "--rate", "0.1"]) == 0
    assert "100% of 2 missions" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["adapter.gguf"]
    planner = LocalPlanner(folder / "planner.gguf", tmp_path / "out" / "adapter.gguf")
    for mission, plan in missions:
        proposal = await planner.propose(brief(mission))
        assert proposal.plan is not None, proposal
        assert [step.model_dump() for step in proposal.plan.steps] == [{"args": {}, **step} for step in plan]
    await planner.close()


def test_plans_are_said_as_they_are_read():
    prompt = encode(brief("wait 2.5 seconds, inspect the pressure gauge and tell me what it reads, then say hello to the office"))
    plan = Plan.model_validate(
        {
            "steps": [
                {"skill": "wait", "args": {"seconds": 2.5}},
                {"skill": "inspect", "args": {"thing": "pressure gauge", "question": "what it reads"}},
                {"skill": "say", "args": {"text": "hello"}},
                {"skill": "report"},
            ]
        }
    )
    said = "".join(segment.text for segment in spell(plan, prompt))
    assert said.startswith("[wait] 2 . 5[inspect]") and said.endswith("[q] hello[/q][report][end]")
    for wrong, why in (
        ({"skill": "say", "args": {"text": "goodbye"}}, "no stretch of its mission"),
        ({"skill": "goto", "args": {"place": "loading dock 9"}}, "which its mission does not"),
        ({"skill": "fly"}, "no skill 'fly'"),
    ):
        with pytest.raises(ValueError, match=why):
            spell(Plan.model_validate({"steps": [wrong]}), prompt)


def test_what_cannot_be_learnt_is_one_sentence(folder, tmp_path, capsys):
    def run(text: str | None, *more: str) -> str:
        if text is not None:
            (tmp_path / "own.jsonl").write_text(text)
        command = ["--lora", str(tmp_path / "own.jsonl"), "--out", str(tmp_path / "out"), "--steps", "1"]
        assert main([*command, *(more or ("--from", str(folder / "planner.gguf")))]) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and not (tmp_path / "out").exists()
        return said

    assert "cannot be read" in run(None)
    assert "holds no missions" in run("\n\n")
    assert "Line 2" in run('\n{"mission": "go"}') and "has no 'map'" in run('{"mission": "go"}')
    assert "cannot be learnt from" in run("once upon a time")
    assert "no map 'atlantis'" in run('{"map": "atlantis", "mission": "go", "plan": []}')
    assert "no skill 'fly'" in run('{"map": "warehouse", "mission": "fly", "plan": [{"skill": "fly"}]}')
    assert "give it with --from" in run("{}", "--seed", "1")
    with pytest.raises(AdapterFailed, match="rank of 1 or more"):
        adapt(Training(folder, "nano").network, rank=0)
    with pytest.raises(AdapterFailed, match="no adapters"):
        export_adapter(Training(folder, "nano").network, tmp_path / "x.gguf", ABOUT)
    network = Training(folder, "nano").network
    adapt(network)
    with pytest.raises(AdapterFailed, match="cannot be written"):
        export_adapter(network, Path("/proc/nowhere/x.gguf"), ABOUT)
