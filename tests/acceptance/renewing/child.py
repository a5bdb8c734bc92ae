"""A process that forks, for each line that it reads, a worker that renews one credential again and again: quick to start.

In: one JSON object. Out: the worker's exit code, once it is over.
"""

import json
import os
import sys
from pathlib import Path

import ministry_social.platforms.youtube  # loaded once, before the children
import ministry_social.store  # noqa: F401 - loaded once, before the children
from ministry_social.app import build
from ministry_social.desk.renewing import Renewals
from ministry_social.errors import PlatformError, Unauthorized
from ministry_social.files.settings import load_settings

from .traps import Trap, TrappedPlatform, TrappedVault

NAME = "channel"
ROUNDS = 12  # a worker that is not killed ends after so many


def work(config: Path, trap: Trap) -> None:
    """Renew the credential whoever else does so, and use what has come of it."""
    trap.set()
    app = build(load_settings(config, os.environ), person="ana")
    account = app.roster[NAME]
    youtube = app.platforms["youtube"]
    renewals = Renewals(
        store=app.store, clock=app.clock, vault=TrappedVault(app.vault, trap),
        platforms={"youtube": TrappedPlatform(youtube, trap)},
    )  # fmt: skip
    for _ in range(ROUNDS):
        try:
            renewed = renewals.renewed(account, app.vault.get(NAME))
            assert youtube.inspect(account, renewed).may_post
        except Unauthorized as shut_out:
            print(f"{shut_out.code}: {shut_out}", flush=True)
            break
        except PlatformError as wrong:
            print(f"{wrong.code}: {wrong}", file=sys.stderr, flush=True)
    app.close()


def main() -> None:
    for line in sys.stdin:
        wish = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                journal = os.open(wish["journal"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                os.dup2(journal, 1)  # what it says is not for the trial's ears, and is searched
                os.dup2(journal, 2)
                os.environ.update(wish["settings"])
                work(Path(wish["config"]), Trap(step=wish["step"], passes=wish["passes"], after=wish["after"]))
                code = 0
            except BaseException as wrong:  # noqa: BLE001 - the child says why it ended, then ends
                print(f"{type(wrong).__name__}: {wrong}", file=sys.stderr, flush=True)
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
