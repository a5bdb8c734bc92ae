"""Templates: variables in the texts of a message, and ready forms of messages."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ..errors import InvalidMessage
from ..model.message import Prose
from .lines import nearest, read_text
from .localized import country_in, date_in, number_in

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

__all__ = ["fill", "forms", "new_message", "refuse_blanks"]

# A blank of a form: <<topic>>, or <<video: briefing.mp4>> with what stands there unless somebody says otherwise. Not Jinja's
# {{ }}, which stay in the message for each account, and not [[ ]], which is TOML's.
_BLANK = re.compile(r"<<\s*(?P<name>[a-z][a-z0-9_]*)\s*(?::\s*(?P<default>[^<>\n]*?)\s*)?>>")
_MARKS = frozenset("{}")
_UNDEFINED = re.compile(r"'(?P<name>[^']+)' is undefined")


def fill(prose: Prose, variables: Mapping[str, object]) -> str:
    """The text with its variables filled in. Raises `InvalidMessage` with file and line, and the name that is not defined."""
    if not _MARKS & set(prose.text):
        return prose.text  # thousands of local texts have no variable at all
    import jinja2

    try:
        return _environment().from_string(prose.text).render(dict(variables))
    except jinja2.TemplateSyntaxError as error:
        raise _wrong(
            prose, error.lineno, f"The template is wrong: {(error.message or '').rstrip('.')}.", _template_remedy(prose.text)
        ) from error
    except jinja2.UndefinedError as error:
        match = _UNDEFINED.search(error.message or "")
        name = match["name"] if match else ""
        sentence = f"The variable {name} is not defined." if match else f"The template is wrong: {error.message}."
        close = nearest(name, variables) if name else ""
        remedy = close if close.startswith("Did you") else f"Add it to [variables], or use one of: {', '.join(sorted(variables))}."
        raise _wrong(prose, _line_of(error.__traceback__), sentence, remedy) from error
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise _wrong(prose, _line_of(error.__traceback__), f"The template cannot be filled: {error}.") from error


def forms(forms_dir: Path) -> tuple[str, ...]:
    """The names of the ready forms in a folder."""
    return tuple(sorted(path.stem for path in forms_dir.glob("*.md")))


def new_message(form: str, variables: Mapping[str, str], forms_dir: Path) -> str:
    """The text of a new message file, from a ready form. `variables` fill the form's blanks.

    `id` is made from `topic` where nobody gives one. Raises `InvalidMessage` on an unknown form, on a blank that has neither a
    value nor a default, and on a name that the form does not have.
    """
    available = forms(forms_dir)
    if form not in available:
        raise InvalidMessage(f"There is no form {form}.", file=str(forms_dir), remedy=nearest(form, available))
    path = forms_dir / f"{form}.md"
    text = read_text(path, InvalidMessage)
    blanks = _blanks(text)
    values = {name: " ".join(value.split()) for name, value in variables.items()}
    if "id" in blanks and "id" not in values and "topic" in values:
        values["id"] = _slug(values["topic"])
    _check_blanks(path, form, blanks, values)
    filled = {name: values.get(name, default or "") for name, default in blanks.items()}
    front, fence, body = _split(text)
    return _fill_blanks(front, filled, quoted=True) + fence + _fill_blanks(body, filled, quoted=False)


def refuse_blanks(text: str, file: str) -> None:
    """Refuse a message that still has a blank of its form. Raises `InvalidMessage`."""
    match = _BLANK.search(text)
    if match is not None:
        line = text.count("\n", 0, match.start()) + 1
        raise InvalidMessage(
            f"The blank {match[0]} is not filled in.", file=file, line=line, remedy="Write your own words in its place."
        )


@cache
def _environment() -> "ImmutableSandboxedEnvironment":
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )  # posts are plain text, so nothing is escaped
    for name, localize in (("date", date_in), ("number", number_in), ("country", country_in)):
        environment.filters[name] = _in_its_language(name, localize)
    return environment


def _in_its_language(name: str, localize: Callable[..., str]) -> Callable[..., str]:
    """A filter that knows the language of the text in which it stands."""
    from jinja2 import pass_context
    from jinja2.runtime import Context

    @pass_context
    def filtered(context: Context, value: object, *more: str) -> str:
        if len(more) > (name == "date"):
            raise ValueError(f"{name} takes {'one form' if name == 'date' else 'nothing'} in brackets")
        return localize(str(context.get("language", "")), _defined(value), *more)

    return filtered


def _defined(value: object) -> object:
    """The value; one that is not defined raises, as it does where no filter stands behind it."""
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        str(value)
    return value


def _line_of(trace: TracebackType | None) -> int:
    """The template's line (from 1) in an error that came from filling it."""
    line = 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _template_remedy(text: str) -> str:
    if text.count("{{") != text.count("}}"):
        return "Close each {{ with }}."
    if text.count("{%") != text.count("%}"):
        return "Close each {% with %}."
    return ""


def _wrong(prose: Prose, line: int, sentence: str, remedy: str = "") -> InvalidMessage:
    return InvalidMessage(sentence, file=prose.place.file, line=prose.place.line + line - 1, remedy=remedy)


def _check_blanks(path: Path, form: str, blanks: Mapping[str, str | None], values: Mapping[str, str]) -> None:
    for name in values:
        if name not in blanks:
            raise InvalidMessage(f"The form {form} has no blank {name}.", file=str(path), remedy=nearest(name, blanks))
    missing = [name for name, default in blanks.items() if default is None and name not in values]
    # The id follows from the topic: asking for both would only puzzle.
    asked = [name for name in missing if name != "id" or "topic" not in missing]
    if asked:
        given = " ".join(f'--set {name}="..."' for name in asked)
        raise InvalidMessage(f"The form {form} needs {', '.join(asked)}.", file=str(path), remedy=f"Add: {given}")
    if values.get("id") == "":
        raise InvalidMessage("The topic has no letters to make an id of.", file=str(path), remedy='Add: --set id="..."')


def _split(text: str) -> tuple[str, str, str]:
    front, fence, body = text.removeprefix("+++\n").partition("\n+++\n")
    return "+++\n" + front, fence, body


def _blanks(text: str) -> dict[str, str | None]:
    """The blanks of a form, each with the first default that it has, or None."""
    found: dict[str, str | None] = {}
    for match in _BLANK.finditer(text):
        if found.get(match["name"]) is None:
            found[match["name"]] = match["default"]
    return found


def _fill_blanks(text: str, values: Mapping[str, str], *, quoted: bool) -> str:
    def value(match: re.Match[str]) -> str:
        filled = values[match["name"]]
        # Within TOML a blank stands between double quotes.
        return filled.replace("\\", "\\\\").replace('"', '\\"') if quoted else filled

    return _BLANK.sub(value, text)


def _slug(topic: str) -> str:
    """An id from a topic: its letters and digits in ASCII, with hyphens between words."""
    plain = unicodedata.normalize("NFKD", topic).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
