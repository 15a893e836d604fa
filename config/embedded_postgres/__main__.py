"""Stop the embedded server, or kill it to simulate a crash. The next connection starts it again."""

import argparse
import sys
from pathlib import Path

from .server import EmbeddedServer

DEFAULT_DIRECTORY = Path(__file__).resolve().parents[2] / ".local" / "postgres"


def main(arguments: list[str]) -> int:
    """Run the command. The exit status is 0 whether or not a server was running."""
    parser = argparse.ArgumentParser(prog="python -m config.embedded_postgres", description=__doc__)
    parser.add_argument("command", choices=["stop", "kill"])
    parser.add_argument(
        "directory", nargs="?", type=Path, default=DEFAULT_DIRECTORY, help="the server's DATA_DIR"
    )
    options = parser.parse_args(arguments)
    server = EmbeddedServer(options.directory)
    done = server.stop() if options.command == "stop" else server.kill() is not None
    past = {"stop": "stopped", "kill": "killed"}[options.command]
    sys.stdout.write(f"PostgreSQL in {server.home} {f'was {past}' if done else 'was not running'}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
