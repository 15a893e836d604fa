"""Settings of a sandbox, from the command line."""

from dataclasses import dataclass
from pathlib import Path  # the dataclass shows it at run time

ACCOUNT_ID = "acct_1SandboxAccount00"
ENDPOINT_ID = "we_1SandboxDefaultEndpoint00"


@dataclass(slots=True)
class Settings:
    """The settings of one sandbox. `base_url` is set when the port is known."""

    host: str = "127.0.0.1"
    port: int = 12111
    data: Path | None = None
    webhook_url: str = ""
    webhook_secret: str = ""
    delivery: str = "automatic"
    stop_with_stdin: bool = False
    base_url: str = ""
