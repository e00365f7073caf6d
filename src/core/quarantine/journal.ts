import { open, readFile, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { isRecord } from "../dataset/identity.ts";
import { InfomaxError, messageOf } from "../errors.ts";
import { WORK_FOLDER } from "../store/workFolder.ts";
import { errno, type Disk } from "./disk.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { QUARANTINE, checkOperation, operationPlaces, quarantineFolder, unclean, type OperationPlaces } from "./places.ts";

const FORMAT = "infomax-quarantine";
const VERSION = 1;
const LINE_FEED = 0x0a;
const HEX_64 = /^[0-9a-f]{64}$/;
/** The last line of a journal that is closed is short. */
const TAIL_BYTES = 4096;

/** First line of a journal. */
export interface JournalHeader {
  readonly operation: string;
  /** ISO 8601. */
  readonly when: string;
  readonly selection: string;
  /** SHA-256 of the selection file. */
  readonly selectionSha256: string;
  readonly datasetDigest: string;
  readonly configDigest: string | null;
}

/** A file that a quarantine is to move; `path` is POSIX and relative to the root. */
export interface PlannedFile extends Fingerprint {
  readonly path: string;
}

/** What the audit log is to tell, in this order. */
export type Telling =
  | { readonly what: "quarantined"; readonly paths: readonly string[]; readonly bytes: number }
  | { readonly what: "restored"; readonly paths: readonly string[]; readonly left: number; readonly whole: boolean };

/** A later line of a journal. */
export type JournalEvent =
  /** All that can be is in quarantine; `left` stays in its place. */
  | { readonly event: "done"; readonly when: string; readonly left: readonly string[] }
  /** These are to be moved back; null: all. */
  | { readonly event: "undo"; readonly when: string; readonly ids: readonly string[] | null }
  /** They are back but for `left`. */
  | { readonly event: "restored"; readonly when: string; readonly left: readonly string[] }
  /** The audit log has what this says; `more` further events are still to be told. */
  | { readonly event: "audited"; readonly what: Telling["what"]; readonly more: number };

/**
 * The plan of a quarantine and what became of it. The plan is on the disk, whole, before the first file moves; where each file is, the disk alone
 * tells (its own place or the one in quarantine), so a kill at any point loses nothing. Events are appended; a last line that was cut off counts
 * for nothing and is written over.
 */
export class Journal {
  readonly root: string;
  readonly places: OperationPlaces;
  readonly header: JournalHeader;
  readonly files: ReadonlyMap<string, PlannedFile>;
  /** "moving": files go to quarantine, "undoing": they come back, "settled": neither. */
  phase: "moving" | "settled" | "undoing" = "moving";
  /** What lies in quarantine as events tell it; empty while files are still moving there. */
  readonly held = new Set<string>();
  /** What is being moved back, where the phase is "undoing"; null: all. */
  wanted: Set<string> | null = new Set();
  /** Not in the audit log yet. */
  readonly untold: Telling[] = [];
  /** How often the audit log has been told, by event. */
  readonly told = { quarantined: 0, restored: 0 };
  /** Bytes of the whole lines: the next one goes there. */
  #length: number;

  private constructor(root: string, header: JournalHeader, files: ReadonlyMap<string, PlannedFile>, length: number) {
    this.root = root;
    this.places = operationPlaces(root, header.operation);
    this.header = header;
    this.files = files;
    this.#length = length;
  }

  /** It was neither finished nor taken back, or the audit log does not tell of it yet. */
  get isOpen(): boolean {
    return this.phase !== "settled" || this.untold.length > 0;
  }

  /**
   * Makes the folder of a new quarantine and writes its plan whole, or nothing: beside its place, synced, then renamed. The folder of all
   * quarantines is there. {@link settle} before the first move.
   */
  static async create(root: string, header: JournalHeader, files: readonly PlannedFile[], disk: Disk): Promise<Journal> {
    const places = operationPlaces(root, header.operation);
    const lines = [JSON.stringify({ format: FORMAT, version: VERSION, ...header }), ...files.map(({ path, bytes, sha256, link }) => JSON.stringify({ path, bytes, sha256, ...(link === null ? {} : { link }) }))];
    // In parts, since one string holds no more than half a gigabyte.
    const bytes = Buffer.concat(lines.map((line) => Buffer.from(`${line}\n`)));
    await disk.makeFolder(places.folder);
    try {
      await disk.createFile(places.unwritten, bytes);
      await disk.syncFile(places.unwritten);
      await disk.rename(places.unwritten, places.journal);
    } catch (thrown) {
      if (errno(thrown) !== "") await sweep(places, disk);
      throw thrown;
    }
    return new Journal(root, header, new Map(files.map((file) => [file.path, file])), bytes.length);
  }

  /** The journal's name, and the folders above it, are on the disk when this returns. */
  async settle(disk: Disk): Promise<void> {
    for (const folder of [this.places.folder, quarantineFolder(this.root), path.join(this.root, WORK_FOLDER), this.root]) await disk.syncFolder(folder);
  }

  /**
   * Reads a journal, which is untrusted: each path in it is clean, or it is an error.
   * @throws InfomaxError not-found, bad-data with the line, outside-root (a link)
   */
  static async read(root: string, operation: string): Promise<Journal> {
    await checkOperation(root, operation);
    const shown = `${QUARANTINE}/${operation}/journal.jsonl`;
    const places = operationPlaces(root, operation);
    const bad = (problem: string, line: number): InfomaxError => new InfomaxError(
      "bad-data", problem, `Restore the journal from a backup or git; the quarantined files lie in ${QUARANTINE}/${operation}/files and can be moved back by hand.`, { file: shown, line });
    let bytes: Buffer;
    try {
      bytes = await readFile(places.journal);
    } catch (thrown) {
      if (errno(thrown) === "ENOENT") throw new InfomaxError("not-found", `there is no quarantine "${operation}"`, "Run infomax undo --list to see their names.", {}, thrown);
      throw new InfomaxError("bad-data", `it cannot be read (${messageOf(thrown)})`, "Make the file readable.", { file: shown }, thrown);
    }
    const files = new Map<string, PlannedFile>();
    let journal: Journal | null = null;
    let number = 0;
    for (let start = 0, end = bytes.indexOf(LINE_FEED); end >= 0; start = end + 1, end = bytes.indexOf(LINE_FEED, start)) {
      number++;
      let value: unknown;
      try {
        value = JSON.parse(bytes.toString("utf8", start, end));
      } catch {
        throw bad("the line is no JSON", number);
      }
      if (!isRecord(value)) throw bad("the line is no object", number);
      if (journal === null) {
        const header = headerOf(value, operation);
        if (header === null) throw bad(`the file is no journal of version ${VERSION} of this quarantine`, number);
        journal = new Journal(root, header, files, 0);
      } else if (value["event"] === undefined) {
        if (journal.phase !== "moving") throw bad("a file stands after an event", number);
        const { file, fault } = plannedFile(value);
        if (file === null) throw bad(fault, number);
        if (files.has(file.path)) throw bad("the file stands in a line before", number);
        files.set(file.path, file);
      } else {
        const event = eventOf(value);
        const fault = event === null ? "the line is no event" : journal.#apply(event);
        if (fault !== null) throw bad(fault, number);
      }
      journal.#length = end + 1;
    }
    if (journal === null) throw bad("the first line is missing", 1);
    return journal;
  }

  /** Appends an event; it is on the disk when this returns. */
  async append(event: JournalEvent, disk: Disk): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(event)}\n`);
    await disk.appendAt(this.places.journal, this.#length, bytes);
    await disk.syncFile(this.places.journal);
    const fault = this.#apply(event);
    if (fault !== null) throw new Error(fault);
    this.#length += bytes.length;
  }

  /** Takes an event in; why it cannot be, or null. */
  #apply(event: JournalEvent): string | null {
    const misplaced = `"${event.event}" stands where it cannot`;
    switch (event.event) {
      case "done": {
        if (this.phase !== "moving") return misplaced;
        const left = new Set(event.left);
        let bytes = 0;
        for (const file of this.files.values()) {
          if (left.has(file.path)) continue;
          this.held.add(file.path);
          bytes += file.bytes;
        }
        this.phase = "settled";
        this.untold.push({ what: "quarantined", paths: [...this.held], bytes });
        return null;
      }
      case "undo": {
        if (this.phase === "moving") return misplaced;
        // One that was interrupted goes on with the next.
        if (this.phase === "settled") this.wanted = new Set();
        if (event.ids === null) this.wanted = null;
        else for (const id of event.ids) this.wanted?.add(id);
        this.phase = "undoing";
        return null;
      }
      case "restored": {
        if (this.phase !== "undoing") return misplaced;
        const left = new Set(event.left);
        const paths = [...this.held].filter((id) => !left.has(id) && (this.wanted === null || this.wanted.has(id)));
        for (const id of paths) this.held.delete(id);
        this.phase = "settled";
        this.untold.push({ what: "restored", paths, left: event.left.length, whole: this.held.size === 0 });
        return null;
      }
      case "audited": {
        const telling = this.untold.shift();
        if (telling?.what !== event.what || this.untold.length !== event.more) return misplaced;
        this.told[event.what]++;
        return null;
      }
    }
  }
}

/** Takes the folder of a quarantine away whose plan was never written: nothing was moved to it. Leaves it where anything else lies in it. */
export async function sweep(places: OperationPlaces, disk: Disk): Promise<void> {
  for (const step of [() => disk.unlink(places.unwritten), () => disk.removeFolder(places.folder)]) {
    await step().catch((thrown: unknown) => {
      if (errno(thrown) === "") throw thrown;
    });
  }
}

/**
 * Whether a journal says at its end that all is done and told. Reads the end alone.
 * @throws InfomaxError outside-root, bad-data (a link or folder in its place)
 */
export async function isClosed(root: string, operation: string): Promise<boolean> {
  await checkOperation(root, operation);
  let handle: FileHandle | undefined;
  try {
    handle = await open(operationPlaces(root, operation).journal, "r");
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const tail = Buffer.alloc(size - start);
    const { bytesRead } = await handle.read(tail, 0, tail.length, start);
    const lines = tail.toString("utf8", 0, bytesRead).split("\n");
    const event = eventOf(JSON.parse(lines.at(-2) ?? "null"));
    return event?.event === "audited" && event.more === 0;
  } catch {
    // The last line is too long or no JSON, or it cannot be read: no journal that is known to be closed.
    return false;
  } finally {
    await handle?.close();
  }
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);

function headerOf(value: Readonly<Record<string, unknown>>, operation: string): JournalHeader | null {
  const { format, version, operation: own, when, selection, selectionSha256, datasetDigest, configDigest } = value;
  if (format !== FORMAT || version !== VERSION || own !== operation || !isText(when) || !isText(selection) || !isText(selectionSha256) || !HEX_64.test(selectionSha256)
    || !isText(datasetDigest) || (configDigest !== null && !isText(configDigest))) return null;
  return { operation, when, selection, selectionSha256, datasetDigest, configDigest };
}

/** A line of the plan, or what is wrong with it. */
function plannedFile(value: Readonly<Record<string, unknown>>): { readonly file: PlannedFile | null; readonly fault: string } {
  const none = (fault: string): { readonly file: null; readonly fault: string } => ({ file: null, fault });
  const { path: file, bytes, sha256 } = value;
  const target = value["link"] ?? null;
  if (!isText(file)) return none("the line names no file");
  const fault = unclean(file);
  if (fault !== null) return none(`the path ${fault}`);
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0 || !isText(sha256) || !HEX_64.test(sha256) || (target !== null && !isText(target))) {
    return none("the line does not say size and SHA-256 of its file");
  }
  return { file: { path: file, bytes, sha256, link: target }, fault: "" };
}

function eventOf(value: unknown): JournalEvent | null {
  if (!isRecord(value)) return null;
  const { event, when, left, ids, what, more } = value;
  switch (event) {
    case "done":
    case "restored": return isText(when) && isTexts(left) ? { event, when, left } : null;
    case "undo": return isText(when) && (ids === null || isTexts(ids)) ? { event, when, ids } : null;
    case "audited": return (what === "quarantined" || what === "restored") && typeof more === "number" ? { event, what, more } : null;
    default: return null;
  }
}
