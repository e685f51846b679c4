"""Language in, missions out: planners, the mission graph, dispatch, journal, command line, planner learning."""
