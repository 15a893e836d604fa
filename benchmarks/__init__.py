"""Benchmarks of speed and scale, as ratios measured in one run: `make bench`, `make bench-scale`.

A shared or slow machine affects both sides of a ratio. The contenders run interleaved (A B, B A …) in one
process, against one server, and the result is the median of the rounds' ratios. A missed target is
recorded; it does not fail a build.
"""
