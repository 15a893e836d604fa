"""`python -m benchmarks` measures speed, `python -m benchmarks scale` size."""

import argparse
import os
import sys
import time

import django


def main() -> int:
    """Run one set of measurements; the exit code is 0 also when a target was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["speed", "scale"], default="speed")
    what = parser.parse_args().what
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()

    from benchmarks import figures, speed

    start = time.monotonic()
    found = {"speed": speed.measure}[what]()
    for figure in found:
        print(figure)
    print(f"{time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
