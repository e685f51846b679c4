"""Skills as a planning domain in PDDL, for planners and validators of others."""

from skills.pddl.domain import Domain, domain_of
from skills.pddl.names import decode, encode, object_name
from skills.pddl.vocabulary import NotExpressible

__all__ = ["Domain", "NotExpressible", "decode", "domain_of", "encode", "object_name"]
