"""Linking: which stretches of a text name places, things, doors (or skills), and what each can mean.

Longest match over names, aliases, parts of names, kinds and attributes, tolerant of case, plurals, articles, spelling and
typos, in English and Chinese; "in the lobby" and "lobby bin" choose among several. Deterministic; a text that names nothing
links to nothing.
"""

from maps.linking.index import NameIndex
from maps.linking.kept import index_of
from maps.linking.link import link
from maps.linking.mention import Candidate, Linked, Mention

__all__ = ["Candidate", "Linked", "Mention", "NameIndex", "index_of", "link"]
