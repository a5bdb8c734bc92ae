"""What X charges: prices, the balance, and the bill."""

from collections.abc import Iterable

from aiohttp import web

from ..wire import WORLD
from ..world import World
from .answers import no_credit
from .state import Charge, State, state_of

# Thousandths of a dollar; docs.x.com, x-api/getting-started/pricing (16 April 2026). Reads are per resource.
PRICES = {
    "post": 15,
    "post with link": 200,
    "repost": 15,
    "delete": 10,
    "alt text": 5,
    "own read": 1,
    "post read": 5,
    "user read": 10,
}
SWITCHES = {
    "v1_media": ("accept", "refuse"),
    "duplicates": ("accept", "refuse"),
    "access": ("read-write", "read"),
    "callbacks": ("loopback", "none"),
}


def check(state: State) -> None:
    """Nothing is done for an app whose balance is empty. Raises `Refusal` (402)."""
    if state.settings.credit is not None and state.settings.credit <= 0:
        raise no_credit(state.app.id)


def pay(world: World, state: State, account: str, what: str, times: int = 1) -> None:
    """Charge for something that is about to be done. Raises `Refusal` (402) where the balance does not cover it."""
    price = PRICES[what] * times
    if not price:
        return
    if state.settings.credit is not None:
        if state.settings.credit < price:
            raise no_credit(state.app.id)
        state.settings.credit -= price
    state.bill.append(Charge(account=account, what=what, price=price, at=world.clock.now()))


def pay_reads(world: World, state: State, account: str, what: str, ids: Iterable[str]) -> None:
    """Charge for what was read; the same thing is charged once a day (UTC)."""
    today = world.clock.now().date().isoformat()
    if state.read_on != today:
        state.read_on, state.read = today, set()
    kind = "user" if what == "user read" else "post"
    new = {f"{kind} {one}" for one in ids} - state.read
    pay(world, state, account, what, len(new))
    state.read |= new


def routes() -> list[web.RouteDef]:
    """The control interface of the money and of X's switches."""
    return [
        web.get("/rehearsal/x/bill", _read_bill),
        web.get("/rehearsal/x/settings", _read_settings),
        web.post("/rehearsal/x/settings", _change_settings),
    ]


async def _read_bill(request: web.Request) -> web.Response:
    """{credit, total, rows: [{account, what, price, at}]}, money in thousandths of a dollar."""
    state = state_of(request.app[WORLD])
    rows = [{"account": c.account, "what": c.what, "price": c.price, "at": c.at.isoformat()} for c in state.bill]
    total = sum(charge.price for charge in state.bill)
    return web.json_response({"credit": state.settings.credit, "total": total, "rows": rows})


def _settings_json(state: State) -> dict[str, int | str | None]:
    return {**vars(state.settings)}


async def _read_settings(request: web.Request) -> web.Response:
    return web.json_response(_settings_json(state_of(request.app[WORLD])))


async def _change_settings(request: web.Request) -> web.Response:
    """Body: {credit?: thousandths of a dollar or null, others?: a value of SWITCHES}."""
    state, wish = state_of(request.app[WORLD]), await request.json()
    wrong = [name for name, value in wish.items() if not _is_setting(name, value)]
    if wrong:
        return web.json_response({"error": f"no such setting or value: {', '.join(wrong)}"}, status=400)
    for name, value in wish.items():
        setattr(state.settings, name, value)
    return web.json_response(_settings_json(state))


def _is_setting(name: str, value: object) -> bool:
    if name == "credit":
        return value is None or (isinstance(value, int) and not isinstance(value, bool))
    return value in SWITCHES.get(name, ())
