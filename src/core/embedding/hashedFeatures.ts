/** Of the projection: nine bits name one. */
export const HASHED_DIMENSIONS = 512;
/** Each feature is spread over six dimensions, so that chance collisions average out: three for each 32-bit hash. */
const HASHES = 2;
const SHORTEST_GRAM = 2;
const LONGEST_GRAM = 4;
const PAIR = 0.25;
const PARTS = 0.5;
const GRAMS = 0.75;
const SIGN = 0.05;
/** By length, of each n-gram of a script without spaces; in sum a character weighs about half an English word. */
const RUN_GRAMS = [0.2, 0.6, 0.4, 0.2];
const FNV = 0x01000193;
const FNV_START = 0x811c9dc5;
const START_MARK = 94;
const END_MARK = 36;
const GOLDEN = 0x9e3779b1;
const FIRST_SLOTS = 4096;
/** The table of a long text is not kept for the next one. */
const MOST_KEPT_SLOTS = 1 << 17;

/** Changes with every feature or weight here. */
export const HASHED_FEATURES = "hashed-text-2";

/** The finaliser of murmur3. */
function mix(value: number): number {
  let h = value;
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Rises from 0.2 for one letter to near 1 for long words: short words are mostly function words. */
function wordWeight(length: number): number {
  const x = length / 5;
  return 0.2 + (0.8 * x * x) / (1 + x * x);
}

/**
 * Collects words, word pairs and character 2- to 4-grams of a text, hashed (FNV-1a over UTF-16 units, mixed by murmur3's
 * finaliser), and projects them by a seeded sparse sign projection (feature hashing, Weinberger et al. 2009; sparse
 * projection, Achlioptas 2003).
 *
 * Two stand-ins for rarity need no corpus: words weigh more the longer they are, and a feature counts once, at the root
 * of its weight, however often it occurs. So the commonest words and letters, which a long text shares with all others
 * of its language, do not outweigh what it says once.
 */
export class HashedFeatures {
  /** Open addressing: a slot is free when its stamp is not the present text's. */
  private slots = FIRST_SLOTS;
  private keys = new Int32Array(FIRST_SLOTS);
  private weights = new Float64Array(FIRST_SLOTS);
  private stamps = new Uint32Array(FIRST_SLOTS);
  private used = new Uint32Array(FIRST_SLOTS);
  private count = 0;
  private stamp = 1;
  private previous = 0;
  private readonly start: number;

  constructor(seed: number) {
    this.start = FNV_START ^ Math.imul(seed, GOLDEN);
  }

  word(word: string, parts: readonly string[] | null): void {
    const weight = wordWeight(word.length);
    const own = this.hash(word);
    this.add(own, weight);
    this.add(mix(own ^ Math.imul(this.previous, GOLDEN)), PAIR * weight);
    this.previous = own;
    this.grams(word, weight);
    if (parts !== null) for (const part of parts) this.add(this.hash(part), PARTS * wordWeight(part.length));
  }

  run(characters: string): void {
    const { length } = characters;
    for (let at = 0; at < length; at++) {
      let h = this.start;
      const longest = Math.min(RUN_GRAMS.length, length - at);
      for (let n = 0; n < longest; n++) {
        h = Math.imul(h ^ characters.charCodeAt(at + n), FNV);
        this.add(mix(h), RUN_GRAMS[n]);
      }
    }
    this.previous = this.start;
  }

  sign(character: string): void {
    this.add(this.hash(character), SIGN);
  }

  /** Adds the text's projection to `out`, 512 numbers, forgets the text, and says whether there was anything. */
  project(out: Float32Array): boolean {
    const { keys, weights, used, count } = this;
    for (let i = 0; i < count; i++) {
      const slot = used[i];
      const value = Math.sqrt(weights[slot]);
      let h = keys[slot];
      for (let s = 0; s < HASHES; s++) {
        h = mix((h + 0x9e3779b9 + s) | 0);
        out[h & 511] += (h & 0x200) !== 0 ? value : -value;
        out[(h >>> 10) & 511] += (h & 0x80000) !== 0 ? value : -value;
        out[(h >>> 20) & 511] += (h & 0x20000000) !== 0 ? value : -value;
      }
    }
    this.count = 0;
    this.stamp++;
    if (this.slots > MOST_KEPT_SLOTS) this.resize(FIRST_SLOTS);
    this.previous = 0;
    return count > 0;
  }

  private hash(text: string): number {
    let h = this.start;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), FNV);
    return mix(h ^ END_MARK);
  }

  /** The n-grams of a word between marks of its start and end. */
  private grams(word: string, weight: number): void {
    const last = word.length + 1;
    let count = 0;
    for (let n = SHORTEST_GRAM; n <= LONGEST_GRAM; n++) count += Math.max(0, last + 2 - n);
    const each = (GRAMS * weight) / Math.sqrt(count);
    for (let at = 0; at < last; at++) {
      let h = this.start;
      const end = Math.min(last, at + LONGEST_GRAM - 1);
      for (let i = at; i <= end; i++) {
        h = Math.imul(h ^ (i === 0 ? START_MARK : i === last ? END_MARK : word.charCodeAt(i - 1)), FNV);
        if (i > at) this.add(mix(h), each);
      }
    }
  }

  private add(key: number, weight: number): void {
    let slot = key & (this.slots - 1);
    while (this.stamps[slot] === this.stamp) {
      if (this.keys[slot] === key) {
        if (weight > this.weights[slot]) this.weights[slot] = weight;
        return;
      }
      slot = (slot + 1) & (this.slots - 1);
    }
    this.stamps[slot] = this.stamp;
    this.keys[slot] = key;
    this.weights[slot] = weight;
    this.used[this.count++] = slot;
    if (2 * this.count > this.slots) this.grow();
  }

  private grow(): void {
    const { keys, weights, used, count } = this;
    this.resize(2 * this.slots);
    for (let i = 0; i < count; i++) this.add(keys[used[i]], weights[used[i]]);
  }

  private resize(slots: number): void {
    this.slots = slots;
    this.keys = new Int32Array(slots);
    this.weights = new Float64Array(slots);
    this.stamps = new Uint32Array(slots);
    this.used = new Uint32Array(slots);
    this.count = 0;
    this.stamp = 1;
  }
}
