"""The nodes of the mission graph, one file each, in the order in which a mission meets them."""

from agent.nodes.approve import approve
from agent.nodes.ask import ask
from agent.nodes.check import check
from agent.nodes.dispatch import dispatch
from agent.nodes.intend import intend
from agent.nodes.observe import observe
from agent.nodes.propose import propose
from agent.nodes.report import report

__all__ = ["approve", "ask", "check", "dispatch", "intend", "observe", "propose", "report"]
