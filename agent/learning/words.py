"""Words to make missions and sites of: nouns, adjectives, made-up words, codes. Two disjoint vocabularies: seen and held out."""

import random
import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["Vocabulary", "code", "made_up", "typo"]

_OBJECTS = (
    "mug|cup|bottle|plate|bowl|box|crate|pallet|barrel|drum|bucket|basket|bag|parcel|package|envelope|letter|folder|book|"
    "laptop|tablet|phone|charger|cable|keyboard|monitor|printer|scanner|camera|tripod|lamp|candle|chair|stool|table|desk|"
    "sofa|bed|shelf|rack|cabinet|drawer|trolley|cart|wheelchair|stretcher|ladder|toolbox|hammer|wrench|screwdriver|drill|"
    "saw|spanner|valve|gauge|meter|pump|motor|fan|heater|boiler|compressor|generator|transformer|switch|panel|sensor|"
    "thermometer|alarm|extinguisher|hose|hydrant|pipe|tank|cylinder|battery|bin|broom|mop|vacuum|towel|blanket|pillow|"
    "jacket|helmet|glove|boot|umbrella|key|badge|wallet|remote|toy|ball|bicycle|scooter|forklift|conveyor|robot|drone|"
    "plant|vase|painting|mirror|clock|fridge|oven|microwave|kettle|toaster|sink|tap|medicine cabinet|first aid kit|"
    "fire extinguisher|coffee machine|water bottle|paper towel|tool cart|safety cone|pressure gauge|oxygen tank|server|"
    "router|spill|leak|person|visitor|dog|cat|nurse|delivery|suitcase|sample|tray|syringe|label|sign|poster|screen"
).split("|")
_HELD_OBJECTS = (
    "teapot|jug|canister|carton|sack|clipboard|notebook|radio|speaker|projector|lantern|bench|locker|wheelbarrow|chisel|"
    "crowbar|manometer|turbine|dehumidifier|inverter|fuse box|smoke detector|eyewash station|gas bottle|cool box|crutch|"
    "defibrillator|saucepan|blender|guitar|skateboard|birdcage|aquarium|hairdryer|typewriter|telescope|anvil|winch|"
    "pallet jack|spool|rivet gun"
).split("|")
_ROOMS = (
    "kitchen|bathroom|bedroom|living room|dining room|hallway|corridor|lobby|reception|office|meeting room|"
    "conference room|storage room|store|warehouse|loading bay|dock|charging station|workshop|garage|laundry|pantry|"
    "cellar|attic|balcony|terrace|garden|yard|gate|car park|ward|nurse station|pharmacy|laboratory|operating theatre|"
    "waiting room|x-ray room|canteen|cafeteria|library|archive|server room|control room|boiler room|pump house|"
    "substation|tank farm|packing area|cold store|aisle|inspection area|checkpoint|entrance|exit|staircase|lift|elevator|"
    "toilet|restroom|gym|classroom|hall|stage|changing room|barn|shed|greenhouse|north wing"
).split("|")
_HELD_ROOMS = (
    "vestibule|foyer|mezzanine|atrium|conservatory|nursery|playroom|mud room|darkroom|armoury|chapel|dispensary|"
    "radiology|mortuary|compressor hall|paint shop|foundry|weighbridge|silo|kiln|orchard|stable|jetty|hangar|press room|"
    "studio|vault|observatory|sauna"
).split("|")
_ADJECTIVES = (
    "red|blue|green|yellow|black|white|grey|orange|purple|brown|pink|silver|big|small|large|little|tall|old|new|broken|"
    "empty|full|heavy|light|wooden|metal|plastic|glass|left|right|north|south|east|west|upper|lower|main|back|front|"
    "first|second|third|spare|lost|dirty|clean|open|wet|hot|cold|round|square|long|short"
).split("|")
_HELD_ADJECTIVES = "crimson|teal|beige|striped|rusty|dented|tiny|huge|outer|inner|central|rear|fourth|shiny|folded|portable".split(
    "|"
)
_COLOURS = tuple("red blue green yellow black white grey orange purple brown pink silver".split())
_STATES = tuple("open closed on off full empty broken running dirty clean locked damaged leaking wet".split())
_PEOPLE = (
    "the nurse|the doctor|the operator|the receptionist|the visitors|bob|anna|maria|mr smith|dr meyer|ms lee|the guard|john|"
    "the cook|"
    "the manager|emma|the engineer|my wife|sam|the technician"
).split("|")
_HELD_PEOPLE = "the librarian|the foreman|oscar|mrs novak|dr silva|the janitor|ines|the caretaker".split("|")
_HAN = (
    "天地人山水火木金土日月星云风雨雪花草鱼鸟马牛羊米茶酒书画琴笔纸刀车船石玉沙林海河江湖"
    "春夏秋冬东西南北明光华英文武安平永乐福寿康宁"
)
"""Characters to make names of that no vocabulary holds."""
_CONSONANTS = "b c d f g h j k l m n p r s t v w z br cr dr fl gr pl st tr sh ch th".split()
_VOWELS = "a e i o u ai ea oo ou".split()
_CODAS = ["", "", "", "n", "r", "l", "s", "t", "m", "x", "nd", "rk", "st"]


def made_up(rng: random.Random) -> str:
    """A word that no vocabulary holds: one to three random syllables."""
    return "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.choice((1, 2, 2, 3))))


def code(rng: random.Random) -> str:
    """A code as plants and shelves carry them: ``b12``, ``v-204``, ``17``."""
    letters = "".join(rng.choice("abcdefghjkmprstvwx") for _ in range(rng.choice((0, 1, 1, 2))))
    return letters + rng.choice(("", "", "-")) * bool(letters) + str(rng.randrange(1, rng.choice((10, 100, 1000))))


def typo(rng: random.Random, word: str) -> str:
    """A word with one slip of the finger; words under four letters stay."""
    if len(word) < 4 or not word.isalpha():
        return word
    i = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (word[:i] + word[i + 1 :], word[:i] + word[i] + word[i:], word[: i - 1] + word[i] + word[i - 1] + word[i + 1 :])
    )


class Vocabulary:
    """Nouns and adjectives for sites and missions.

    Args:
        held_out: Use the words that training never sees.
        language: ``en`` or ``zh``.
    """

    def __init__(self, *, held_out: bool = False, language: str = "en") -> None:
        self.language = language
        self.held_out = held_out
        lists = _lists(language)
        side = "held " if held_out else ""
        self.objects = lists[f"{side}objects"]
        self.rooms = lists[f"{side}rooms"]
        self.adjectives = lists[f"{side}adjectives"]
        self.colours = lists["colours"]
        self.states = lists["states"]
        self.people = lists[f"{side}people"]

    def noun(self, rng: random.Random, *, room: bool = False) -> str:
        """A noun phrase without article, lower case: an adjective, a noun, a code, or made-up words, mixed."""
        if self.language == "zh":
            return self._chinese(rng, room)
        noun = rng.choice(self.rooms if room else self.objects) if rng.random() < 0.45 else made_up(rng)
        if rng.random() < 0.45:
            noun = f"{rng.choice(self.adjectives) if rng.random() < 0.5 else made_up(rng)} {noun}"
        if rng.random() < 0.12:
            noun = f"{noun} {code(rng)}"
        return noun

    def _chinese(self, rng: random.Random, room: bool) -> str:
        noun = rng.choice(self.rooms if room else self.objects)
        roll = rng.random()
        if roll < 0.3:
            noun = f"{''.join(rng.choice(_HAN) for _ in range(rng.choice((1, 2, 2, 3))))}{noun[-1] if rng.random() < 0.6 else ''}"
        elif roll < 0.36:
            noun = made_up(rng)
        if rng.random() < 0.35:
            noun = f"{rng.choice(self.adjectives)}{noun}"
        return f"{noun} {code(rng)}" if rng.random() < 0.08 else noun


@cache
def _lists(language: str) -> dict[str, tuple[str, ...]]:
    if language == "zh":
        text = files("agent.learning").joinpath("words.zh.toml").read_text(encoding="utf-8")
        return {name: tuple(words.split()) for name, words in tomllib.loads(text).items()}
    return {
        "objects": tuple(_OBJECTS), "held objects": tuple(_HELD_OBJECTS), "rooms": tuple(_ROOMS), "held rooms": tuple(_HELD_ROOMS),
        "adjectives": tuple(_ADJECTIVES), "held adjectives": tuple(_HELD_ADJECTIVES), "colours": _COLOURS, "states": _STATES,
        "people": tuple(_PEOPLE), "held people": tuple(_HELD_PEOPLE),
    }  # fmt: skip
