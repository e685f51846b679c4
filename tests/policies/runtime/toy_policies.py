"""Policies for tests: numbers instead of networks."""

import os
import time

import numpy as np

from policies.policy import PolicySpec, check_batch

JOINTS = ("shoulder", "elbow", "gripper")


class Waving:
    """Moves the planar arm to and fro between two poses; a chunk begins with what it is told is left over."""

    def __init__(self, *, seconds=0.0, cameras=None, conditioned=True, joints=JOINTS, amplitude=0.2, noise=0.0):
        self.spec = PolicySpec(name="waving", kind="expert", joints=joints, cameras=cameras or {}, period_s=0.02, chunk=25)
        self.seconds, self.conditioned, self.amplitude = seconds, conditioned, amplitude
        self.noise = np.random.default_rng(0) if noise else None
        self.spread = noise
        self.resets = self.asked = 0
        self.side = 1.0
        self.delays = []

    def reset(self):
        self.resets += 1

    def select_action(self, batch):
        return self.predict_action_chunk(batch)[0]

    def predict_action_chunk(self, batch, *, inference_delay=0, prev_chunk_left_over=None):
        state = check_batch(batch, self.spec)
        self.asked += 1
        self.delays.append(inference_delay)
        if self.seconds:
            time.sleep(self.seconds)
        goal = state.copy()
        goal[:2] = np.array([1.2, -0.8]) + self.side * self.amplitude
        if np.abs(goal - state).max() < 0.3 * self.amplitude:
            self.side = -self.side
        if self.noise is not None:
            goal[:2] += self.noise.normal(0.0, self.spread, 2)
        steps = np.arange(1, self.spec.chunk + 1)[:, None]
        chunk = state + (goal - state) * (1.0 - np.exp(-steps * self.spec.period_s / 0.6))
        if self.conditioned and prev_chunk_left_over is not None and inference_delay:
            known = prev_chunk_left_over[:inference_delay]
            shift = known[-1] - chunk[len(known) - 1]
            fade = np.exp(-np.arange(self.spec.chunk - len(known)) / 5.0)[:, None]
            chunk[len(known) :] += shift * fade
            chunk[: len(known)] = known
        return chunk.astype(np.float32)


class Constant(Waving):
    """Answers whatever it is told to."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def predict_action_chunk(self, batch, *, inference_delay=0, prev_chunk_left_over=None):
        return self.answer


def waving():
    return Waving(cameras={"wrist": (48, 64)})


def slow():
    return Waving(seconds=1.0)


def garbage():
    return Constant(np.full((25, 3), np.nan, dtype=np.float32))


def wrong_robot():
    return Waving(joints=("a", "b"))


def no_camera():
    return Waving(cameras={"head": (48, 64)})


def wrong_size():
    return Waving(cameras={"wrist": (96, 96)})


def broken():
    raise RuntimeError("weights not found")


def crashing():
    policy = Waving()
    policy.predict_action_chunk = lambda batch, **told: 1 / 0
    return policy


def hanging():
    time.sleep(1000)


def dying():
    os._exit(3)


def with_torch():
    import torch

    policy = waving()
    policy.threads = torch.get_num_threads()
    return policy
