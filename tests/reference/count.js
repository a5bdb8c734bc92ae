// Reads one JSON string per line, answers `[weighted length, valid]` line by line.
const { parseTweet } = require("twitter-text");

let rest = "";
const answer = (line) => {
  const { weightedLength, valid } = parseTweet(JSON.parse(line));
  return JSON.stringify([weightedLength, valid]);
};
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  if (lines.length) process.stdout.write(lines.map(answer).join("\n") + "\n");
});
