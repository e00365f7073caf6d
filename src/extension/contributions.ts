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
  unprotect: "infomax.unprotect",
  exclude: "infomax.exclude",
  include: "infomax.include",
  explain: "infomax.explain",
  selectDataset: "infomax.selectDataset",
  useSelection: "infomax.useSelection",
  chooseEncoder: "infomax.chooseEncoder",
  showLog: "infomax.showLog",
} as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

/** Commands that only our own CodeLenses call; not contributed, so not in the palette. */
export const INTERNAL_COMMANDS = {
  protectionMenu: "infomax.internal.protectionMenu",
  goToSample: "infomax.internal.goToSample",
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

/** Table files that carry CodeLenses and decorations, as a glob and as file name endings. */
export const TABLE_GLOB = "**/*.{jsonl,ndjson,csv,tsv}";
export const TABLE_PATTERN = /\.(jsonl|ndjson|csv|tsv)$/i;
export const IMAGE_PATTERN = /\.(jpe?g|png|webp|gif|tiff?|bmp|avif)$/i;
