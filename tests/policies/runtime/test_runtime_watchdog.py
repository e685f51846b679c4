"""The watchdog, against a plain restatement of its promises."""

import math

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from policies.runtime.watchdog import Mode, Seen, Watch, WatchSettings, reset, watch

SETTINGS = WatchSettings(starved_ticks=2, stale_s=0.4, hold_s=1.0, start_s=5.0)


class Watchdog(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now, self.state = 0.0, Watch()
        self.bad_ticks = 0
        self.held_since = 0.0

    def step(self, seconds=0.01, **what):
        self.now += seconds
        before = self.state
        self.seen = Seen(**{"now": self.now, "observed": self.now - 0.05, **what})
        self.state = watch(before, self.seen, SETTINGS)
        self.before = before
        if self.state.mode is Mode.RUN:
            # It only ever runs on an action, of a living policy, from an observation that is fresh enough.
            assert self.seen.wanted and self.seen.alive and not self.seen.fault and not self.seen.alarm
            if before.mode is not Mode.RUN:
                assert self.seen.action
                assert self.seen.observed >= before.fresh_after
                assert before.mode is Mode.HOLD
            if self.seen.action:
                assert self.seen.now - self.seen.observed <= SETTINGS.stale_s
        if before.mode is Mode.STOP:
            assert self.state == before

    @rule(age=st.floats(0.0, 0.35))
    def good(self, age):
        before = self.state
        self.step(observed=self.now + 0.01 - age)
        if before.mode is Mode.RUN and self.seen.observed >= before.fresh_after:
            assert self.state.mode is Mode.RUN

    @rule()
    def starved(self):
        was = self.state
        self.step(action=False, observed=None)
        if was.mode is Mode.RUN:
            assert self.state.mode is (Mode.RUN if was.starved < SETTINGS.starved_ticks else Mode.HOLD)

    @rule(age=st.floats(0.41, 5.0))
    def stale(self, age):
        self.step(observed=self.now + 0.01 - age)
        assert self.state.mode is not Mode.RUN

    @rule()
    def dead(self):
        self.step(alive=False)
        assert self.state.mode is not Mode.RUN

    @rule()
    def faulty(self):
        self.step(fault="the elbow's encoder is not finite")
        assert self.state.mode is not Mode.RUN

    @rule()
    def alarmed(self):
        self.step(alarm="the base has left its route")
        assert self.state.mode is Mode.STOP

    @rule()
    def without_a_task(self):
        self.step(wanted=False, action=False, observed=None)
        assert self.state.mode in (Mode.HOLD, Mode.STOP)

    @rule(seconds=st.floats(0.5, 8.0))
    def long_silence(self, seconds):
        before = self.state
        self.step(action=False, observed=None)
        self.step(seconds, action=False, observed=None)
        if before.mode is Mode.HOLD and seconds > SETTINGS.start_s:
            assert self.state.mode is Mode.STOP

    @precondition(lambda self: self.state.mode is Mode.STOP)
    @rule()
    def reset(self):
        self.state = reset(self.state, self.now)
        assert self.state.mode is Mode.HOLD
        assert self.state.fresh_after == self.now

    @precondition(lambda self: self.state.mode is not Mode.STOP)
    @rule()
    def reset_out_of_turn(self):
        assert reset(self.state, self.now) is self.state

    @invariant()
    def a_reason_is_given(self):
        assert (self.state.mode is Mode.RUN) == (self.state.reason == "")

    @invariant()
    def times_make_sense(self):
        assert self.state.since <= self.now


TestWatchdog = Watchdog.TestCase
TestWatchdog.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def run(state, ticks, start=0.0, **what):
    for tick in range(ticks):
        now = start + 0.01 * (tick + 1)
        state = watch(state, Seen(**{"now": now, "observed": now - 0.05, **what}), SETTINGS)
    return state


def test_a_dead_policy_holds_at_once_and_stops_after_a_second():
    running = run(Watch(), 5)
    held = run(running, 1, start=1.0, alive=False)
    assert (held.mode, held.reason) == (Mode.HOLD, "the policy's process is dead")
    assert run(held, 100, start=1.01, alive=False).mode is Mode.HOLD
    stopped = run(held, 102, start=1.01, alive=False)
    assert stopped.mode is Mode.STOP
    assert stopped.reason == "held for 1.01 s: the policy's process is dead"


def test_before_the_first_action_it_waits_longer():
    silent = {"action": False, "observed": None}
    assert run(Watch(), 499, **silent).mode is Mode.HOLD
    assert run(Watch(), 502, **silent).mode is Mode.STOP


def test_an_action_from_before_the_hold_does_not_end_it():
    held = run(run(Watch(), 5), 1, start=1.0, fault="no finite state")
    assert run(held, 1, start=1.01, observed=1.005).mode is Mode.HOLD
    assert run(held, 1, start=1.02, observed=1.011).mode is Mode.RUN


def test_without_a_task_no_time_runs_against_it():
    idle = run(Watch(), 3000, wanted=False, action=False, observed=None)
    assert (idle.mode, idle.reason) == (Mode.HOLD, "no task")
    assert math.isclose(idle.since, 30.0)
