import { debounced } from "./dom.ts";
import { send } from "./host.ts";
import { ThumbnailRequests } from "./thumbnailRequests.ts";

const BATCH = 100;
const RETRY_DELAY_MS = 2000;

/** Thumbnails by sample id: asked for when an image is put on the page, filled in when they arrive. */
export class Thumbnails {
  readonly #known = new Map<string, string>();
  readonly #requests = new ThumbnailRequests();
  #waiting: string[] = [];
  readonly #ask = debounced(30, () => {
    const ids = this.#waiting;
    this.#waiting = [];
    for (let start = 0; start < ids.length; start += BATCH) send({ type: "getThumbnails", ids: ids.slice(start, start + BATCH) });
  });

  /** Makes `image` show the sample, now or as soon as its thumbnail is there. */
  show(image: HTMLImageElement, id: string): void {
    image.dataset.sample = id;
    const uri = this.#known.get(id);
    if (uri !== undefined) image.src = uri;
    else if (this.#requests.first(id)) {
      this.#waiting.push(id);
      this.#ask();
    }
  }

  receive(thumbnails: { readonly [id: string]: string }): void {
    this.#requests.arrived(Object.keys(thumbnails));
    for (const id of Object.keys(thumbnails)) this.#known.set(id, thumbnails[id]);
    for (const image of document.querySelectorAll<HTMLImageElement>("img[data-sample]")) {
      const uri = thumbnails[image.dataset.sample ?? ""];
      if (uri !== undefined && image.getAttribute("src") !== uri) image.src = uri;
    }
  }

  /** A request failed: what has not arrived a while later is asked for once more. */
  readonly failed = debounced(RETRY_DELAY_MS, () => {
    this.#waiting.push(...this.#requests.again());
    if (this.#waiting.length > 0) this.#ask();
  });

  /** Forgets what did not arrive or no longer holds. */
  clear(): void {
    this.#known.clear();
    this.#requests.clear();
    this.#waiting = [];
  }
}
