"""The same contracts for unified-planning, made without the PDDL writer: one action for each call, its effects worked out by hand.

Nothing here shares code with the simulator: conditions and effects are read from their JSON, and what a call writes is collected
in order with the last write of an atom counting.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import unified_planning as up
from unified_planning.engines.sequential_simulator import UPSequentialSimulator
from unified_planning.exceptions import UPInvalidActionError
from unified_planning.io import PDDLReader
from unified_planning.shortcuts import And, FNode, InstantaneousAction, Not, Or, Plus

from benchmarks.symbolic_conditions import Conditions, exact, fill
from maps import Body, RobotState, World
from skills import Plan, Skill, SkillCall, SkillSet
from skills.pddl import domain_of
from verifier.pddl import action_text, problem_text

__all__ = ["Direct", "Exported"]

Written = dict[str, bool]


class Direct:
    """A problem with one action for each call of some plans, and two more that only ask: of its conditions, and afterwards."""

    def __init__(self, skills: SkillSet, world: World, state: RobotState, body: Body, plans: Iterable[Plan]) -> None:
        self.skills, self.world = skills, world
        self.problem = up.model.Problem("direct")
        self.conditions = Conditions(self.problem, world, body)
        self.atom = self.conditions.atom
        self.levels = () if world.building is None else world.building.levels
        self.true = self._true(state)
        self.calls: dict[str, dict[str, Any]] = {}
        self.pairs: dict[str, frozenset[tuple[str, str]]] = {}
        written = {str(call): call for plan in plans for call in plan.steps}
        self.values = self._one_of_values(written.values())
        for text, call in written.items():
            self._add(text, call)
        for name, node in self.conditions.atoms.items():
            self.problem.set_initial_value(node, name in self.true)
        self.simulator = UPSequentialSimulator(self.problem)
        self.start = self.simulator.get_initial_state()

    def judge(self, plan: Plan) -> list[tuple[str, str]]:
        """As ``symbolic_plans.judge``, told by unified-planning."""
        states, told = [self.start], []
        pairs: frozenset[tuple[str, str]] = frozenset()
        for call in plan.steps:
            ways = self.calls[str(call)]
            asked = [self._can(state, ways["asked"]) for state in states]
            possible = [state for state, able in zip(states, asked, strict=True) if able and self._can(state, ways["confirmed"])]
            before = "ok" if all(asked) else "open" if any(asked) else "never"
            if not any(self._can(state, ways["confirmed"]) for state in states):
                before = "never"
            if before == "never" or not possible:
                told.append(("never", "ok"))
                break
            previous = states
            states = [self._apply(state, action) for state in possible for action in ways["does"]]
            after = self._after(ways, states, previous, pairs)
            told.append((before, after))
            if after == "never":
                break
            pairs |= self.pairs[str(call)]
        return told

    def _after(self, ways: Mapping[str, Any], states: list[Any], previous: list[Any], pairs: frozenset[tuple[str, str]]) -> str:
        kept = "ok"
        for check in ways["kept"]:
            each = [self._can(state, check) for state in states]
            if not any(each):
                return "never"
            if not all(each):
                kept = "open"
        for one, other in pairs:
            if all(self._both(state, one, other) for state in previous):
                continue
            together = [self._both(state, one, other) for state in states]
            if all(together):
                return "never"
            if any(together):
                kept = "open"
        return kept

    def _both(self, state: Any, one: str, other: str) -> bool:
        atoms = self.conditions.atoms
        return all(name in atoms and state.get_value(atoms[name]).is_true() for name in (one, other))

    def _can(self, state: Any, action: Any) -> bool:
        return bool(self.simulator.is_applicable(state, action, ()))

    def _apply(self, state: Any, action: Any) -> Any:
        return self.simulator.apply_unsafe(state, action, ())

    def _true(self, state: RobotState) -> set[str]:
        true = {f"held {name}" for name in state.carrying} | ({"docked"} if state.docked else set())
        if self.levels:
            true |= {f"robot on {self._level(state.pose.point)}"}
            true |= {f"{name} on {self._level(thing.position)}" for name, thing in self.world.things.items()}
        return true | {f"door {name} {state.doors.get(name, door.state)}" for name, door in self.world.doors.items()}

    def _one_of_values(self, calls: Iterable[SkillCall]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for call in calls:
            skill = self.skills[call.skill]
            effects = (*skill.effects, *(effect for effects in skill.outcomes.values() for effect in effects))
            for item in (*skill.requires, *skill.invariant, *skill.confirms, *effects):
                data = item.to_json()
                data = data.get("condition", data)
                if data["is"] == "OneOf":
                    found.setdefault(fill(data["name"], call), set()).add(fill(data["value"], call))
        return found

    def _add(self, text: str, call: SkillCall) -> None:
        skill = self.skills[call.skill]
        drive = next((parameter for parameter in skill.parameters if parameter.motion and parameter.name in call.args), None)
        target = None if drive is None else (drive.kind, str(call.args[drive.name]))
        running = [*skill.invariant, *(~item for item in skill.excludes)]
        uses = self._uses(skill, target) + self._on_its_level(target) + self._lift_goes(skill, call)
        start = [self.conditions.holds(item.to_json(), call, None) for item in running if not _located(item.to_json())]
        asked = [self.conditions.holds(item.to_json(), call, target) for item in (*skill.requires, *running)] + start + uses
        confirmed = [self.conditions.may_hold(item.to_json(), call, target) for item in skill.confirms]
        lists = [(*skill.effects, *effects) for effects in (skill.outcomes or {"": ()}).values()]
        self.calls[text] = {
            "asked": self._action(f"ask {text}", asked),
            "confirmed": self._action(f"confirm {text}", confirmed),
            "kept": [
                self._action(f"keep {i} {text}", [self.conditions.holds(item.to_json(), call, None)])
                for i, item in enumerate(running)
            ],
            "does": [self._does(f"{i} {text}", skill, call, target, effects) for i, effects in enumerate(lists)],
        }
        own = [fill(e.to_json()["name"], call) for effects in lists for e in effects if e.to_json()["is"] == "Fact"]
        others = [fill(item.to_json()["name"], call) for item in skill.excludes]
        self.pairs[text] = frozenset((f"fact {one}", f"fact {other}") for one in own for other in others)

    def _action(self, name: str, needs: list[FNode]) -> Any:
        action = InstantaneousAction(name)
        for need in needs:
            action.add_precondition(need)
        self.problem.add_action(action)
        return action

    def _uses(self, skill: Skill, target: tuple[str, str] | None) -> list[FNode]:
        freed = {
            effect.to_json()["condition"]["part"]
            for effect in skill.effects
            if effect.to_json()["is"] == "Not" and effect.to_json()["condition"]["is"] == "Keeps"
        }
        needs = [Not(self.atom(f"kept {part}")) for part in sorted(skill.uses - freed)]
        if "base" not in skill.uses | freed:
            if skill.motion == "inside" or (target is not None and target[0] != "thing"):
                needs.append(Not(self.atom("kept base")))
            elif target is not None:
                needs.append(Or(self.atom(f"held {target[1]}"), Not(self.atom("kept base"))))
        elif "base" in skill.uses - freed:
            pass
        return needs

    def _level(self, point: Any) -> int:
        """Number of the level that a point lies on, by its x alone: levels lie side by side."""
        return next(number for number, level in enumerate(self.levels) if level.box[0] <= point[0] <= level.box[2])

    def _on_its_level(self, target: tuple[str, str] | None) -> list[FNode]:
        """That a drive does not leave its level; a thing in the hand is not driven to."""
        if not self.levels or target is None:
            return []
        kind, name = target
        if kind == "thing":
            both = [And(self.atom(f"robot on {i}"), self.atom(f"{name} on {i}")) for i in range(len(self.levels))]
            return [Or(self.atom(f"held {name}"), *both)]
        point = self.world.places[name].centre if kind == "place" else self.world.doors[name].segment[0]
        return [self.atom(f"robot on {self._level(point)}")]

    def _lift_goes(self, skill: Skill, call: SkillCall) -> list[FNode]:
        """That one lift has both cabins of a ride."""
        ride = next((data for data in (effect.to_json() for effect in skill.effects) if data["is"] == "Rides"), None)
        if ride is None:
            return []
        here, there = call.args[ride["lift"]], call.args[ride["to"]]
        building = self.world.building
        lifts = () if building is None else building.lifts
        return [And([]) if here != there and any({here, there} <= {*lift.cabins} for lift in lifts) else Or([])]

    def _carried_along(self, action: Any, data: Mapping[str, Any], call: SkillCall) -> None:
        """What a ride and putting something down do to the levels on which things are."""
        for i in range(len(self.levels)):
            here = self.atom(f"robot on {i}")
            if data["is"] == "Rides":
                action.add_effect(here, i == self._level(self.world.places[str(call.args[data["to"]])].centre))
            elif data["is"] == "PutsDown":
                for name in self.conditions.things if data["thing"] is None else [call.args[data["thing"]]]:
                    held = self.atom(f"held {name}")
                    action.add_effect(self.atom(f"{name} on {i}"), True, And(held, here))
                    action.add_effect(self.atom(f"{name} on {i}"), False, And(held, Not(here)))

    def _does(self, name: str, skill: Skill, call: SkillCall, target: tuple[str, str] | None, effects: Any) -> Any:
        """The action that changes the state; its drive only where what it drives to is not in the hand."""
        action = InstantaneousAction(f"do {name}")
        gone: Written = dict.fromkeys([*(f"at {n}" for n in self.world.places), *self._near(), "docked"], False)
        writes: Written = {}
        if target is not None:
            writes = gone | {f"{'at' if target[0] == 'place' else 'near'} {target[1]}": True}
        elif skill.motion == "inside":
            writes = dict(gone)
        driven = set(writes)
        plus: list[Any] = []
        base: Any = None
        for effect in effects:
            data = effect.to_json()
            if data["is"] == "SetsNumber":
                amount = call.args[data["amount"].lstrip("-")] if isinstance(data["amount"], str) else data["amount"]
                signed = exact(-amount if str(data["amount"]).startswith("-") and isinstance(data["amount"], str) else amount)
                base, plus = (base, [*plus, signed]) if data["relative"] else (signed, [])
                continue
            self._carried_along(action, data, call)
            for atom, value in self._written(data, call, gone, writes):
                writes[atom] = value
                driven.discard(atom)
        held = self.atom(f"held {target[1]}") if target is not None and target[0] == "thing" else None
        for atom, value in writes.items():
            condition = Not(held) if held is not None and atom in driven else And([])
            action.add_effect(self.atom(atom), value, condition)
        if base is not None or plus:
            litres = self.conditions.litres()
            action.add_effect(litres, Plus([litres if base is None else base, *plus]) if plus else base)
        self.problem.add_action(action)
        return action

    def _near(self) -> list[str]:
        return [f"near {name}" for name in (*self.world.things, *self.world.doors)]

    def _written(self, data: Mapping[str, Any], call: SkillCall, gone: Written, writes: Written) -> Iterable[tuple[str, bool]]:
        kind, holds = data["is"], True
        if kind == "Not":
            data, holds = data["condition"], False
            kind = data["is"]
        if kind == "Fact":
            return [(f"fact {fill(data['name'], call)}", holds)]
        if kind == "Member":
            return [(f"in {data['collection']} {call.args[data['item']]}", holds)]
        if kind == "Keeps":
            return [(f"kept {data['part']}", holds)]
        if kind == "Docked":
            return [("docked", True)]
        if kind == "OneOf":
            name, value = fill(data["name"], call), fill(data["value"], call)
            return [(f"one-of {name} = {other}", other == value) for other in sorted(self.values[name])]
        if kind == "DoorIs":
            return [(f"door {call.args[data['door']]} {state}", state == data["state"]) for state in ("open", "closed", "locked")]
        if kind == "Holding":
            return [(f"held {call.args[data['thing']]}", True)]
        if kind == "PutsDown":
            names = self.conditions.things if data["thing"] is None else [call.args[data["thing"]]]
            return [(f"held {name}", False) for name in names]
        if kind in ("Charges", "Loses"):
            return []
        there = (
            f"near {call.args[data['thing']]}"
            if kind == "NearThing"
            else f"at {call.args[data['to' if kind == 'Rides' else 'place']]}"
        )
        return [] if writes.get(there) else (gone | {there: True}).items()


class Exported:
    """The PDDL that Surefoot writes, read by unified-planning."""

    def __init__(self, skills: SkillSet, world: World, state: RobotState, body: Body, plans: Iterable[Plan]) -> None:
        self.world, self.domain = world, domain_of(skills)
        steps = tuple({str(call): call for plan in plans for call in plan.steps}.values())
        text = problem_text(self.domain, world, state, body, skills, Plan(steps=steps))
        self.problem = PDDLReader().parse_problem_string(self.domain.text, text)
        self.simulator = UPSequentialSimulator(self.problem)
        self.start = self.simulator.get_initial_state()

    def judge(self, plan: Plan) -> int | None:
        """The number of the first step that cannot be applied; None when all can."""
        state = self.start
        for number, call in enumerate(plan.steps, start=1):
            name, *objects = action_text(self.domain, call, self.world)[1:-1].split()
            arguments = tuple(self.problem.object(item) for item in objects)
            try:
                after = self.simulator.apply(state, self.problem.action(name), arguments)
            except UPInvalidActionError:  # with these arguments its precondition is false whatever the state is
                return number
            if after is None:
                return number
            state = after
        return None


def _located(data: Mapping[str, Any]) -> bool:
    return data.get("condition", data)["is"] in ("AtPlace", "NearThing", "Docked")
