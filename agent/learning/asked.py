"""Questions on whose answer something hangs: "is the bin full? if it is, take it to the yard, if not, leave it".

Most are drawn from the table of situations. The phrase table ``asked`` stands beside it and is no copy: it has answers that make
sense only right after their question ("not yet", "it does", "somebody did", "有的话": 57 of 135 in English, 69 of 273 in Chinese)
and displays in Chinese, none of which a situation, also said of a thing by name, can have.
"""

from agent.learning.language import tongue
from agent.learning.meaning import Act, Branch, Quote, Text
from agent.learning.site import Site
from agent.learning.states import measured

__all__ = ["asked"]

_EVERYDAY = 0.65
"""So often what is asked comes from the table of situations, which has several things to see in each case."""


def asked(site: Site, then: list[Act], otherwise: list[Act]) -> Branch:
    """A thing is asked about in everyday words, and the answer decides.

    A line of the table ``asked`` holds ways of asking, of saying that it is so and that it is not, and what is seen in either case,
    with ``/`` between them and ``;`` between ways.

    Args:
        site: The site.
        then: What is done in the case that is named first.
        otherwise: What is done in the other; may be empty.
    """
    rng, words = site.rng, site.words
    line = tongue("zh" if words.language == "zh" else "en", words.held_out).phrase(rng, "asked")
    question, yes, no, *seen = ([way.strip() for way in part.split(";")] for part in line.split("/"))
    shown = (seen[0][0], seen[1][0])
    everyday = site.situation(named=False) if rng.random() < _EVERYDAY else None
    if everyday is not None:
        question, yes, no, shown = [everyday.question], [everyday.said], [everyday.contrary], everyday.seen
    if rng.random() < 0.14:
        amount = measured(rng, words)
        ways = tongue("zh" if words.language == "zh" else "en", words.held_out)
        question = [ways.phrase(rng, "how_much")]
        yes, no = [ways.phrase(rng, "c_measured", st=amount.said)], [ways.phrase(rng, "c_measured_not", st=amount.said)]
        shown = (amount.yes, amount.no)
    thing = site.mention("thing")
    negative = rng.random() < 0.35
    said, contrary = rng.choice(yes), rng.choice(no)
    first = Act(
        Text("asked_lead", {"it": thing, "w": rng.choice(question)}),
        [[("[inspect]", thing.pointer, "[q]", Quote("w"), "[/q]")]],
        "inspect",
    )
    if negative:
        said, contrary = contrary, said
    return Branch(
        "asked", first, Text("whole", {"w": said}), then, otherwise, negative=negative, seen=shown,
        contrary=Text("whole", {"w": contrary}),
    )  # fmt: skip
