"""English words that name nothing by themselves: no typo of one is a name, and a verb needs an article to be a noun."""

__all__ = ["ARTICLES", "DETERMINERS", "NUMBERS", "ORDINARY", "POSSESSIVES", "PREPOSITIONS", "VERBS"]

ARTICLES = frozenset("the a an".split())
POSSESSIVES = frozenset("my your our their his her its this that these those".split())
DETERMINERS = (
    ARTICLES
    | POSSESSIVES
    | frozenset("all every each any some both either neither another whichever whatever one two three".split())
)
PREPOSITIONS = frozenset("in at on of from near inside by within under beside behind into".split())

VERBS = frozenset(
    "dock charge map place plant park store light lift open close stand ring drill lock switch pump scan check sort pack "
    "load ship return board exit work study rest stage saw hose mop fan heat cool tap call report drive bring take put drop "
    "clean empty dry".split()
)
"""Words that are verbs as often as nouns."""

_OTHERS = frozenset(
    "i me you we us they them he she it what which who whom whose where when why how is are was were be been being am do "
    "does did done doing have has had having can could will would shall should may might must not no yes and or but if then "
    "than so because as while until after before once first second third next last finally again back here there now later "
    "soon also too only just very more most much many few less least with without to for out off up down over about around "
    "through across along again go goes going gone went come comes coming came get gets getting got give gives giving gave "
    "given make makes making made let lets tell tells telling told say says saying said ask asks asking asked see sees "
    "seeing saw seen look looks looking looked find finds finding found search searching searched inspect inspecting "
    "inspected inspection examine examining examined verify verifying visit visiting visited head heading headed move "
    "moving moved walk walking navigate proceed travel reach enter fetch fetching fetched grab grabbing carry carrying "
    "carried deliver delivering delivered collect collecting pick picking picked pickup dropping wait waiting waited pause "
    "stay staying stop stopping hold holding remain explore exploring explored survey scout sweep patrol reporting reported "
    "record note read reads reading write writing written show shows showing shown know known knowing need needs want wants "
    "like please thanks thank hello robot hey okay ok sure good well right left start starting started begin beginning end "
    "ending finish finishing finished complete time times minute minutes second seconds hour hours sec secs min mins moment "
    "while quickly carefully slowly whether wether leaking leak leaks damage damaged damages broken full closed opened "
    "locked running working temperature pressure level value state status colour color number reading label everything "
    "anything nothing something someone anyone everyone nobody people person thing things task mission job way home base "
    "same other new old big small large little long short high low great there's what's it's i'm i'd".split()
)
ORDINARY = VERBS | DETERMINERS | PREPOSITIONS | _OTHERS

_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: str(value) for value, word in enumerate(_NUMBER_WORDS.split())}
NUMBERS |= {ten: str(10 * value) for value, ten in enumerate(_TENS, start=2)}
NUMBERS |= {f"{ten}-{one}": str(int(NUMBERS[ten]) + int(NUMBERS[one])) for ten in _TENS for one in _NUMBER_WORDS.split()[1:10]}
"""Zero to ninety-nine, in words, as digits."""
