// Prints what the tables of ministry_social/rules/x_tables.py hold, read off the reference's behaviour, as one JSON object.
const { extractUrls } = require("twitter-text");
const { parse } = require("twemoji-parser");
const generic = require("twitter-text/dist/regexp/validGTLD");
const country = require("twitter-text/dist/regexp/validCCTLD");

const char = String.fromCodePoint;
const whole = (text) => parse(text).some((emoji) => emoji.text === text);
const points = (test) => Array.from({ length: 0x20000 }, (_, point) => point).filter((point) => test(char(point)));
const letters = (one) => {
  const same = new RegExp(`^${one}$`, "i");
  return points((other) => same.test(other)).map((point) => char(point));
};

// The names between the outermost brackets of both patterns; each must really work as a top-level domain.
const names = [generic, country].flatMap((pattern) => pattern.source.match(/[^()|?:=[\]$]+/g).slice(0, -1));
const domains = names.filter((name) => extractUrls(`http://w.${name}`)[0] === `http://w.${name}`);

const cases = {};
for (const letter of new Set(domains.join("").match(/[^\x00-\x7f]/g))) {
  const same = letters(letter);
  if (same.length > 1) cases[letter] = same.join("");
}
const regional = Array.from({ length: 26 }, (_, i) => i);
const flag = (a, b) => char(0x1f1e6 + a) + char(0x1f1e6 + b);
process.stdout.write(
  JSON.stringify({
    domains,
    cases,
    toned: points((c) => whole(c + "\u{1f3fb}")),
    presented: points((c) => c > "\x7f" && whole(c + "\ufe0f")),
    flags: regional.flatMap((a) => regional.filter((b) => whole(flag(a, b))).map((b) => char(65 + a) + char(65 + b))),
  }),
);
