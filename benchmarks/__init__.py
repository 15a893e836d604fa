"""Speed and scale, as ratios taken in one run: `make bench`, `make bench-scale`.

A machine that is shared or slow moves both sides of a ratio. What is compared runs in turns
(A B A B …) in one process, against one server, and the median of the turns' ratios counts.
Nothing here is a test: a target that is missed is written down, it fails nobody's build.
"""
