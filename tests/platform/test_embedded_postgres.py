"""How an embedded server starts, is shared and stops: no process may depend on another's manners."""

import os
import signal
import time

import pytest

from .conftest import PRELUDE

HOLD = """
    say(server_started_at())
    wait_for_a_word()
"""


def read(process):
    return process.stdout.readline().strip()


def wait_until(condition):
    deadline = time.monotonic() + 180
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class TestStart:
    def test_the_first_connection_makes_the_server_and_the_database(self, new_machine):
        assert new_machine.run("say(ask('SELECT current_database()'))") == "app"
        assert not new_machine.server.is_running()

    def test_the_data_survives_and_the_second_start_is_quick(self, machine):
        machine.run("ask('CREATE TABLE of_yesterday AS SELECT 42 AS answer')")
        output = machine.run(
            """
            before = time.monotonic()
            say(ask("SELECT answer FROM of_yesterday"))
            say(time.monotonic() - before)
            """
        )
        answer, seconds = output.split()
        assert answer == "42"
        assert float(seconds) < 10  # 0.2 on an idle machine

    def test_nothing_starts_before_the_first_connection(self, new_machine):
        new_machine.run("connection.ops.quote_name('x')")
        assert not new_machine.data.exists()
        assert not new_machine.roots_directory.exists()

    def test_processes_that_start_at_once_share_one_server(self, new_machine):
        body = """
            started = server_started_at()
            while ask("SELECT count(*) FROM pg_stat_activity WHERE datname = 'app'") < 4:
                time.sleep(0.02)
            say(started)
            wait_for_a_word()
        """
        processes = [new_machine.start(body) for _ in range(4)]
        assert len({read(process) for process in processes}) == 1
        for process in processes:
            new_machine.finish(process)
        assert not new_machine.server.is_running()

    def test_an_interrupted_first_start_is_repeated(self, new_machine):
        new_machine.run("ask('SELECT 1')")
        server = new_machine.server
        server.data.rename(server.home / "data.unfinished")
        assert new_machine.run("say(ask('SELECT 1'))") == "1"
        assert not (server.home / "data.unfinished").exists()

    def test_a_path_that_is_too_long_for_a_socket_works(self, new_machine):
        new_machine.data = new_machine.root / ("long" * 40) / ".local" / "postgres"
        assert new_machine.run("say(ask('SELECT 1'))") == "1"

    def test_settings_suit_tests_and_keep_durability(self, machine):
        shown = machine.run(
            """
            for name in ("fsync", "full_page_writes", "synchronous_commit", "max_connections"):
                say(ask(f"SHOW {name}"))
            """
        )
        *durable, connections = shown.split()
        assert durable == ["on", "on", "on"]
        assert int(connections) >= 200


class TestEnd:
    def test_the_last_one_out_stops_the_server(self, machine):
        first = machine.start(HOLD)
        started = read(first)
        assert machine.run("say(server_started_at())") == started
        assert machine.server.is_running()
        machine.finish(first)
        assert not machine.server.is_running()

    def test_a_killed_process_counts_as_gone(self, machine):
        killed = machine.start(HOLD)
        started = read(killed)
        killed.kill()
        killed.wait()
        assert machine.run("say(server_started_at())") == started
        assert not machine.server.is_running()

    def test_a_forked_worker_keeps_the_server_after_its_parent(self, machine):
        parent = machine.start(
            """
            ask("SELECT 1")
            connection.close()
            if os.fork():
                sys.exit()
            started = server_started_at()
            say(started)
            wait_for_a_word()
            connection.close()
            say(server_started_at() == started)
            """
        )
        read(parent)
        parent.wait()
        assert machine.server.is_running()
        parent.stdin.write("\n")
        parent.stdin.flush()
        assert read(parent) == "True"
        wait_until(lambda: not machine.server.is_running())

    def test_ctrl_c_in_the_terminal_that_started_it_leaves_it_to_the_others(self, machine):
        starter = machine.start(HOLD)
        started = read(starter)
        other = machine.start(HOLD)
        assert read(other) == started
        os.killpg(starter.pid, signal.SIGINT)
        assert starter.wait(timeout=60) != 0
        assert machine.run("say(server_started_at())") == started
        machine.finish(other)


class TestCrash:
    def test_the_next_connection_starts_a_killed_server_again(self, machine):
        output = machine.run(
            """
            ask("CREATE TABLE kept AS SELECT 42 AS answer")
            say(connection.server.kill() is not None)
            connection.close()
            say(ask("SELECT answer FROM kept"))
            """
        )
        assert output.split() == ["True", "42"]

    def test_no_acknowledged_row_is_lost_when_it_is_killed_under_load(self, machine):
        machine.run("ask('CREATE TABLE row (writer int, number int)')")
        body = """
            from django.db import InterfaceError, OperationalError
            number = 1
            ask("INSERT INTO row VALUES (%s, %s)", os.getpid(), number)
            say("ready")
            while not os.path.exists(os.environ["DATA_DIR"] + ".enough"):
                try:
                    ask("INSERT INTO row VALUES (%s, %s)", os.getpid(), number + 1)
                except (InterfaceError, OperationalError):
                    connection.close()
                else:
                    number += 1
            connection.close()
            kept = ask("SELECT count(DISTINCT number) FROM row WHERE writer = %s", os.getpid())
            say(number, kept)
        """
        writers = [machine.start(body) for _ in range(3)]
        for writer in writers:
            read(writer)
        for _ in range(3):
            time.sleep(0.3)
            machine.server.kill()
            wait_until(machine.server.is_running)
        machine.data.with_name("postgres.enough").touch()
        for writer in writers:
            acknowledged, kept = map(int, machine.finish(writer).split())
            # A row may be there twice or unacknowledged: its commit's answer was lost.
            assert 0 < acknowledged <= kept

    def test_it_is_gone_when_kill_returns(self, machine):
        output = machine.run(
            """
            for _ in range(10):
                ask("SELECT 1")
                connection.close()
                connection.server.kill()
                say(connection.server.is_running())
            """
        )
        assert output.split() == ["False"] * 10

    def test_a_process_makes_its_database_although_the_server_is_killed_meanwhile(self, machine):
        output = machine.run(
            """
            from config.embedded_postgres.server import EmbeddedServer
            wait_until_ready, killed = EmbeddedServer.wait_until_ready, []

            def wait_and_kill(server):
                wait_until_ready(server)
                if not killed:
                    killed.append(server.kill())

            EmbeddedServer.wait_until_ready = wait_and_kill
            say(ask("SELECT current_database()"), len(killed))
            """,
            DATABASE="made_twice",
        )
        assert output == "made_twice 1"

    def test_a_leftover_pid_file_of_another_program_is_no_obstacle(self, machine):
        machine.run("ask('SELECT 1')")
        server = machine.server
        started_by_nobody = (
            f"{os.getpid()}\n{server.data}\n1\n5432\n{server.socket_directory}\n\n  1 1\nready\n"
        )
        (server.data / "postmaster.pid").write_text(started_by_nobody)
        server.socket_path.with_name(f"{server.socket_path.name}.lock").write_text(started_by_nobody)
        assert machine.run("say(ask('SELECT 1'))") == "1"

    def test_the_pool_finds_a_server_that_was_killed(self, machine):
        output = machine.run(
            """
            import logging
            logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
            connection.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 2}
            connection.settings_dict["CONN_HEALTH_CHECKS"] = True
            say(ask("SELECT 1"))
            connection.close()
            connection.server.kill()
            say(ask("SELECT 2"))
            connection.close()
            connection.close_pool()
            """
        )
        assert output.split() == ["1", "2"]


class TestCommands:
    @pytest.mark.parametrize(("command", "answer"), [("stop", "was stopped"), ("kill", "was killed")])
    def test_a_process_that_uses_the_server_gets_a_new_one(self, machine, command, answer):
        user = machine.start(
            """
            say(ask("SELECT 1"))
            wait_for_a_word()
            connection.close()
            say(ask("SELECT 2"))
            """
        )
        assert read(user) == "1"
        body = f"""
            from config.embedded_postgres import __main__
            sys.exit(__main__.main(["{command}", os.environ["DATA_DIR"]]))
        """
        assert answer in machine.run(body)
        assert "was not running" in machine.run(body)
        assert machine.finish(user) == "2"

    def test_dbshell_finds_the_server_and_brings_its_own_psql(self, machine):
        output = machine.run(
            """
            from django.core.management import call_command
            call_command("dbshell", "--", "-tAc", "SELECT current_database()")
            """,
            PATH="",
        )
        assert output == "app"


class TestTestDatabases:
    def test_parallel_pytest_workers_have_databases_on_the_same_server(self, machine, tmp_path):
        (tmp_path / "one_settings.py").write_text(
            PRELUDE.partition("settings.configure(")[0]
            + "DATABASES = {'default': {'ENGINE': 'config.embedded_postgres', 'NAME': 'app',"
            + " 'DATA_DIR': os.environ['DATA_DIR']}}\n"
            + "INSTALLED_APPS = ['django.contrib.contenttypes', 'django.contrib.auth']\n"
            + "USE_TZ = True\n"
        )
        (tmp_path / "test_one.py").write_text(
            "import pytest\n"
            "from django.contrib.auth.models import User\n"
            "@pytest.mark.django_db\n"
            "@pytest.mark.parametrize('number', range(4))\n"
            "def test_it_is_alone(number):\n"
            "    User.objects.create(username='someone')\n"
            "    assert User.objects.count() == 1\n"
        )
        output = machine.run(
            f"""
            os.chdir({str(tmp_path)!r})
            os.environ["PYTHONPATH"] += ":."
            os.environ.pop("PYTEST_XDIST_WORKER", None)
            for name in [name for name in os.environ if name.startswith(("PYTEST_", "COV_"))]:
                del os.environ[name]
            os.execv(sys.executable, [sys.executable, "-m", "pytest", "-q", "-n", "2", "-W", "error",
                "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", ".", "--ds", "one_settings"])
            """
        )
        assert "4 passed" in output
        wait_until(lambda: not machine.server.is_running())
