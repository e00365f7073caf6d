import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { readArguments, type Arguments } from "./arguments.ts";
import { COMMANDS, commandHelp, generalHelp, sharedOptions, SHARED_OPTIONS } from "./help.ts";
import { UsageError } from "./usageError.ts";

function read(...argv: string[]): Arguments {
  const request = readArguments(argv);
  assert.equal(request.kind, "run");
  return (request).arguments;
}

/** The message of the usage error that a command line ends in. */
function wrong(...argv: string[]): string {
  try {
    readArguments(argv);
  } catch (thrown) {
    assert.ok(thrown instanceof UsageError, String(thrown));
    assert.ok(!thrown.message.includes("\n"), thrown.message);
    return thrown.message;
  }
  return assert.fail(`${argv.join(" ")} was taken`);
}

test("a command line without options gets the defaults and an absolute dataset path", () => {
  assert.deepEqual(read("index", "some/data"), { command: "index", dataset: path.resolve("some/data"), ids: [], options: {}, limit: 20, members: 6, json: false, quiet: false });
});

test("every shared flag reaches the options, paths made absolute", () => {
  const { options, cache, json, quiet } = read(
    "index", "d", "--id", "key", "--label", "class", "--text", "title", "--text", "body", "--image", "file", "--embeddings", "e.npy", "--encoder", "enc", "--dynamics", "log",
    "--pairs", "image", "--importance", "aum", "--importance-column", "el2n", "--importance-scale", "minmax", "--aum-column", "margin", "--neighbors", "7", "--redundancy-weight", "2.5",
    "--noise-cutoff", "0.2", "--threshold", "0.9", "--per-class", "proportional", "--keeper-rule", "first", "--partition", "random", "--partition-size", "5000", "--seed", "3", "--cache", "c", "--json", "--quiet");
  assert.deepEqual(options, {
    id: "key", label: "class", text: ["title", "body"], image: "file", embeddings: path.resolve("e.npy"), encoder: path.resolve("enc"), dynamics: path.resolve("log"), pairs: "image", importance: "aum",
    importanceColumn: "el2n", importanceScale: "minmax", aumColumn: "margin", neighbors: 7, redundancyWeight: 2.5, noiseCutoff: 0.2, threshold: 0.9,
    perClass: "proportional", keeperRule: "first", partition: "random", partitionSize: 5000, seed: 3,
  });
  assert.deepEqual([cache, json, quiet], ["c", true, true]);
});

test("no flag that help shows is refused, and each is read", () => {
  const values: Readonly<Record<string, string>> = {
    "N|P%": "5", NAME: "n", "FILE": "f", FIELD: "f", "FILE.npy": "f.npy", FOLDER: "f", "NAME|FILE": "el2n", "NAME|FOLDER": "hashed", SCALE: "rank", PROVIDER: "cpu", K: "5", "auto|BETA": "1", "auto|C": "auto", "auto|T": "auto",
    POLICY: "none", RULE: "central", HOW: "random", SIZE: "5000", N: "3", DIR: "d", TEXT: "t", FORM: "parquet", PATH: "p", KIND: "random", "A,B,…": "ccs", SOLVER: "greedy", HALVES: "text", "P%": "1%", HASH: "a".repeat(64), "P%,…": "5%", "NAME=PATH": "a=b", "NAME=a:0.5,…": "m=a:1", "SOURCE.PART=MONEY": "a.label=1,2", "SOURCE=KIND": "a=crowd", "SOURCE=HOW": "a=in-hand", "FILE.json": "f.json",
  };
  for (const command of COMMANDS.filter(({ noDataset }) => noDataset !== true)) {
    const operands = command.operands.includes("<id") ? ["d", "id"] : ["d"];
    const needed: readonly string[] = command.name === "prune" ? ["--budget", "5"] : command.name === "report" || command.name === "export" ? ["--out", "report.html"] : [];
    const plain = JSON.stringify(read(command.name, ...operands, ...needed));
    for (const { flag, value } of [...command.options, ...SHARED_OPTIONS]) {
      assert.ok(value === null || values[value] !== undefined, `no value to try for --${flag} ${value ?? ""}`);
      const given = JSON.stringify(read(command.name, ...operands, ...needed, ...(value === null ? [`--${flag}`] : [`--${flag}`, values[value]])));
      if (flag !== "budget" || command.name !== "prune") assert.notEqual(given, plain, `--${flag} changes nothing`);
    }
  }
});

test("what compare compares is read into names and absolute paths", () => {
  const compare = read("compare", "d", "--source", "web:synthetic=w", "--source", "shop=s=t", "--mixture", "half=web:0.5, shop:.5", "--budgets", "5%, 100", "--no-shift", "--seeds", "5", "--import-trained", "t.json").compare;
  assert.deepEqual(compare, {
    sources: [{ name: "web", path: path.resolve("w"), kind: "synthetic" }, { name: "shop", path: path.resolve("s=t") }], mixtures: [{ name: "half", shares: { web: 0.5, shop: 0.5 } }],
    budgets: ["5%", "100"], seeds: 5, corruptions: false, trained: path.resolve("t.json"),
  });
  assert.match(wrong("compare", "d", "--strategies", "sound-search"), /there is no strategy "sound-search"/);
});

test("prices, labels and access of a source come together by its name", () => {
  const compare = read("compare", "d", "--price", "shop.v2.label=0.5,30", "--price", "shop.v2.once=100", "--labels", "shop.v2=crowd", "--access", "web=on-purchase").compare;
  assert.deepEqual(compare, { costs: [{ source: "shop.v2", prices: { label: { money: 0.5, seconds: 30 }, once: { money: 100 } }, labels: "crowd" }, { source: "web", access: "on-purchase" }] });
  for (const value of ["shop.label", "shop=1", "shop.tax=1", ".label=1", "shop.label=-1", "shop.label=1,x", "shop.label=1e400"]) assert.match(wrong("compare", "d", "--price", value), /is no price/, value);
  assert.match(wrong("compare", "d", "--price", "a.label=1", "--price", "a.label=2"), /given twice/);
  assert.match(wrong("compare", "d", "--labels", "a=robots"), /experts, crowd, schema-match, free/);
  assert.match(wrong("compare", "d", "--access", "in-hand"), /SOURCE=HOW/);
});

test("a pilot needs no budget, and cannot be compared with the truth of all samples", () => {
  assert.deepEqual([read("prune", "d", "--pilot", "5%").pilot, read("prune", "d", "--pilot", "5%").budget], ["5%", undefined]);
  assert.equal(read("prune", "d", "--pilot", "5%", "--budget", "30%").budget, "30%");
  assert.match(wrong("prune", "d", "--pilot", "5%", "--truth", "t.json"), /--truth/);
  assert.match(wrong("prune", "d", "--pilot="), /--pilot is empty/);
  assert.match(wrong("report", "d"), /needs a file to write/);
  assert.deepEqual([[], ["--no-comparison"], ["--comparison", "c.json"]].map((own) => read("report", "d", "--out", "r.html", ...own).comparison), [undefined, null, path.resolve("c.json")]);
  assert.match(wrong("report", "d", "--out", "r.html", "--no-comparison", "--comparison", "c.json"), /contradict each other/);
  assert.match(wrong("curve", "d", "--pilot", "5%"), /of prune/);
  assert.match(wrong("prune", "d", "--pilot", "5%", "--keep-selection", "v1"), /--keep-selection/);
});

test("flags of one command", () => {
  assert.equal(read("prune", "d", "--budget", "30%").budget, "30%");
  assert.equal(read("prune", "d", "--budget=5", "--name", "v1").name, "v1");
  assert.equal(read("curve", "d").budget, undefined);
  assert.deepEqual(read("curve", "d", "--strategies", "infomax, random,k-center,").strategies, ["infomax", "random", "k-center"]);
  assert.equal(read("prune", "d", "--budget=5", "--keep-selection", "v1").keepSelection, "v1");
  assert.deepEqual([read("clusters", "d", "--limit", "3", "--members", "9")].map(({ limit, members }) => [limit, members]), [[3, 9]]);
  assert.equal(read("clusters", "d", "--truth", "t.json").truth, path.resolve("t.json"));
  assert.equal(read("protect", "d", "a", "--note", "").note, "");
  assert.deepEqual(read("protect", "d", "a", "b", "--note", "gold").ids, ["a", "b"]);
  assert.deepEqual(read("explain", "d", "a").ids, ["a"]);
});

test("built-in names are no paths, files are", () => {
  assert.equal(read("index", "d", "--encoder", "builtin").options.encoder, "builtin");
  assert.equal(read("index", "d", "--importance", "scores.npy").options.importance, path.resolve("scores.npy"));
  assert.equal(read("index", "d", "--noise-cutoff", "auto").options.noiseCutoff, "auto");
  assert.equal(read("index", "d", "--threshold", "auto").options.threshold, "auto");
});

test("what check demands: shares in percent, switches that begin with no- are plain switches, and nothing else is taken", () => {
  const { checks, selection, junit } = read("check", "d", "--max-duplicates", "1%", "--max-near-duplicates=2.5 %", "--max-unreadable", "0", "--no-leakage", "--protected-present", "--no-conflicts", "--audit-intact", "--selection", "v1", "--junit", "j.xml");
  assert.deepEqual(checks, { maxDuplicates: 0.01, maxNearDuplicates: 0.025, maxUnreadable: 0, noLeakage: true, protectedPresent: true, noConflicts: true, auditIntact: true });
  assert.deepEqual([selection, junit], ["v1", path.resolve("j.xml")]);
  assert.deepEqual(read("check", "d", "--no-leakage").checks, { noLeakage: true });
  for (const value of ["1", "0.01", "101%", "=-1%", "%", "x%"]) assert.match(wrong("check", "d", `--max-duplicates=${value.replace("=", "")}`), /--max-duplicates .* is no percentage/);
  assert.match(wrong("check", "d", "--no-leakage=false"), /takes no value/);
  assert.match(wrong("check", "d", "--leakage"), /no option --leakage/);
});

test("a head of the audit log is a whole hash", () => {
  assert.equal(read("audit", "d", "--expect-head", "AB".repeat(32)).expectHead, "ab".repeat(32));
  for (const value of ["abc", "g".repeat(64), "a".repeat(63)]) assert.match(wrong("audit", "d", "--expect-head", value), /64 hexadecimal digits/);
});

test("ids and datasets that start with a dash come after --", () => {
  const { dataset, ids } = read("protect", "--note", "x", "--", "-data", "-1.png", "--2.png");
  assert.equal(dataset, path.resolve("-data"));
  assert.deepEqual(ids, ["-1.png", "--2.png"]);
  assert.match(wrong("protect", "d", "-1.png"), /-1.*write -- before names that start with a dash/);
});

const WRONG_VALUES: readonly (readonly [flag: string, value: string])[] = [
  ["neighbors", "0"], ["neighbors", "1001"], ["neighbors", "2.5"], ["neighbors", "x"], ["redundancy-weight", "=-1"], ["redundancy-weight", "NaN"], ["redundancy-weight", "Infinity"],
  ["redundancy-weight", "1001"], ["redundancy-weight", " "], ["noise-cutoff", "1"], ["noise-cutoff", "=-0.1"], ["noise-cutoff", "some"], ["threshold", "0"], ["threshold", "1.01"],
  ["threshold", "95%"], ["per-class", "equal"], ["keeper-rule", "biggest"], ["importance", "el2"], ["importance", "scores.csv"], ["importance-scale", "log"], ["partition", "some"], ["solver", "fast"], ["partition-size", "999"], ["seed", "=-1"], ["seed", "4294967296"], ["seed", "abc"],
];

test("wrong values are told with the flag and the value", () => {
  for (const [flag, given] of WRONG_VALUES) {
    const value = given.replace(/^=/, "");
    const message = wrong("index", "d", `--${flag}=${value}`);
    assert.ok(message.includes(`--${flag} ${value}`), message);
  }
  for (const flag of ["limit", "members"]) for (const value of ["0", "1.5", "many"]) assert.match(wrong("clusters", "d", `--${flag}=${value}`), new RegExp(`--${flag} ${value}`));
  assert.match(wrong("clusters", "d", "--members", "1"), /at least 2/);
});

test("an empty value is refused, so that no path stands for the working folder by accident", () => {
  for (const { flag, value } of SHARED_OPTIONS) if (value !== null) assert.match(wrong("index", "d", `--${flag}=`), new RegExp(`--${flag} is empty`));
  for (const flag of ["budget", "name", "truth"]) assert.match(wrong("prune", "d", "--budget=5", `--${flag}=`), new RegExp(`--${flag} is empty`));
  assert.match(wrong("index", "d", "--text", "a", "--text="), /--text is empty/);
  assert.match(wrong("index", ""), /needs a dataset/);
});

test("missing values, unknown flags and flags of another command", () => {
  assert.match(wrong("prune", "d", "--budget"), /--budget needs a value/);
  assert.match(wrong("prune", "d", "--budget", "-5"), /--budget needs a value.*--budget=/);
  assert.match(wrong("prune", "d", "--name", "--json", "--budget", "5"), /--name needs a value/);
  assert.match(wrong("index", "d", "--json=yes"), /--json takes no value/);
  assert.match(wrong("index", "d", "--bogus"), /no option --bogus.*infomax help index/);
  assert.match(wrong("index", "d", "--bogus=1"), /no option --bogus/);
  assert.match(wrong("index", "d", "-x"), /no option -x/);
  assert.match(wrong("index", "d", "--budget", "5"), /--budget is no option of infomax index, but of curve and prune/);
  assert.match(wrong("prune", "d", "--budget", "5", "--note", "x"), /--note is no option of infomax prune, but of approve and protect and exclude and prefer/);
});

test("an unknown strategy is named, and the known ones with it", () => {
  assert.match(wrong("curve", "d", "--strategies", "random,best"), /no strategy "best".*infomax, random, .*dedup-random/);
  assert.match(wrong("curve", "d", "--strategies", ","), /no strategy ","/);
});

test("missing and surplus operands", () => {
  assert.match(wrong("index"), /needs a dataset/);
  assert.match(wrong("prune", "d"), /needs a budget/);
  assert.match(wrong("index", "d", "e"), /one dataset, not also "e"/);
  assert.match(wrong("explain", "d"), /one id/);
  assert.match(wrong("explain", "d", "a", "b"), /one id/);
  assert.match(wrong("protect", "d"), /at least one id/);
  assert.match(wrong("unprotect", "d"), /at least one id/);
  for (const command of ["exclude", "include", "prefer", "unprefer"]) assert.match(wrong(command, "d"), /at least one id/, command);
  assert.match(wrong("include", "d", "a", "--note", "x"), /--note is no option of infomax include, but of approve and protect and exclude and prefer/);
  assert.match(wrong("ship", "d"), /no command "ship".*prune/);
  assert.match(wrong("--json", "index", "d"), /before the option --json/);
});

test("help and version", () => {
  for (const argv of [[], ["help"], ["--help"], ["-h"]]) assert.deepEqual(readArguments(argv), { kind: "help", command: null });
  for (const argv of [["help", "prune"], ["prune", "--help"], ["prune", "d", "-h"]]) {
    const request = readArguments(argv);
    assert.ok(request.kind === "help" && request.command?.name === "prune");
  }
  for (const argv of [["--version"], ["-V"]]) assert.deepEqual(readArguments(argv), { kind: "version" });
  assert.match(wrong("help", "ship"), /no command "ship"/);
});

test("help names every command and every flag, in lines of at most 100 columns", () => {
  const general = generalHelp();
  for (const command of COMMANDS) {
    assert.ok(general.includes(`  ${command.name} `));
    const help = commandHelp(command);
    for (const { flag } of [...command.options, ...sharedOptions(command)]) assert.ok(help.includes(`--${flag}`), `${command.name} --${flag}`);
    for (const line of `${general}\n${help}`.split("\n")) assert.ok(line.length <= 100, line);
  }
});
