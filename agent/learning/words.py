"""Words to make missions and sites of: nouns, adjectives, made-up words, codes. Two disjoint vocabularies: seen and held out."""

import random

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
    """

    def __init__(self, *, held_out: bool = False) -> None:
        self.objects = _HELD_OBJECTS if held_out else _OBJECTS
        self.rooms = _HELD_ROOMS if held_out else _ROOMS
        self.adjectives = _HELD_ADJECTIVES if held_out else _ADJECTIVES

    def noun(self, rng: random.Random, *, room: bool = False) -> str:
        """A noun phrase without article, lower case: an adjective, a noun, a code, or made-up words, mixed."""
        noun = rng.choice(self.rooms if room else self.objects) if rng.random() < 0.45 else made_up(rng)
        if rng.random() < 0.45:
            noun = f"{rng.choice(self.adjectives) if rng.random() < 0.5 else made_up(rng)} {noun}"
        if rng.random() < 0.12:
            noun = f"{noun} {code(rng)}"
        return noun
