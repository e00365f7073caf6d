/** Every id that package.json and the code share. A test holds the two together. */

/** Commands in the palette; what each one takes is said where it is registered. */
export const COMMANDS = {
  index: "infomax.index",
  prune: "infomax.prune",
  extendSelection: "infomax.extendSelection",
  openInspector: "infomax.openInspector",
  writeReport: "infomax.writeReport",
  findSimilar: "infomax.findSimilar",
  protect: "infomax.protect",
  protectWithNote: "infomax.protectWithNote",
  unprotect: "infomax.unprotect",
  exclude: "infomax.exclude",
  excludeWithNote: "infomax.excludeWithNote",
  include: "infomax.include",
  editNote: "infomax.editNote",
  nextProtected: "infomax.nextProtected",
  previousProtected: "infomax.previousProtected",
  pinRule: "infomax.pinRule",
  openRule: "infomax.openRule",
  explain: "infomax.explain",
  selectDataset: "infomax.selectDataset",
  useSelection: "infomax.useSelection",
  reviewSelection: "infomax.reviewSelection",
  compareSelections: "infomax.compareSelections",
  openReviewMarkdown: "infomax.openReviewMarkdown",
  approveSelection: "infomax.approveSelection",
  applySelection: "infomax.applySelection",
  undoQuarantine: "infomax.undoQuarantine",
  compare: "infomax.compare",
  openComparison: "infomax.openComparison",
  exportComparison: "infomax.exportComparison",
  chooseEncoder: "infomax.chooseEncoder",
  showLog: "infomax.showLog",
} as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

/** Commands that only our own CodeLenses call; not contributed, so not in the palette. */
export const INTERNAL_COMMANDS = {
  protectionMenu: "infomax.internal.protectionMenu",
  goToSample: "infomax.internal.goToSample",
  moreDecisions: "infomax.internal.moreDecisions",
} as const;

/** Settings, without the prefix "infomax.". */
export const SETTINGS = [
  "neighbors", "redundancyWeight", "noiseCutoff", "threshold", "perClass", "keeperRule", "solver", "partition", "partitionSize", "importance", "dynamics", "importanceColumn", "importanceScale", "aumColumn", "pairs",
  "encoder", "embeddings", "idField", "labelField", "textFields", "imageField", "threads", "provider", "seed",
] as const;
export type SettingName = (typeof SETTINGS)[number];
export const SETTINGS_SECTION = "infomax";

/** Settings whose value names a path to load: ignored from an untrusted workspace. */
export const RESTRICTED_SETTINGS: readonly SettingName[] = ["encoder", "embeddings", "dynamics"];

/** Context keys that `when` clauses use. */
export const CONTEXT_KEYS = {
  /** A dataset has been chosen in this window. */
  datasetChosen: "infomax.datasetChosen",
} as const;

export const INSPECTOR_VIEW_TYPE = "infomax.inspector";
/** Of the read-only documents that reviews are opened as. */
export const REVIEW_SCHEME = "infomax-review";
export const DECISIONS_VIEW = "infomax.decisions";

/** Table files that carry CodeLenses and decorations, as a glob and as file name endings. */
export const TABLE_GLOB = "**/*.{jsonl,ndjson,csv,tsv}";
export const TABLE_PATTERN = /\.(jsonl|ndjson|csv|tsv)$/i;
export const IMAGE_PATTERN = /\.(jpe?g|png|webp|gif|tiff?|bmp|avif)$/i;

/** Other text that may name samples by their paths. */
export const TEXT_GLOB = "**/*.{py,yaml,yml,toml,txt}";
export const TEXT_PATTERN = /\.(py|ya?ml|toml|txt)$/i;
