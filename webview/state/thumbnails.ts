import { debounced } from "../controls/dom.ts";
import type { Channel } from "./channel.ts";
import { ThumbnailRequests } from "./thumbnailRequests.ts";

/** Longer side of what is shown enlarged. */
const SMALL_PIXELS = 96;
/** Thumbnails kept: those that came last. */
const MOST_KNOWN = 6000;
/** Small batches and few of them under way: what comes on the screen next waits for no long queue. */
const BATCH = 40;
const MOST_UNDER_WAY = 2;
/** What has left the screen is not fetched for its own sake. */
const MOST_WAITING = 400;
const RETRY_DELAY_MS = 2000;
/** An answer that takes longer does not hold up the others. */
const PATIENCE_MS = 4000;

/** Thumbnails by sample id: asked for when an image is put on the page, filled in when they arrive. */
export class Thumbnails {
  readonly #channel: Channel;
  /** Object URLs. */
  readonly #known = new Map<string, string>();
  readonly #requests = new ThumbnailRequests();
  /** The last to come on the screen stands last. */
  readonly #waiting = new Map<string, HTMLImageElement | null>();
  #ahead: readonly string[] = [];
  readonly #underWay: ReturnType<typeof setTimeout>[] = [];
  #scheduled = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Makes `image` show the sample, now or as soon as its thumbnail is there. */
  show(image: HTMLImageElement, id: string): void {
    image.dataset.sample = id;
    // Small pictures are enlarged as they are: to smooth them would hide what they show.
    image.addEventListener("load", () => { image.classList.toggle("enlarged", Math.max(image.naturalWidth, image.naturalHeight) <= SMALL_PIXELS); }, { once: true });
    const uri = this.#known.get(id);
    if (uri !== undefined) image.src = uri;
    else if (this.#requests.first(id) || this.#waiting.delete(id)) {
      this.#waiting.set(id, image);
      this.#ask();
    }
  }

  /** Fetches what comes on the screen next, in place of what was said to before, when there is nothing else to fetch. */
  fetchAhead(ids: readonly string[]): void {
    this.#ahead = ids;
    this.#ask();
  }

  receive(thumbnails: { readonly [id: string]: Uint8Array }): void {
    clearTimeout(this.#underWay.shift());
    const ids = Object.keys(thumbnails);
    this.#requests.arrived(ids);
    for (const id of ids) {
      const before = this.#known.get(id);
      if (before !== undefined) URL.revokeObjectURL(before);
      this.#known.set(id, URL.createObjectURL(new Blob([thumbnails[id].slice()], { type: typeOf(thumbnails[id]) })));
    }
    for (const image of document.querySelectorAll<HTMLImageElement>("img[data-sample]")) {
      const id = image.dataset.sample ?? "";
      const uri = this.#known.get(id);
      if (uri !== undefined && Object.hasOwn(thumbnails, id)) image.src = uri;
    }
    for (const [id, uri] of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(id);
      this.#requests.forget(id);
      URL.revokeObjectURL(uri);
    }
    this.#ask();
  }

  /** A request failed: what has not arrived a while later is asked for once more. */
  failed(): void {
    clearTimeout(this.#underWay.shift());
    this.#again();
    this.#ask();
  }

  /** Forgets what did not arrive or no longer holds. */
  clear(): void {
    for (const uri of this.#known.values()) URL.revokeObjectURL(uri);
    this.#known.clear();
    this.#requests.clear();
    this.#waiting.clear();
    this.#ahead = [];
  }

  readonly #again = debounced(RETRY_DELAY_MS, () => {
    for (const id of this.#requests.again()) this.#waiting.set(id, null);
    this.#ask();
  });

  /** In one message for all that came on the screen in this frame; what came last goes first. */
  #ask(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      while (this.#underWay.length < MOST_UNDER_WAY) {
        const ids = this.#next();
        if (ids.length === 0) break;
        this.#send(ids);
      }
      for (const [id, image] of this.#waiting) {
        if (this.#waiting.size <= MOST_WAITING) break;
        if (image?.isConnected === true) continue;
        this.#waiting.delete(id);
        this.#requests.forget(id);
      }
    });
  }

  #next(): readonly string[] {
    const ids = [...this.#waiting.keys()].slice(-BATCH).reverse();
    for (const id of ids) this.#waiting.delete(id);
    if (ids.length > 0) return ids;
    const ahead = this.#ahead.filter((id) => !this.#known.has(id) && this.#requests.first(id));
    this.#ahead = ahead.slice(BATCH);
    for (const id of this.#ahead) this.#requests.forget(id);
    return ahead.slice(0, BATCH);
  }

  #send(ids: readonly string[]): void {
    const timer = setTimeout(() => {
      const at = this.#underWay.indexOf(timer);
      if (at >= 0) this.#underWay.splice(at, 1);
      this.#ask();
    }, PATIENCE_MS);
    this.#underWay.push(timer);
    this.#channel.send({ type: "getThumbnails", ids });
  }
}

/** By the first byte: these three kinds come. */
function typeOf(bytes: Uint8Array): string {
  return bytes[0] === 0xff ? "image/jpeg" : bytes[0] === 0x89 ? "image/png" : "image/webp";
}
