"""The register as it is published: what people and machines find in the folder."""

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

import pytest

from ministry_social.files.register_pages import Published, register_files, schema
from ministry_social.model.register import Certification
from ministry_social.rules.canonical import digest
from tests.factories import NOW
from tests.rules.test_register import KEY, MONTH, of_the_demo, signed

RETIRED = replace(of_the_demo().accounts[-3], name="embassy-oslo", handle="TAV_Oslo", title="Embassy in Oslo", retired_since=NOW)


def published(**more: object) -> dict[str, bytes]:
    register = replace(of_the_demo(), retired=(RETIRED,), **more)  # type: ignore[arg-type]
    data, line = signed(register)
    return register_files(Published(register=register, data=data, line=line, home="XT", countries={"XT": "Tavoria"}))


FILES = published()
PAGES = {name: data.decode() for name, data in FILES.items() if name.endswith(".html")}
# Of pages that are made alike, a few are looked at closely.
CLOSELY = [
    n for n in PAGES if "/" not in n or "paris" in n or "oslo" in n or "page" in n or n in ("country/FR.html", "language/ar.html")
]


class Page(HTMLParser):
    """What a page holds, and that every element is closed."""

    VOID = frozenset({"meta", "link", "br", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize("name", CLOSELY)
def test_a_page_can_be_read_by_everybody(name: str) -> None:
    page = Page(PAGES[name])
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("title")) == len(page.all("h1")) == len(page.all("main")) == 1
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all("meta")
    assert all(nav.get("aria-label") for nav in page.all("nav"))
    assert all(section["aria-labelledby"] in page.ids for section in page.all("section"))
    assert len(page.ids) == len(set(page.ids))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False)), levels
    # A link is known by its own words.
    assert not re.search(r"<a [^>]*>\s*(here|more|link)?\s*</a>", PAGES[name])


@pytest.mark.parametrize("name", CLOSELY)
def test_a_page_needs_nothing_from_elsewhere_and_runs_nothing(name: str) -> None:
    page = Page(PAGES[name])
    assert {script.get("type") for script in page.all("script")} <= {"application/ld+json"}
    assert [link["href"] for link in page.all("link")] == ["../" * name.count("/") + "style.css"]
    assert not page.all("img")
    assert not page.all("iframe")
    assert not [value for _, attrs in page.tags for key, value in attrs.items() if key.startswith("on") or key in ("src", "style")]
    assert "url(" not in FILES["style.css"].decode()
    assert "@import" not in FILES["style.css"].decode()


def test_every_link_leads_to_a_file_of_the_folder_or_to_an_account() -> None:
    addresses = {one.url for one in of_the_demo().accounts}
    pages = {name: Page(text) for name, text in PAGES.items()}
    for name, page in pages.items():
        for link in page.all("a"):
            href = link["href"] or ""
            if urlsplit(href).scheme:
                assert href in addresses
                continue
            there = urlsplit(urljoin(f"http://x/{name}", href))
            target = there.path.lstrip("/")
            assert target in FILES, href
            assert not there.fragment or there.fragment in pages[target].ids, href


def test_every_account_can_be_found_with_the_browsers_search() -> None:
    text = Page(PAGES["index.html"]).text
    for one in of_the_demo().accounts:
        assert one.handle in text
        assert one.title in text
        assert one.city in text
    assert "Türkiye" in text
    assert "العربية" in text
    assert "Tavoria 6" in re.sub(r"\s+", " ", text)


def test_there_is_a_page_for_each_country_language_and_account() -> None:
    accounts = of_the_demo().accounts
    assert {n for n in PAGES if n.startswith("country/")} == {f"country/{one.country}.html" for one in accounts}
    assert {n for n in PAGES if n.startswith("language/")} == {f"language/{tag}.html" for one in accounts for tag in one.languages}
    assert {n for n in PAGES if n.startswith("account/")} == {f"account/{one.name}.html" for one in (*accounts, RETIRED)}
    assert "In France" in Page(PAGES["country/FR.html"]).text
    assert PAGES["country/FR.html"].count("<h3>") == 2
    assert PAGES["language/ar.html"].count("<h3>") == sum("ar" in one.languages for one in accounts)


def test_an_accounts_page_says_yes_and_links_with_rel_me() -> None:
    page = PAGES["account/embassy-paris.html"]
    assert "Yes, this is ours:" in page
    assert '<a rel="me" href="https://x.com/TAV_Paris">' in page
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert json.loads(data)["sameAs"] == ["https://x.com/TAV_Paris"]
    assert json.loads(data)["parentOrganization"]["name"] == "Tavoria"


def test_what_is_no_longer_ours_is_said_so_and_not_linked() -> None:
    assert "No longer ours" in PAGES["index.html"]
    page = PAGES["account/embassy-oslo.html"]
    assert "No longer ours</strong>, since 1 December 2026" in page
    assert 'rel="me"' not in page
    assert "ld+json" not in page
    assert not [link for link in Page(page).all("a") if "TAV_Oslo" in (link["href"] or "")]


def test_what_is_due_for_certification_is_marked() -> None:
    first, second, *rest = of_the_demo().accounts
    old = replace(first, certified_at=NOW - 13 * MONTH, certification=Certification.DUE)
    good = replace(second, certified_at=NOW - MONTH, certification=Certification.CERTIFIED)
    files = published(accounts=(old, good, *rest))
    assert b"Last certified on 6 November 2025; due again." in files["index.html"]
    assert b"Certified on 1 November 2026." in files[f"account/{good.name}.html"]
    assert files["index.html"].count(b'class="due"') == 46  # one retired, one due, 44 never


def test_a_hostile_title_stays_a_text() -> None:
    first, *rest = of_the_demo().accounts
    evil = replace(first, title="</title></script><script>alert(1)</script>", links=("javascript:alert(1)", "https://a.example/"))
    files = published(accounts=(evil, *rest))
    for name, data in files.items():
        if name.endswith(".html"):
            assert b"<script>alert" not in data
            assert b'href="javascript' not in data
    assert b'<a href="https://a.example/">' in files[f"account/{evil.name}.html"]


def test_a_rehearsal_says_so_on_every_page() -> None:
    rehearsed = published(world="rehearsal")
    assert all(b"<strong>Rehearsal.</strong>" in data for name, data in rehearsed.items() if name.endswith(".html"))
    assert b"# A rehearsal" in rehearsed[".well-known/trust.txt"]
    assert "<strong>Rehearsal.</strong>" not in PAGES["index.html"]


def test_the_page_of_the_key_shows_what_is_to_be_compared() -> None:
    page = Page(PAGES["key.html"]).text
    assert KEY.public in page
    assert "hashlib" in page


def test_the_table_is_for_spreadsheets() -> None:
    data = FILES["register.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == 47
    assert rows[0]["handle"] == "TavoriaMFA"
    assert [row["name"] for row in rows if row["retired_since"]] == ["embassy-oslo"]
    first, *rest = of_the_demo().accounts
    [row] = [
        row
        for row in csv.DictReader(
            io.StringIO(published(accounts=(replace(first, title="=1+1"), *rest))["register.csv"].decode("utf-8-sig"), newline="")
        )
        if row["name"] == first.name
    ]
    assert row["title"] == "'=1+1"


def test_below_well_known_stands_where_the_register_is() -> None:
    pointer = json.loads(FILES[".well-known/ministry-social-register.json"])
    assert PurePosixPath(pointer["register"]) == PurePosixPath("../register.json")
    assert pointer["sha256"] == digest(FILES["register.json"])
    register = of_the_demo()
    data, line = signed(register)
    files = register_files(Published(register=register, data=data, line=line, address="https://a.example/accounts"))
    pointer = json.loads(files[".well-known/ministry-social-register.json"])
    assert pointer["register"] == "https://a.example/accounts/register.json"
    assert pointer["signature"] == "https://a.example/accounts/register.json.sig"
    social = files[".well-known/trust.txt"].decode().splitlines()[1:]
    assert social == [f"social={one.url}" for one in register.accounts]
    assert files["register.schema.json"] == schema()
