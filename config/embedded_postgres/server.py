"""Start the embedded server, detect whether it is running, and stop it after the last user.

Three lock files record the state. The kernel releases a lock when its process ends, even after SIGKILL.

- `start.lock` is held by the process that starts or stops the server.
- `users.lock` is shared by all processes that use the server. A process that can lock it exclusively is
  the last user.
- `server.lock` is inherited by the server and all its children. While it is held, a PostgreSQL process
  has the data open, whatever PID is in `postmaster.pid`.
"""

import atexit
import contextlib
import hashlib
import os
import shlex
import shutil
import signal
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from . import binaries

try:
    import fcntl
except ImportError as error:
    raise ImproperlyConfigured(
        f"The embedded PostgreSQL needs file locks (fcntl) that this system lacks. {binaries.DATABASE_URL_HINT}"
    ) from error

T = TypeVar("T")

PORT: Final = 5432  # part of the socket's name; no TCP port is opened
SOCKET: Final = f".s.PGSQL.{PORT}"
USER: Final = "postgres"
LONGEST_SOCKET_PATH: Final = 103  # bytes; the limit is 104 with the final NUL on macOS, 108 on Linux
TIMEOUT_SECONDS: Final = 60
POLL_INTERVAL_SECONDS: Final = 0.02
MAX_LOG_BYTES: Final = 10 * 1024 * 1024

# Differences from the defaults. Durability stays on, because the crash tests rely on it.
CONFIGURATION: Final = {
    "listen_addresses": "",  # no network, because every client is a superuser
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

_thread_lock = threading.Lock()
_user_locks: dict[Path, int] = {}  # a directory → this process's shared lock on its users.lock
_known_databases: set[tuple[Path, str]] = set()


class EmbeddedServer:
    """The PostgreSQL server for the data in `directory`. The constructor does not start it."""

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory).absolute()
        # Root's data is in `binaries.ROOTS_DIRECTORY`, and `directory` gets a link to it.
        self.home = self.directory.resolve()
        if os.geteuid() == 0:
            digest = hashlib.sha256(bytes(self.directory)).hexdigest()[:12]
            self.home = binaries.ROOTS_DIRECTORY / f"{self.directory.parent.parent.name or 'data'}-{digest}"
        self.data = self.home / "data"
        self.log = self.home / "log"
        self.socket_directory = self._socket_directory()
        self.socket_path = self.socket_directory / SOCKET

    def is_running(self) -> bool:
        """Return whether the server's main process runs, that is, listens on the socket."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(self.socket_path))
            except (FileNotFoundError, ConnectionRefusedError):
                return False
            except (BlockingIOError, TimeoutError):  # running, but too busy to accept the connection
                return True
            return True

    def ensure_running(self) -> None:
        """Register this process as a user of the server, and start the server if it is not running.

        Raises OperationalError, with the end of the server's log, if the server cannot be started, and
        ImproperlyConfigured if there is no PostgreSQL for this system.
        """
        if self.home in _user_locks and self.is_running():
            return
        with _thread_lock:
            account = binaries.server_account()
            self._make_directories(account)
            with self._lock("start.lock"):
                self._join()
                self._start_unless_running(account)

    def ensure_database(self, name: str) -> None:
        """Create the database `name` if it does not exist. Start the server if necessary."""
        if (self.home, name) in _known_databases:
            return
        self.wait_until_ready()
        self.retry_once(lambda: self._make_database(name))
        _known_databases.add((self.home, name))

    def wait_until_ready(self) -> None:
        """Start the server if necessary, and wait while it recovers from a crash."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        self.ensure_running()
        while PGconn.ping(self._maintenance().encode()) != Ping.OK and time.monotonic() < deadline:
            time.sleep(POLL_INTERVAL_SECONDS)
            self.ensure_running()

    def retry_once(self, connect: Callable[[], T]) -> T:
        """Return the result of `connect`. Call it a second time if the server was killed or is recovering.

        Raises psycopg.OperationalError if the second call also fails.
        """
        try:
            return connect()
        except psycopg.OperationalError:
            self.wait_until_ready()
            return connect()

    def connection_parameters(self) -> dict[str, str]:
        """Return libpq's parameters for the server's socket."""
        return {"host": str(self.socket_directory), "port": str(PORT), "user": USER}

    def _maintenance(self) -> str:
        return make_conninfo(**self.connection_parameters(), dbname="postgres")

    def _make_database(self, name: str) -> None:
        with psycopg.connect(self._maintenance(), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def leave(self) -> None:
        """Unregister this process as a user of the server. The last user stops the server."""
        with _thread_lock:
            user_lock = _user_locks.pop(self.home, None)
            if user_lock is None:
                return
            try:
                with self._lock("start.lock"):
                    if _try_lock(user_lock):
                        self._stop()
            finally:
                os.close(user_lock)

    def stop(self) -> bool:
        """Stop the server, even if other processes use it. Return whether one was running."""
        if not self.home.exists():
            return False
        with self._lock("start.lock"):
            return self._stop()

    def kill(self) -> int | None:
        """Kill the server with SIGKILL, to simulate a crash. Return its PID, or None if it is not running.

        On return, the server accepts no more connections, unless another process has restarted it.
        """
        if not self.is_running() or (pid := self._read_pid()) is None:
            return None
        os.kill(pid, signal.SIGKILL)
        # On a busy machine, the killed server accepts connections for a moment without serving them.
        while self.is_running() and self._read_pid() == pid:
            time.sleep(POLL_INTERVAL_SECONDS)
        return pid

    def _read_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):  # a server is starting
            return None

    def _socket_directory(self) -> Path:
        """Return a directory whose path is short enough for a socket."""
        in_home = self.home / "socket"
        if len(bytes(in_home / SOCKET)) <= LONGEST_SOCKET_PATH:
            return in_home
        # Not tempfile.gettempdir(), because TMPDIR may differ among the processes that use the server.
        digest = hashlib.sha256(bytes(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"embedded-postgres-{os.geteuid()}-{digest}"  # noqa: S108 - made private and checked below

    def _make_directories(self, account: binaries.Account | None) -> None:
        try:
            if account is not None:
                self._link_home()
            _make_private(self.home, account, forbidden=0o022)
            # Every client that can open the socket is a superuser.
            _make_private(self.socket_directory, account, forbidden=0o077)
        except OSError as error:
            raise OperationalError(
                f"The embedded PostgreSQL cannot keep its data in {self.directory}: {error}. {binaries.DATABASE_URL_HINT}"
            ) from error

    def _link_home(self) -> None:
        # The server's account must be able to enter this directory.
        binaries.make_directory(binaries.ROOTS_DIRECTORY, 0o755)
        link = self.directory.with_name(f"{self.directory.name}-of-root")
        link.parent.mkdir(parents=True, exist_ok=True)
        if not (link.is_symlink() and link.readlink() == self.home):
            with contextlib.suppress(FileExistsError):  # another process created it
                link.unlink(missing_ok=True)
                link.symlink_to(self.home)

    def _join(self) -> None:
        if self.home not in _user_locks:
            user_lock = self._open_lock("users.lock")
            fcntl.flock(user_lock, fcntl.LOCK_SH)
            _user_locks[self.home] = user_lock
            atexit.register(self.leave)

    def _start_unless_running(self, account: binaries.Account | None) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not self.is_running():
            lock = self._open_lock("server.lock")
            try:
                if _try_lock(lock):
                    self._start(account, lock)
                    return
            finally:
                os.close(lock)
            # The server was killed, and its children have not ended yet.
            if time.monotonic() > deadline:
                raise OperationalError(
                    f"PostgreSQL in {self.home} neither responds nor ends. {self._end_of_log()}"
                )
            time.sleep(POLL_INTERVAL_SECONDS)

    def _start(self, account: binaries.Account | None, lock: int) -> None:
        """Start the server. The caller holds `start.lock` and, as `lock`, `server.lock`."""
        programs = binaries.directory(account)
        if not self.data.exists():
            self._initialise(programs, account)
        # Remove files of a killed server: its PID may have been reused or be a zombie's, and PostgreSQL
        # would refuse to start.
        for stale in (self.data / "postmaster.pid", self.socket_path, Path(f"{self.socket_path}.lock")):
            stale.unlink(missing_ok=True)
        if self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES:
            self.log.unlink()
        options = {**CONFIGURATION, "unix_socket_directories": str(self.socket_directory)}
        result = binaries.run(
            programs / "pg_ctl",
            *("start", "--wait", "--silent", f"--timeout={TIMEOUT_SECONDS}"),
            *("--pgdata", str(self.data), "--log", str(self.log)),
            *("--options", " ".join(shlex.quote(f"--{name}={value}") for name, value in options.items())),
            account=account,
            keep_open=(lock,),
        )
        if result.returncode:
            raise OperationalError(f"PostgreSQL did not start: {result.stdout.strip()} {self._end_of_log()}")

    def _initialise(self, programs: Path, account: binaries.Account | None) -> None:
        unfinished = (
            self.home / "data.unfinished"
        )  # renamed when complete, so that an interrupted initdb is repeated
        if unfinished.exists():
            shutil.rmtree(unfinished)
        result = binaries.run(
            programs / "initdb",
            *("--pgdata", str(unfinished), f"--username={USER}", "--no-instructions"),
            *("--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
            # PostgreSQL's built-in C.UTF-8 needs no locale of the operating system.
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            account=account,
        )
        if result.returncode:
            raise OperationalError(
                f"PostgreSQL's initdb failed: {result.stdout.strip()}. {binaries.DATABASE_URL_HINT}"
            )
        unfinished.rename(self.data)
        _known_databases.clear()

    def _stop(self) -> bool:
        if not self.is_running():
            return False
        account = binaries.server_account()
        result = binaries.run(
            binaries.directory(account) / "pg_ctl",
            *("stop", "--mode=fast", "--wait", "--silent", f"--timeout={TIMEOUT_SECONDS}"),
            *("--pgdata", str(self.data)),
            account=account,
        )
        if result.returncode and self.is_running():
            raise OperationalError(f"PostgreSQL did not stop: {result.stdout.strip()} {self._end_of_log()}")
        return True

    def _end_of_log(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()[-10:]
        except OSError:
            return f"There is no log in {self.log}."
        return "\n".join([f"The end of {self.log}:", *lines])

    @contextlib.contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        lock = self._open_lock(name)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _open_lock(self, name: str) -> int:
        return os.open(self.home / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_private(path: Path, account: binaries.Account | None, *, forbidden: int) -> None:
    """Create a directory with mode 0700, or check an existing one.

    Raises PermissionError if an existing directory has another owner or any bit of `forbidden`. Its mode
    is not changed, because another user may have created it.
    """
    binaries.make_directory(path, 0o700, account)
    found = path.stat(follow_symlinks=False)
    owner = account.uid if account is not None else os.geteuid()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & forbidden:
        raise PermissionError(
            f"{path} is accessible to other users of this machine, or belongs to one of them"
        )


def _close_inherited_user_locks() -> None:
    """Close the copies of the parent's locks, which would outlive the parent. The child registers itself."""
    global _thread_lock  # noqa: PLW0603 - another thread may have held it during the fork
    _thread_lock = threading.Lock()
    for user_lock in _user_locks.values():
        os.close(user_lock)
    _user_locks.clear()


os.register_at_fork(after_in_child=_close_inherited_user_locks)
