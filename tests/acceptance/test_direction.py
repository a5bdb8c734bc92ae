"""Fifty right-to-left texts: what a reader sees of each in the rehearsal's pages, measured in a browser, and what X counts.

The texts and what must be seen stand in direction_cases.txt. Each goes the way of a real one: adapted to an account, posted
through the rehearsal's API, and looked at on the account's page, character by character.
"""

import random
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import tweepy
from playwright.sync_api import Page, sync_playwright

from ministry_social.files.templates import fill
from ministry_social.platforms.gate import Gate, Wire
from ministry_social.rehearsal.server import Server
from ministry_social.rules.adapt import Rules, adapt
from ministry_social.rules.bidi import seen
from ministry_social.rules.direction import directed
from ministry_social.rules.length import x_length
from ministry_social.rules.references import plain
from tests.conftest import Rehearsal
from tests.factories import account, limits_of, message, page, wording
from tests.reference.node import reference_counts, reference_entities

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
MARKS = {"‹LRI›": "\u2066", "‹PDI›": "\u2069"}
UNSEEN = "\u200e\u200f\u2066\u2067\u2068\u2069"
CIRCLED = "①②③④⑤⑥⑦⑧⑨"
LETTERS = "\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u06d5-\u06dc\u06fa-\u06ff"  # no digits and no punctuation of these scripts
PAGE = "100200300400500"

# Where each character of the paragraphs of an element stands: its line, and the middle of what is drawn of it. The paragraphs must
# not break, since a line of the page would then be another one than that of the text.
MEASURE = """
(words) => {
  const found = [];
  for (const paragraph of words.querySelectorAll("p")) {
    paragraph.style.whiteSpace = "pre";
    const walk = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    let line = [];
    found.push(line);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (node.nodeName === "BR") { line = []; found.push(line); }
      if (node.nodeType !== Node.TEXT_NODE) continue;
      for (let at = 0; at < node.length; at++) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 1);
        const box = range.getClientRects()[0];
        line.push([node.data[at], box ? box.left + box.width / 2 : -1]);
      }
    }
  }
  return found;
}
"""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One text: what an author types, and what a reader sees of it from left to right."""

    language: str
    about: str
    typed: str
    seen: str

    @property
    def final(self) -> str:
        """The text as it is sent: what adapting makes of it for an embassy that carries the original."""
        embassy = account("embassy", self.language, central=True)
        said = message(source=self.language, wordings={self.language: wording(self.language, self.typed)})
        adapted = adapt(said, [embassy], limits_of([embassy]), fill, Rules(fallback=self.language, reposts=0))
        [assignment] = adapted.assignments
        assert assignment.variant is not None
        return plain(assignment.variant.text)

    def expected(self, *, on_x: bool) -> list[str]:
        """What is seen, line by line, with the letters in the place of the numbers. X shows addresses without their scheme."""
        words = re.findall(f"[{LETTERS}]+", self.typed)
        lines = self.seen.replace("https://", "") if on_x else self.seen
        found = re.sub(f"[{CIRCLED}]", lambda number: words[CIRCLED.index(number[0])][::-1], lines)
        return [same(line) for line in found.split("⏎")]


def cases() -> Iterator[Case]:
    """The table."""
    lines = (Path(__file__).parent / "direction_cases.txt").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("# ") and line != "#")
    for block in text.strip().split("\n\n"):
        head, typed, shown = block.splitlines()
        language, about = head.split(" | ")
        for name, mark in MARKS.items():
            typed = typed.replace(name, mark)
        yield Case(language=language, about=about, typed=typed.replace("⏎", "\n"), seen=shown)


CASES = tuple(cases())


def same(line: str) -> str:
    """A line as it is compared: a bracket is drawn mirrored in a text from right to left, so that either of a pair is the same."""
    return re.sub(r"[()]", "|", line.replace("\u00a0", " ")).strip()


class Browser:
    """What a reader sees, in headless Chromium."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.directions: dict[str, list[str]] = {}  # platform -> the direction of each post on the page looked at last

    def lines(self, platform: str, address: str) -> list[list[str]]:
        """Of each post of a page, oldest first: its lines, each read from left to right."""
        self._page.goto(address)
        posts = self._page.locator("article.post .words").all()
        self.directions[platform] = [one.locator("p").first.evaluate("p => getComputedStyle(p).direction") for one in posts]
        return [[_seen(line) for line in one.evaluate(MEASURE)] for one in reversed(posts)]

    def orders(self, texts: Sequence[str], direction: str) -> list[list[int]]:
        """Of each text, in a paragraph of this direction: which of its characters that can be seen stand from left to right."""
        self._page.set_content(f"<div class=words><p dir={direction}></p></div>")
        found = []
        for text in texts:
            self._page.locator("p").evaluate("(one, text) => { one.textContent = text }", text)
            [line] = self._page.locator(".words").evaluate(MEASURE)
            found.append([number for number in sorted(range(len(line)), key=lambda n: line[n][1]) if line[number][0] not in UNSEEN])
        return found


def _seen(line: Sequence[Any]) -> str:
    return same("".join(sign for sign, _ in sorted(line, key=lambda one: one[1]) if sign not in UNSEEN))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield Browser(chromium.new_page(viewport={"width": 1600, "height": 900}))
        chromium.close()


@pytest.fixture(scope="module")
def shown(browser: Browser) -> Mapping[str, list[list[str]]]:
    """Platform -> the lines of every case, as a reader sees them on the pages of a rehearsal on which all were posted."""
    server = Server()
    with server.running() as address:
        rehearsal = Rehearsal(address=address, world=server.world)
        _post_all(rehearsal)
        pages = {"x": f"{address}/x/embassy", "facebook": f"{address}/facebook/page"}
        return {platform: browser.lines(platform, page) for platform, page in pages.items()}


def _post_all(rehearsal: Rehearsal) -> None:
    rehearsal.post("/rehearsal/clock", {"rate": 600})  # fifty posts of one account within its limits
    credential = rehearsal.enrol("x", "42", "embassy")
    gate = Gate(Wire(base_url=f"{rehearsal.address}/api/x"), originals=("https://api.twitter.com",))
    client = tweepy.Client(**credential)
    client.session = gate.session()
    token = rehearsal.enrol("facebook", PAGE, "page")["access_token"]
    for case in CASES:
        client.create_tweet(text=case.final)
        form = {"message": case.final, "access_token": token}
        requests.post(f"{rehearsal.address}/api/facebook/v26.0/{PAGE}/feed", data=form, timeout=10).raise_for_status()


def test_there_are_fifty_cases_in_four_languages() -> None:
    assert len({case.typed for case in CASES}) == 50
    assert {case.language for case in CASES} == {"ar", "he", "fa", "ur"}


@pytest.mark.parametrize("platform", ["x", "facebook"])
@pytest.mark.parametrize("number", range(50), ids=[f"{case.language}: {case.about}" for case in CASES])
def test_a_reader_sees_it_in_the_right_order(shown: Mapping[str, list[list[str]]], number: int, platform: str) -> None:
    assert shown[platform][number] == CASES[number].expected(on_x=platform == "x"), CASES[number].final.encode("unicode_escape")


def test_x_counts_each_as_the_reference_does() -> None:
    counted = list(reference_counts([case.final for case in CASES]))
    assert [(length, valid) for _, length, valid in counted] == [(x_length(c.final).length, x_length(c.final).valid) for c in CASES]


def test_what_x_makes_clickable_stays_clickable() -> None:
    typed, final = (list(reference_entities([getattr(case, name) for case in CASES])) for name in ("typed", "final"))
    assert final == typed
    assert sum(map(len, final)) > 20


def test_what_x_makes_clickable_stays_so_in_texts_put_together_by_chance() -> None:
    """Words of both directions, numbers, handles, hashtags, addresses and punctuation, with spaces between them."""
    chance = random.Random(11)
    pieces = (
        "يبقى מסדרון +41 @TAV_x #Grain #ممر https://a.example.org/x/ a.example.org AT&T (WHO) 2026-12-01 50% -5 ، . : ! ( ) « » — -"
    )
    typed = [" ".join(chance.choices([*pieces.split(), "\n", "\u200f", "\u2066abc\u2069"], k=8)) for _ in range(1_500)]
    final = [directed(text, "ar") for text in typed]
    assert sum(before != after for before, after in zip(typed, final, strict=True)) > 1_000
    assert list(reference_entities(final)) == list(reference_entities(typed))
    assert [directed(text, "ar") for text in final] == final


def test_only_what_would_fall_apart_is_isolated() -> None:
    """Without any one of its isolates a text is seen otherwise."""
    for case in CASES:
        for line in case.final.split("\n"):
            for pair in re.finditer("\u2066([^\u2066\u2069]*)\u2069", line):
                if pair[0] in case.typed:
                    continue
                without = line[: pair.start()] + pair[1] + line[pair.end() :]
                assert _order(without) != _order(line), (case.about, pair[1])


def _order(line: str) -> str:
    return "".join(line[index] for index in seen(line) if line[index] not in UNSEEN)


def test_the_order_that_the_rules_foresee_is_the_browsers(browser: Browser) -> None:
    """Texts put together by chance from what makes direction hard, in paragraphs of both directions."""
    chance = random.Random(7)
    pieces = [*"עאaB12۴٥ -+/:,.%$#@()[]!–«»ü" + UNSEEN, "עב", "اب", "Bc", "  ", "23"]
    texts = [f"x{''.join(chance.choices(pieces, k=chance.randint(2, 14)))}א" for _ in range(250)]
    for base, direction in ((1, "rtl"), (0, "ltr")):
        ours = [[index for index in seen(text, base=base) if text[index] not in UNSEEN] for text in texts]
        assert browser.orders(texts, direction) == ours


def test_every_post_runs_from_right_to_left(browser: Browser, shown: Mapping[str, list[list[str]]]) -> None:
    assert shown.keys() == browser.directions.keys()
    for directions in browser.directions.values():
        assert directions == ["rtl"] * 50


def test_most_would_fall_apart_as_they_were_typed() -> None:
    whole = [case for case in CASES if [same(_order(line)) for line in case.typed.split("\n")] == case.expected(on_x=False)]
    assert len(whole) <= 20, [case.about for case in whole]


def test_on_facebook_the_same_text_is_sent() -> None:
    said = message(source="ar", wordings={"ar": wording("ar", CASES[0].typed)})
    both = [account("embassy", "ar", central=True), page(languages=("ar",))]
    adapted = adapt(said, both, limits_of(both), fill, Rules(fallback="ar", reposts=0))
    assert {plain(one.variant.text) for one in adapted.assignments if one.variant} == {CASES[0].final}
