/** What was planted in one dataset, by sample ids. */
export interface PlantedTruth {
  /** Groups with the same content: the original first. */
  readonly exact: readonly (readonly string[])[];
  /** Groups that look or read nearly the same: the original first, then its copies. */
  readonly near: readonly (readonly string[])[];
  /** Samples whose label is not what they show or say. */
  readonly mislabelled: readonly string[];
  readonly rareClass: string;
}

/** The content of examples/truth.json. */
export interface ExampleTruth {
  readonly images: PlantedTruth;
  readonly texts: PlantedTruth;
}
