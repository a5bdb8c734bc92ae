// Reads one JSON string per line, answers with what X makes clickable in it, as a list of strings, line by line.
const { extractEntitiesWithIndices } = require("twitter-text");

let rest = "";
const name = (one) => one.url || (one.hashtag ? "#" + one.hashtag : "@" + one.screenName);
const answer = (line) => JSON.stringify(extractEntitiesWithIndices(JSON.parse(line), { extractUrlsWithoutProtocol: true }).map(name));
process.stdin.setEncoding("utf8");
process.stdin.on("data", (chunk) => {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  if (lines.length) process.stdout.write(lines.map(answer).join("\n") + "\n");
});
