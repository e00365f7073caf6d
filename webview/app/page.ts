import type { InspectorPage } from "../../src/protocol/webview.ts";
import type { SampleCache } from "../state/sampleCache.ts";
import type { Store } from "../state/store.ts";
import type { Thumbnails } from "../state/thumbnails.ts";

/** What every page draws from. */
export interface Inspected {
  readonly store: Store;
  readonly samples: SampleCache;
  readonly thumbnails: Thumbnails;
  /** Opens another page. */
  readonly goTo: (page: InspectorPage) => void;
}

/** One tab of the inspector. */
export interface Page {
  /** Fills its place and scrolls by itself. */
  readonly element: HTMLElement;
  /** It has come on the screen; also called when the data change while it is there. Nothing is drawn or asked for before. */
  shown(): void;
  /** It has left the screen. */
  hidden?(): void;
}
