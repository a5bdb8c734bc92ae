"""What a ministry's settings say of its times, and of X's prices."""

from decimal import Decimal
from typing import TYPE_CHECKING

from ..files.calendar import calendar_file, load_calendar
from ..files.written import hours, kinds
from ..model.times import Customs, Rule
from ..rules.cost import Prices

if TYPE_CHECKING:
    from . import App


def customs(app: "App") -> Customs:
    """See `App.customs`."""
    times = app.settings.times
    return Customs(
        window=hours(times.window),
        window_rule=Rule(times.window_rule),
        quiet=hours(times.quiet),
        quiet_rule=Rule(times.quiet_rule),
        holidays=Rule(times.holidays),
        closures=load_calendar(calendar_file(app.settings.config), app.missions),
        urgent=frozenset(kinds(times.urgent)),
    )


def prices(app: "App") -> Prices:
    """See `App.prices`."""
    x = app.settings.x
    return Prices(
        post=thousandths(x.price_post),
        post_with_link=thousandths(x.price_post_with_link),
        alt_text=thousandths(x.price_alt_text),
        delete=thousandths(x.price_delete),
        read_post=thousandths(x.price_read_post),
        read_user=thousandths(x.price_read_user),
    )


def thousandths(price: Decimal) -> int:
    """Dollars as thousandths of one."""
    return int(price * 1000)
