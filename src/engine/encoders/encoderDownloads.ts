import { readdir, rename, stat, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { presetNamed, PRESETS, type EncoderPreset, type EncoderUse } from "../../core/embedding/presets.ts";
import { downloadReference, encoderFolder, encoderStore, isCommit, settingFor, settingOfFolder, type EncoderReference } from "../../core/encoders/encoderName.ts";
import { ENCODER_FILE, isComplete, readEncoderRecord, type EncoderRecord } from "../../core/encoders/encoderRecord.ts";
import { InfomaxError, throwIfCancelled } from "../../core/errors.ts";
import type { Progress } from "../../protocol/dataset.ts";
import type { DownloadEncoderParams, EncoderPlan, EncoderView } from "../../protocol/encoderRequests.ts";
import { withFolderLock } from "./folderLock.ts";
import { downloadFailed, hostAddress, hostOf, listRepository, type HubFile } from "./hub.ts";
import { neededFiles, placeOf } from "./neededFiles.ts";
import { PART, transferFile } from "./transfer.ts";

/** How a repository without a preset is used; what it says of pooling itself (1_Pooling) holds. */
const DEFAULT_USE: Omit<EncoderUse, "pooling"> = { padding: "longest", prefix: "", threshold: 0.95 };
/** Room that a download leaves on the disk. */
const SPARE_BYTES = 64 * 2 ** 20;

interface Context {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** What a download consists of. */
interface Planned {
  readonly reference: EncoderReference;
  readonly commit: string;
  readonly kind: EncoderView["kind"];
  readonly licence: string;
  readonly files: readonly HubFile[];
  readonly bytes: number;
  readonly folder: string;
}

/** The encoders that can be downloaded and those that were. Nothing is asked of the host but by {@link plan} and {@link download}. */
export class EncoderDownloads {
  private readonly storage: string;
  private readonly environment: Readonly<Record<string, string | undefined>>;
  private readonly pauseMs: number | undefined;

  /**
   * @param storage folder for caches, under which the encoders lie
   * @param environment HF_ENDPOINT names a mirror
   * @param pauseMs first pause before a broken connection is tried again
   */
  constructor(storage: string, environment: Readonly<Record<string, string | undefined>>, pauseMs?: number) {
    this.storage = storage;
    this.environment = environment;
    this.pauseMs = pauseMs;
  }

  /** The presets in their order, then all else that was downloaded. */
  async list(): Promise<readonly EncoderView[]> {
    const installed = await this.installed();
    const presets = PRESETS.map((preset) => installed.get(preset.name) ?? viewOfPreset(preset, encoderFolder(this.storage, { preset, repository: preset.repository }, preset.revision)));
    return [...presets, ...[...installed.values()].filter(({ name }) => presetNamed(name) === undefined).sort((a, b) => (a.name < b.name ? -1 : 1))];
  }

  /** What a download would bring, as the host lists it now; an encoder that is there already is not asked for. */
  async plan(name: string, signal?: AbortSignal): Promise<EncoderPlan> {
    const host = hostAddress(this.environment);
    const reference = downloadReference(name);
    if (isCommit(reference.revision)) {
      const view = await this.view(reference, reference.revision);
      if (view !== null) return { ...view, host: hostOf(host), files: 0, missingBytes: 0 };
    }
    const planned = await this.planned(host, reference, signal);
    const view = await this.view(reference, planned.commit);
    if (view !== null) return { ...view, host: hostOf(host), files: 0, missingBytes: 0 };
    const { commit, kind, licence, bytes, folder, files } = planned;
    return {
      name: settingFor(reference, commit), repository: reference.repository, commit, kind, licence, bytes, folder, installed: false,
      host: hostOf(host), files: files.length, missingBytes: bytes - await this.downloaded(planned),
    };
  }

  /**
   * Downloads an encoder that the user has agreed to; goes on where an earlier download stopped.
   * @throws InfomaxError download-failed also when it is larger than what was agreed to
   */
  async download({ name, commit, bytes }: DownloadEncoderParams, context: Context = {}): Promise<EncoderView> {
    const { signal } = context;
    const host = hostAddress(this.environment);
    const reference = { ...downloadReference(name), revision: commit };
    const known = await this.view(reference, commit);
    if (known !== null) return known;
    context.onProgress?.({ stage: stageOf(reference), done: 0, total: bytes, unit: "bytes" });
    const planned = await this.planned(host, reference, signal);
    if (planned.commit !== commit) throw downloadFailed(`${hostOf(host)} answers with commit ${planned.commit} for ${commit}`, "Check HF_ENDPOINT.");
    if (planned.bytes > bytes) throw downloadFailed(`${hostOf(host)} lists ${planned.bytes} bytes now, and ${bytes} were agreed to`, "Start the download anew and answer again.");
    return withFolderLock(planned.folder, async () => {
      await this.checkRoom(planned);
      const record = await this.transferAll(host, planned, context);
      throwIfCancelled(signal);
      const file = path.join(planned.folder, ENCODER_FILE);
      await writeFile(`${file}.tmp`, `${JSON.stringify(record, null, 2)}\n`);
      await rename(`${file}.tmp`, file);
      return viewOf(record, planned.folder);
    });
  }

  private async planned(host: string, reference: EncoderReference, signal: AbortSignal | undefined): Promise<Planned> {
    const { repository, revision, preset } = reference;
    const listing = await listRepository(host, repository, revision, signal);
    if (isCommit(revision) && listing.commit !== revision) throw downloadFailed(`${hostOf(host)} answers with commit ${listing.commit} for ${revision}`, "Check HF_ENDPOINT.");
    const { kind, files } = neededFiles(listing, repository, preset);
    const unchecked = files.find((file) => file.sha256 === null && file.blob === null);
    if (unchecked !== undefined) throw downloadFailed(`${hostOf(host)} lists ${unchecked.path} without a checksum`, "Check HF_ENDPOINT.");
    const names = new Set<string>();
    // Also in another case, which some file systems take for the same file.
    const twice = files.find((file) => names.size === names.add(file.path.toLowerCase()).size);
    if (twice !== undefined) throw downloadFailed(`${hostOf(host)} lists ${twice.path} twice`, "Check HF_ENDPOINT, or do not use this repository.");
    return {
      reference, commit: listing.commit, kind, files, licence: preset?.licence ?? listing.licence ?? "not stated",
      bytes: files.reduce((sum, file) => sum + file.size, 0), folder: encoderFolder(this.storage, reference, listing.commit),
    };
  }

  private async transferAll(host: string, planned: Planned, { signal, onProgress }: Context): Promise<EncoderRecord> {
    const { reference, commit, files, bytes, folder } = planned;
    const stage = stageOf(reference);
    const rate = new Rate();
    const records: EncoderRecord["files"] = [];
    let before = 0;
    for (const file of files) {
      const address = `${host}/${reference.repository}/resolve/${commit}/${file.path}`;
      let last: number | null = null;
      const sha256 = await transferFile(address, file, placeOf(folder, file.path), {
        signal, pauseMs: this.pauseMs,
        onBytes: (done) => {
          // The first figure is what lay there already.
          if (last !== null) rate.add(done - last);
          last = done;
          onProgress?.({ stage, done: before + done, total: bytes, unit: "bytes", rate: rate.value });
        },
      });
      before += file.size;
      records.push({ path: file.path, size: file.size, sha256 });
    }
    const { preset, repository } = reference;
    const { padding, prefix, threshold } = preset ?? DEFAULT_USE;
    return { version: 1, repository, commit, kind: planned.kind, licence: planned.licence, ...(preset === null ? {} : { pooling: preset.pooling }), padding, prefix, threshold, files: records };
  }

  /** Bytes of a download that are on the disk. */
  private async downloaded({ files, folder }: Planned): Promise<number> {
    let sum = 0;
    for (const file of files) {
      const place = placeOf(folder, file.path);
      const sizes = await Promise.all([place, `${place}${PART}`].map((name) => stat(name).then((found) => found.size, () => 0)));
      sum += Math.min(file.size, Math.max(...sizes));
    }
    return sum;
  }

  private async checkRoom(planned: Planned): Promise<void> {
    const missing = planned.bytes - await this.downloaded(planned);
    // Not every file system says how much room it has.
    const room = await statfs(planned.folder).then((found) => found.bavail * found.bsize, () => Infinity);
    if (missing > 0 && room < missing + SPARE_BYTES) {
      throw new InfomaxError("download-failed", l10n.t("the disk has room for {0} MB, and {1} MB are to come", Math.floor(room / 1e6), Math.ceil(missing / 1e6)), l10n.t("Make room, or name another cache folder."), { file: planned.folder });
    }
  }

  /** A downloaded encoder, or null when it is not there or not whole. */
  private async view(reference: EncoderReference, commit: string): Promise<EncoderView | null> {
    const folder = encoderFolder(this.storage, reference, commit);
    const record = await readEncoderRecord(folder).catch(() => null);
    return record !== null && await isComplete(folder, record) ? viewOf(record, folder) : null;
  }

  /** What was downloaded, by the setting that leads to it. */
  private async installed(): Promise<ReadonlyMap<string, EncoderView>> {
    const store = encoderStore(this.storage);
    const found = new Map<string, EncoderView>();
    for (const name of await readdir(store).catch(() => [])) {
      for (const commit of await readdir(path.join(store, name)).catch(() => [])) {
        const folder = path.join(store, name, commit);
        const record = settingOfFolder(folder) === null ? null : await readEncoderRecord(folder).catch(() => null);
        if (record === null || !await isComplete(folder, record)) continue;
        const view = viewOf(record, folder);
        found.set(view.name, view);
      }
    }
    return found;
  }
}

function viewOf({ repository, commit, kind, licence, files }: EncoderRecord, folder: string): EncoderView {
  return { name: settingOfFolder(folder) ?? folder, repository, commit, kind, licence, bytes: files.reduce((sum, file) => sum + file.size, 0), folder, installed: true };
}

function viewOfPreset({ name, repository, revision, kind, licence, bytes }: EncoderPreset, folder: string): EncoderView {
  return { name, repository, commit: revision, kind, licence, bytes, folder, installed: false };
}

function stageOf({ preset, repository }: EncoderReference): string {
  return `Downloading ${preset?.name ?? repository}`;
}

/** Bytes a second over the last few seconds. */
class Rate {
  private readonly marks: { readonly at: number; readonly bytes: number }[] = [{ at: performance.now(), bytes: 0 }];
  private bytes = 0;

  add(bytes: number): void {
    // A file that begins anew gives no speed.
    this.bytes += Math.max(0, bytes);
    const now = performance.now();
    if (now - this.marks[this.marks.length - 1].at > 250) this.marks.push({ at: now, bytes: this.bytes });
    if (this.marks.length > 20) this.marks.shift();
  }

  get value(): number {
    const seconds = (performance.now() - this.marks[0].at) / 1000;
    return seconds < 0.2 ? 0 : (this.bytes - this.marks[0].bytes) / seconds;
  }
}
