"""English verb forms, for telling clauses in another order than they are done in."""

__all__ = ["gerund", "participle"]

_IRREGULAR = {
    "go": "gone", "drive": "driven", "make": "made", "swing": "swung", "run": "run", "get": "got", "come": "come",
    "take": "taken", "have": "had", "see": "seen", "find": "found", "read": "read", "do": "done", "tell": "told",
    "let": "let", "say": "said", "write": "written", "seek": "sought", "bring": "brought", "put": "put", "set": "set",
    "leave": "left", "hold": "held", "stand": "stood", "give": "given", "spend": "spent", "speak": "spoken",
    "send": "sent", "keep": "kept", "draw": "drawn", "feed": "fed", "head": "headed", "be": "been",
    "throw": "thrown", "meet": "met", "catch": "caught", "ride": "ridden", "show": "shown", "sit": "sat", "hang": "hung",
    "stick": "stuck",
    "sleep": "slept", "spread": "spread", "hit": "hit", "lay": "laid", "shut": "shut", "freeze": "frozen",
    "sweep": "swept", "pay": "paid",
}  # fmt: skip
_DOUBLED = frozenset(
    "stop drop grab plug scan map get run let set put swim pop nip hop zip nab lug sit hit tap shut top step ship spot log".split()
)


def gerund(verb: str) -> str:
    """``go`` -> ``going``."""
    if verb == "be":
        return "being"
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("e") and not verb.endswith("ee"):
        return f"{verb[:-1]}ing"
    return f"{verb}ing"


def participle(verb: str) -> str:
    """``go`` -> ``gone``."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"
