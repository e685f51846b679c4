"""``surefoot policy distill`` and ``train --qlora``: from the command to the policy, on a few steps."""

import json

import pytest

from policies.vla.folders import open_policy
from tests.policies.toy_data import JOINTS, toy_data

FEW = ("--steps", "2", "--batch", "2", "--threads", "1", "--device", "cpu", "--json")


@pytest.mark.slow
def test_a_teacher_in_four_bits_and_its_student(surefoot, tmp_path):
    toy_data(tmp_path / "demos")
    order = ("policy", "train", "demos", "--out", "teacher", "--head", "binned", "--qlora", *FEW)
    code, out, err = surefoot(*order)
    assert code == 0 and json.loads(out)["stage"] == "align", err
    code, _, err = surefoot("policy", "train", "demos", "--out", "teacher", "--head", "binned", *FEW)
    assert code == 2 and "was trained with a four-bit base; go on so, or give another --out" in err
    order = ("policy", "distill", "teacher", "demos", "--out", "student", "--pixels", "16", *FEW)
    for steps in (2, 4):
        code, out, err = surefoot(*order)
        told = json.loads(out)
        assert code == 0 and (told["steps"], told["finished"]) == (steps, False), err
    policy = open_policy(tmp_path / "student", joints=JOINTS)
    assert policy.config.head == "binned" and policy.config.pixels == 16
    code, out, _ = surefoot("policy", "info", "student")
    assert code == 0 and "vla-nano" in out


@pytest.mark.parametrize(
    ("order", "says"),
    [
        (("distill", "nowhere", "demos"), "there is no such folder"),
        (("distill", "nowhere", "demos", "--without", "sleep"), "nothing that can be left out"),
        (("distill", "nowhere", "demos", "--device", "warp"), "--device warp is not there"),
        (("train", "demos", "--size", "full"), "size full needs two folders of pretrained weights"),
        (("train", "demos", "--size", "full", "--vision", "a", "--language", "b"), "'a' holds no pretrained model"),
        (("train", "demos", "--vision", "a", "--language", "b"), "pretrained towers are for size full"),
    ],
)
def test_what_cannot_be_is_one_sentence(surefoot, tmp_path, order, says):
    if order[0] == "train":
        toy_data(tmp_path / "demos")
    code, _, err = surefoot("policy", *order)
    assert code == 2 and says in err and len(err.strip().splitlines()) == 1, err
