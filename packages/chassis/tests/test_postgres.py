import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from chassis import postgres, reach
from chassis.testing.databases import free_port


@pytest.fixture
def place():
    """Give a folder of our own: another pytest run closes the common one (`chmod`) while a server works in it."""
    with tempfile.TemporaryDirectory(prefix="shanyraq-test-") as folder:
        yield Path(folder) / "pg"


@pytest.fixture
def running(place):
    with postgres.Cluster(place, free_port(), options=postgres.FOR_TESTS) as cluster:
        yield cluster


def test_a_role_owns_its_database_and_a_second_call_sets_the_password(running):
    first = running.create_role_and_database("portal", "o'ne/@")
    assert first.startswith("postgresql+psycopg://portal:")
    second = running.create_role_and_database("portal", "two")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(first.replace("+psycopg", ""))
    with psycopg.connect(second.replace("+psycopg", "")) as connection:
        row = connection.execute(
            "select datlocprovider, datlocale, pg_encoding_to_char(encoding), pg_get_userbyid(datdba) "
            "from pg_database where datname = 'portal'"
        ).fetchone()
        assert row == ("b", "C.UTF-8", "UTF8", "portal")
        for extension in ("btree_gist", "pg_trgm", "unaccent", "citext"):
            connection.execute(sql.SQL("create extension {}").format(sql.Identifier(extension)))


def test_services_cannot_enter_each_others_databases(running):
    running.create_role_and_database("auth", "a")
    running.create_role_and_database("library", "b")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(running.url("auth", "library", "b", driver=""))


def test_data_survive_a_restart_and_a_socket_works_too(running, place):
    url = running.create_role_and_database("auth", "a").replace("+psycopg", "")
    with psycopg.connect(url) as connection:
        connection.execute("create table kept as select 7 as n")
    running.stop()
    running.socket_dir = place.with_name("s")
    running.start()
    by_socket = running.url("auth", "auth", "a", driver="")
    assert "host=" in by_socket
    with psycopg.connect(by_socket) as connection:
        assert connection.execute("select n from kept").fetchone() == (7,)


def test_the_password_file_is_for_the_owner_alone(running):
    assert running.password_file.stat().st_mode & 0o777 == 0o600
    assert running.data_dir.stat().st_mode & 0o777 == 0o700


def test_a_taken_port_is_named(place):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(postgres.PortTaken, match=str(port)):
            postgres.Cluster(place, port).start()
    assert not place.exists()


def test_a_data_folder_in_use_is_refused(running, place):
    with pytest.raises(postgres.DataFolderInUse, match=f"process {running.process.pid}"):
        postgres.Cluster(place, free_port()).start()


def test_a_pid_file_left_by_a_power_cut_does_not_stop_the_server(running, place):
    running.stop()
    (place / "postmaster.pid").write_text(f"{os.getpid()}\n{place}\n1\n1\n\n\n\nready\n")
    running.start()
    assert running.process.poll() is None


def test_a_data_folder_of_another_major_version_is_refused(running, place):
    running.stop()
    (place / "PG_VERSION").write_text("17\n")
    with pytest.raises(postgres.DataFolderUnusable, match="PostgreSQL 17, this is PostgreSQL 18"):
        postgres.Cluster(place, free_port()).start()


def test_a_folder_with_other_things_is_left_alone(place):
    place.mkdir()
    (place / "thesis.txt").write_text("three years of work")
    with pytest.raises(postgres.DataFolderUnusable, match="not empty"):
        postgres.Cluster(place, free_port()).start()
    assert (place / "thesis.txt").read_text() == "three years of work"


def test_a_server_that_cannot_start_shows_its_last_words(running, place):
    running.stop()
    with pytest.raises(postgres.PostgresError, match="no_such_setting"):
        postgres.Cluster(place, free_port(), options={"no_such_setting": "1"}).start()


def test_the_server_ends_with_a_killed_owner(place):
    code = (
        "import sys, time; from pathlib import Path; from chassis.postgres import *\n"
        "c = Cluster(Path(sys.argv[1]), int(sys.argv[2]), options=FOR_TESTS); c.start()\n"
        "print(c.process.pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(place), str(free_port())], stdout=subprocess.PIPE, text=True
    )
    server = int(owner.stdout.readline())
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    deadline = time.monotonic() + 10
    while (place / "postmaster.pid").exists() and time.monotonic() < deadline:
        os.sched_yield()
    assert not (place / "postmaster.pid").exists()
    assert server > 0
    with postgres.Cluster(place, free_port(), options=postgres.FOR_TESTS) as again:
        assert again.process.poll() is None


def test_programs_are_found_or_named():
    assert postgres.bin("psql").exists()
    assert postgres.bin("pgbench").exists()
    with pytest.raises(postgres.PostgresError, match="no_such_program"):
        postgres.bin("no_such_program")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
def test_one_user_may_pass_a_closed_folder_and_nobody_else(tmp_path):
    closed = tmp_path / "closed"
    (closed / "inner").mkdir(parents=True)
    closed.chmod(0o700)
    look = ["stat", str(closed / "inner")]

    def passes(uid: int) -> bool:
        return (
            subprocess.run(
                look, check=False, user=uid, group=uid, extra_groups=[], capture_output=True
            ).returncode
            == 0
        )

    assert not passes(4242)
    assert reach.open_the_way(closed / "inner", 4242, 4242) is None
    assert passes(4242)
    assert not passes(4243)
    listing = subprocess.run(
        ["ls", str(closed)], check=False, user=4242, group=4242, extra_groups=[], capture_output=True
    )
    assert listing.returncode != 0
    closed.chmod(0o700)
    assert not passes(4242), "chmod takes the right away"
    assert reach.open_the_way(closed / "inner", 4242, 4242) is None
    assert passes(4242)
    assert not passes(4243)
