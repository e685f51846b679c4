"""Evaluation: mission sets with goals that can be checked, run with any planner, and what the planner is worth on them."""
