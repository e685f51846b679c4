"""Benchmarks: every figure that the README and the cards state comes from one of these commands."""
