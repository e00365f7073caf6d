import { STRATEGY_NAMES } from "../core/curation/strategy.ts";
import { wrapped } from "./format.ts";

/** A command of the command line, for help and parsing. */
export interface CommandHelp {
  readonly name: string;
  /** What stands behind the command's name. */
  readonly operands: string;
  readonly summary: string;
  /** Options of this command alone; the shared ones come with every command. */
  readonly options: readonly OptionHelp[];
  /** It is about no dataset, so that few of the shared options mean anything. */
  readonly noDataset?: true;
}

export interface OptionHelp {
  readonly flag: string;
  /** Name of the value, or null for a switch. */
  readonly value: string | null;
  readonly text: string;
  /** May be given more than once. */
  readonly repeatable?: boolean;
}

const BUDGET: OptionHelp = { flag: "budget", value: "N|P%", text: "how many samples to keep: 500, or 30% of the dataset" };
const SELECTION = { flag: "selection", value: "NAME" } as const;
const TRUTH: OptionHelp = { flag: "truth", value: "FILE", text: "compare with planted duplicates named in a JSON file" };

export const COMMANDS: readonly CommandHelp[] = [
  { name: "index", operands: "<dataset>", summary: "embed, find neighbours, score; goes on where it was stopped", options: [] },
  {
    name: "clusters", operands: "<dataset>", summary: "print near-duplicate clusters, largest first",
    options: [{ flag: "limit", value: "N", text: "clusters to print (default 20)" }, { flag: "members", value: "N", text: "members of each to print (default 6)" }, TRUTH],
  },
  {
    name: "curve", operands: "<dataset>", summary: "print what each budget keeps, beside random subsets and other strategies",
    options: [
      { ...BUDGET, text: "budget for which redundancy is weighed against importance (default 30%)" },
      { flag: "strategies", value: "A,B,…", text: `other strategies to print beside InfoMax: ${STRATEGY_NAMES.join(", ")}` },
    ],
  },
  {
    name: "compare", operands: "<dataset>", summary: "compare curation strategies and data sources at equal cost",
    options: [
      { flag: "target", value: "PATH", text: "labelled folder or file that stands for where the model will run (default: the test split, else a held-out fifth)" },
      { flag: "budgets", value: "P%,…", text: "sizes to compare at (default 5%,10%,30%): shares of all candidates, numbers of samples, amounts such as \"500 USD\" or times such as \"2 h\", \"90 min\", \"3600 s\", for which each strategy buys its own number" },
      { flag: "strategies", value: "A,B,…", text: `strategies to compare (default: all): ${STRATEGY_NAMES.join(", ")}, infomax, image-search, text-search (with a CLIP-style encoder); random is always among them` },
      { flag: "source", value: "NAME=PATH", text: "a competing source beside the dataset; NAME:KIND=PATH with one of in-house, crowd-labelled, schema-matched, embedding-retrieved, synthetic, other; repeat for several", repeatable: true },
      { flag: "price", value: "SOURCE.PART=MONEY", text: "a price of a source, the dataset's own by its name, or =MONEY,SECONDS: PART is acquire, label, embed or train, of one sample, or once; repeat for several", repeatable: true },
      { flag: "labels", value: "SOURCE=KIND", text: "how a source gets its labels: experts, crowd, schema-match or free; repeat for several", repeatable: true },
      { flag: "access", value: "SOURCE=HOW", text: "in-hand where candidates can be looked at before they are paid for, else on-purchase; repeat for several", repeatable: true },
      { flag: "mixture", value: "NAME=a:0.5,…", text: "a mixture of sources at shares that add up to 1; repeat for several", repeatable: true },
      { flag: "task", value: "NAME=PATH", text: "a further labelled set, for task adaptation; repeat for several", repeatable: true },
      { flag: "shifted", value: "NAME=PATH", text: "the target's classes from elsewhere, for accuracy under shift; repeat for several", repeatable: true },
      { flag: "no-shift", value: null, text: "leave corrupted images of the target out" },
      { flag: "redraws", value: "N", text: "times that a tenth of the candidates is left out and all is chosen anew (default 3)" },
      { flag: "seeds", value: "N", text: "networks and probes trained on each subset (default 3)" },
      { flag: "out", value: "FOLDER", text: "write compare.json, compare.csv, prices.csv, compare.md and the ids of every subset; replaces a comparison only" },
      { flag: "list-prefix", value: "TEXT", text: "what is put before each id in those lists, as \"train/\"" },
      { flag: "import-trained", value: "FILE.json", text: "accuracies of real training by list, as {\"random-10pct-r0\": [80.1, 79.8]}, to stand beside the estimates" },
      { flag: "against", value: "FILE.json", text: "an earlier compare.json: say what changed" },
    ],
  },
  {
    name: "prune", operands: "<dataset> --budget N|P%", summary: "select the subset with the most information and write it",
    options: [BUDGET, { flag: "pilot", value: "N|P%", text: "try a sample first, 5% say: what the whole would take and give; writes no selection, and needs no budget" }, { flag: "name", value: "NAME", text: "name of the selection (default: dataset and budget)" },
      { flag: "keep-selection", value: "NAME", text: "keep all that an earlier selection keeps; the budget counts it" }, TRUTH],
  },
  {
    name: "report", operands: "<dataset> --out FILE.html", summary: "write the inspector's pages as one HTML file",
    options: [
      { flag: "out", value: "FILE", text: "the file to write" },
      { flag: "strategies", value: "A,B,…", text: `other strategies to draw in the budget curve: ${STRATEGY_NAMES.join(", ")}` },
      { flag: "comparison", value: "FILE.json", text: "take in this compare.json (default: the dataset's last comparison, if it has one)" },
      { flag: "no-comparison", value: null, text: "take no comparison in" },
    ],
  },
  {
    name: "export", operands: "<dataset> --out FOLDER", summary: "copy the kept samples into a new folder, verified; asks first",
    options: [
      { flag: "out", value: "FOLDER", text: "the folder to make: written whole or not at all, nothing is overwritten" },
      { flag: "as", value: "FORM", text: "copy (default): images at their own paths, tables with their kept records byte for byte; hardlink: images as second names of the same files; parquet: one data.parquet; list: ids and places alone. All with code for Hugging Face datasets and PyTorch" },
      { flag: "selection", value: "NAME", text: "the selection (default: the current one)" },
      { flag: "dry-run", value: null, text: "print what it would do, and do nothing" },
      { flag: "yes", value: null, text: "answer the question with yes" },
    ],
  },
  {
    name: "quarantine", operands: "<dataset>", summary: "move the dropped images to .infomax/quarantine, verified; asks first",
    options: [
      { ...SELECTION, text: "the selection (default: the interrupted one, else the current one)" },
      { flag: "dry-run", value: null, text: "print what it would do, and do nothing" },
      { flag: "yes", value: null, text: "answer the question with yes" },
    ],
  },
  {
    name: "undo", operands: "<dataset> [<id…>]", summary: "move quarantined images back, all or single ones; asks first",
    options: [
      { flag: "operation", value: "NAME", text: "the quarantine (default: the last that is not undone)" },
      { flag: "list", value: null, text: "print the quarantines" },
      { flag: "yes", value: null, text: "answer the question with yes" },
    ],
  },
  { name: "explain", operands: "<dataset> <id>", summary: "say why a sample is kept or dropped", options: [{ ...SELECTION, text: "the selection to explain (default: the current one)" }] },
  {
    name: "review", operands: "<dataset>", summary: "show what a selection keeps and drops, and why; write it as Markdown",
    options: [
      { ...SELECTION, text: "the selection to review (default: the current one)" }, { flag: "against", value: "NAME", text: "an earlier selection to compare with" },
      { flag: "out", value: "FILE", text: "write the review as Markdown, for a pull request; replaces a review, and no other file" },
      { flag: "limit", value: "N", text: "samples of each list to print (default 20)" }, { flag: "list", value: null, text: "print the names of the selections" },
    ],
  },
  {
    name: "approve", operands: "<dataset>", summary: "write into the audit log that a selection is approved as its file is now",
    options: [{ ...SELECTION, text: "the selection to approve (default: the current one)" }, { flag: "note", value: "TEXT", text: "what the approval says" }],
  },
  {
    name: "audit", operands: "<dataset>", summary: "print the audit log and verify it; exit status 1 where it was tampered with",
    options: [
      { flag: "expect-head", value: "HASH", text: "hash of an entry that was written down before: it must still be in the log, so that nothing was cut off its end" },
      { flag: "limit", value: "N", text: "last entries to print (default 20)" },
    ],
  },
  {
    name: "check", operands: "<dataset>", summary: "check what a repository demands of its data; exit status 1 when one fails",
    options: [
      { flag: "max-duplicates", value: "P%", text: "samples beyond the first of their exact copies, at most" },
      { flag: "max-near-duplicates", value: "P%", text: "samples beyond the first of their near-duplicates, exact ones among them, at most" },
      { flag: "max-unreadable", value: "P%", text: "samples that cannot be read, at most" },
      { flag: "no-leakage", value: null, text: "no near-duplicate of a sample of one split stands in another" },
      { flag: "protected-present", value: null, text: "every protected sample is in the dataset, and kept by the selection" },
      { flag: "no-conflicts", value: null, text: "no rule contradicts another or a decision by hand" },
      { flag: "audit-intact", value: null, text: "the audit log verifies, and is there where there are selections" },
      { flag: "expect-head", value: "HASH", text: "the audit log verifies and has this entry, which was written down before" },
      { ...SELECTION, text: "this selection is of the dataset as it is, keeps what is protected and drops what is excluded" },
      { flag: "junit", value: "FILE", text: "write the results as JUnit XML too; replaces such a file, and no other" },
    ],
  },
  {
    name: "rules", operands: "<dataset>", summary: "print what each rule of infomax.json catches, and conflicts (exit status 1)",
    options: [{ flag: "pin", value: "RULE", text: "write what this rule catches now as decisions by hand, with the rule as note" }],
  },
  { name: "protect", operands: "<dataset> <id…>", summary: "keep samples at every budget", options: [{ flag: "note", value: "TEXT", text: "why they are protected" }] },
  { name: "unprotect", operands: "<dataset> <id…>", summary: "take protection away", options: [] },
  { name: "exclude", operands: "<dataset> <id…>", summary: "keep samples at no budget", options: [{ flag: "note", value: "TEXT", text: "why they are excluded" }] },
  { name: "include", operands: "<dataset> <id…>", summary: "take exclusion back", options: [] },
  { name: "prefer", operands: "<dataset> <id…>", summary: "of their near-duplicates, keep these where one is kept", options: [{ flag: "note", value: "TEXT", text: "why they are preferred" }] },
  { name: "unprefer", operands: "<dataset> <id…>", summary: "take preference away", options: [] },
  {
    name: "encoders", operands: "", summary: "list encoders that can be named with --encoder; download one", noDataset: true,
    options: [
      { flag: "download", value: "NAME", text: "download a preset, or a repository as owner/name@commit, into the cache folder; asks first, with size and licence. HF_ENDPOINT names a mirror" },
      { flag: "yes", value: null, text: "answer the question with yes" },
    ],
  },
];

export const SHARED_OPTIONS: readonly OptionHelp[] = [
  { flag: "id", value: "FIELD", text: "field with the id of each record" },
  { flag: "label", value: "FIELD", text: "field with the class" },
  { flag: "text", value: "FIELD", text: "field with the text; repeat to join several", repeatable: true },
  { flag: "image", value: "FIELD", text: "field with an image path relative to the dataset" },
  { flag: "embeddings", value: "FILE.npy", text: "imported vectors, one row for each sample in source order" },
  { flag: "encoder", value: "NAME|FOLDER", text: "builtin (default); perceptual or hashed, without a learned model; a downloaded one by name (infomax encoders); or a folder in the Hugging Face layout" },
  { flag: "pairs", value: "HALVES", text: "what is compared of records with an image and a text: both (default), image or text" },
  { flag: "importance", value: "NAME|FILE", text: "auto, el2n, aum, forgetting, entropy, margin, dual, prototype, density, rarity, clip-score (image-text pairs), uniform, or a one-dimensional .npy file" },
  { flag: "dynamics", value: "PATH", text: "training dynamics of your own run: folder, .jsonl or .npy" },
  { flag: "importance-column", value: "NAME", text: "numeric column with the importance" },
  { flag: "importance-scale", value: "SCALE", text: "auto (default), minmax, rank or none" },
  { flag: "aum-column", value: "NAME", text: "numeric column with the AUM by which the noise cutoff sorts" },
  { flag: "neighbors", value: "K", text: "nearest neighbours in the graph (default 50)" },
  { flag: "redundancy-weight", value: "auto|BETA", text: "how much redundancy weighs against importance (default auto)" },
  { flag: "noise-cutoff", value: "auto|C", text: "share of the samples, hardest by AUM, that is kept last" },
  { flag: "threshold", value: "auto|T", text: "cosine from which two samples are near-duplicates" },
  { flag: "per-class", value: "POLICY", text: "what each class is due: floor (default), balanced, proportional or none" },
  { flag: "keeper-rule", value: "RULE", text: "which of near-duplicates is kept: important (default), central, largest or first (by path)" },
  { flag: "solver", value: "SOLVER", text: "exchange (default), greedy, infomax or infomax-projection" },
  { flag: "partition", value: "HOW", text: "how a large dataset is split: neighbors (default), random or none" },
  { flag: "partition-size", value: "SIZE", text: "most samples of a part (default 200000)" },
  { flag: "threads", value: "N", text: "threads of the encoder's network (default: one for each physical core)" },
  { flag: "provider", value: "PROVIDER", text: "what it runs on: cpu (default), cuda, directml, coreml or webgpu" },
  { flag: "seed", value: "N", text: "seed of all randomness (default 0)" },
  { flag: "cache", value: "DIR", text: "folder for indexes (default: the user's cache folder)" },
  { flag: "json", value: null, text: "print one JSON object" },
  { flag: "quiet", value: null, text: "print no progress" },
];

/** The shared options that a command takes. */
export function sharedOptions(command: CommandHelp): readonly OptionHelp[] {
  return command.noDataset === true ? SHARED_OPTIONS.filter(({ flag }) => flag === "cache" || flag === "json" || flag === "quiet") : SHARED_OPTIONS;
}

const WIDTH = 100;
const TEXT_COLUMN = 30;

function optionLines(options: readonly OptionHelp[]): string {
  return options.map(({ flag, value, text }) =>
    `  --${flag}${value === null ? "" : ` ${value}`}`.padEnd(TEXT_COLUMN) + wrapped(text, TEXT_COLUMN, WIDTH).slice(TEXT_COLUMN, -1)).join("\n");
}

export function generalHelp(): string {
  return `infomax: see what in a training dataset is redundant and informative, and prune it to a budget

Usage: infomax <command> <dataset> [options]
<dataset> is a folder of images, or a JSONL, CSV or TSV file.

Commands
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join("\n")}

  infomax help <command>   options of a command
  infomax --version

Nothing in the dataset is changed or deleted: results are written to its .infomax folder.
infomax quarantine moves dropped images there, infomax undo moves them back; both ask first.
Nothing is downloaded but by infomax encoders --download, which asks first.
Exit status: 0 done, 1 failed or a check not passed, 2 wrong usage or input, 130 interrupted.
`;
}

export function commandHelp(command: CommandHelp): string {
  return `infomax ${[command.name, command.operands].join(" ").trim()}: ${command.summary}
${command.options.length === 0 ? "" : `\nOptions\n${optionLines(command.options)}\n`}
Options of all commands
${optionLines(sharedOptions(command))}
`;
}
