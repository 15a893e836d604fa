"""`python -m benchmarks` measures speed, `python -m benchmarks scale` measures scale."""

import argparse
import os
import sys
import time

import django


def main() -> int:
    """Run one set of measurements. The exit status is 0 even if a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["speed", "scale"], default="speed")
    what = parser.parse_args().what
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()

    from benchmarks import databases, figures, scale, speed

    start = time.monotonic()
    try:
        found = {"speed": speed.measure, "scale": scale.measure}[what]()
        figures.write(what, found)
    finally:
        databases.discard_server()
    print("\n".join(str(figure) for figure in found))
    print(f"{time.monotonic() - start:.0f} s; written to {figures.RESULTS.name} and {figures.PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
