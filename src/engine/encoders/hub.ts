import * as l10n from "@vscode/l10n";
import { z } from "zod";
import { InfomaxError, messageOf, throwIfCancelled } from "../../core/errors.ts";

/** Where encoders come from; the environment variable HF_ENDPOINT names a mirror, as for the host's own tools. */
export const DEFAULT_HOST = "https://huggingface.co";
/** A listing of a repository's files is far smaller. */
const MOST_LISTING_BYTES = 16 * 2 ** 20;
/** A host that sends nothing for this long is given up. */
export const STALL_MS = 30_000;

/** A file of a repository at one commit. `sha256` is known of large files (LFS), `blob`, git's SHA-1, of the others. */
export interface HubFile {
  /** POSIX path within the repository, as the host says it: not to be trusted. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string | null;
  readonly blob: string | null;
}

export interface HubListing {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** As the repository's card says, or null. */
  readonly licence: string | null;
  readonly files: readonly HubFile[];
}

const listingSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  cardData: z.object({ license: z.unknown() }).partial().nullish(),
  tags: z.array(z.string()).nullish(),
  siblings: z.array(z.object({
    rfilename: z.string(),
    size: z.int().min(0),
    blobId: z.string().regex(/^[0-9a-f]{40}$/).nullish(),
    lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().min(0) }).nullish(),
  })),
});

/** An encoder from a folder needs no network: that remedy every failed download has. */
export function downloadFailed(problem: string, remedy: string, cause?: unknown): InfomaxError {
  return new InfomaxError("download-failed", problem, `${remedy} ${l10n.t("Or copy the encoder's files from another computer and give their folder.")}`, {}, cause);
}

/** The host's address without a slash at its end. @throws InfomaxError bad-argument for one that is no address */
export function hostAddress(environment: Readonly<Record<string, string | undefined>>): string {
  const given = environment["HF_ENDPOINT"] || DEFAULT_HOST;
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) throw new InfomaxError("bad-argument", `HF_ENDPOINT ("${given}") is no web address`, `Give one such as ${DEFAULT_HOST}, or unset it.`);
  const { username, password, search, hash, href } = new URL(given);
  // Not repeated in the message: it may hold a password.
  if (username !== "" || password !== "") throw new InfomaxError("bad-argument", "HF_ENDPOINT holds a user name or password, which are not sent", `Give an address without them, such as ${DEFAULT_HOST}, or unset it.`);
  if (search !== "" || hash !== "") throw new InfomaxError("bad-argument", `HF_ENDPOINT ("${given}") ends in a query`, `Give an address such as ${DEFAULT_HOST}, or unset it.`);
  return href.replace(/[?#]?$/, "").replace(/\/+$/, "");
}

/** Why a connection failed: fetch says no more than "fetch failed", and its causes say why. */
function reasonOf(thrown: unknown): string {
  let reason = thrown;
  while (reason instanceof Error && reason.cause !== undefined) reason = reason.cause;
  if (reason instanceof AggregateError && reason.errors.length > 0) return messageOf(reason.errors[0]);
  return messageOf(reason);
}

export function hostOf(address: string): string {
  return new URL(address).host;
}

/** The failure of a request, in words; cancellation as itself. */
export function connectionFailure(address: string, what: string, thrown: unknown, signal: AbortSignal | undefined): InfomaxError {
  throwIfCancelled(signal);
  if (thrown instanceof InfomaxError) return thrown;
  return downloadFailed(l10n.t("{0} could not be fetched from {1} ({2})", what, hostOf(address), reasonOf(thrown)), l10n.t("Check the network and try again."), thrown);
}

function statusFailure(address: string, what: string, status: number): InfomaxError {
  const host = hostOf(address);
  // The host answers 401 for what does not exist, lest it tell which private repositories there are.
  if (status === 401 || status === 403 || status === 404) {
    return downloadFailed(l10n.t("{0} has no {1} that is open to all (it answered {2})", host, what, status), l10n.t("Check the name and the revision."));
  }
  return downloadFailed(l10n.t("{0} answered {1} for {2}", host, status, what), status === 429 ? l10n.t("It allows no more requests for now: try again later.") : l10n.t("Try again later."));
}

/** A request that is given up when the signal fires, or when nothing arrives for a while. The caller drains or cancels the body. */
export async function request(address: string, what: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Response> {
  // Bytes are counted and resumed: they must come as they lie on the host.
  const response = await fetch(address, { headers: { "accept-encoding": "identity", "user-agent": "infomax-inspector", ...headers }, signal, redirect: "follow" });
  if (new URL(address).protocol === "https:" && new URL(response.url).protocol !== "https:") {
    await response.body?.cancel();
    throw downloadFailed(`${hostOf(address)} sends ${what} from ${hostOf(response.url)} without encryption`, "Use another host.");
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw statusFailure(address, what, response.status);
  }
  return response;
}

/** A signal that fires with another one, or when {@link alive} was not called for {@link STALL_MS}. */
export class Watch {
  private readonly controller = new AbortController();
  private readonly outer: AbortSignal | undefined;
  private readonly forward = (): void => { this.controller.abort(); };
  private timer: NodeJS.Timeout | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.outer = outer;
    if (outer?.aborted) this.forward();
    outer?.addEventListener("abort", this.forward, { once: true });
    this.alive();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  alive(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.controller.abort(new Error(`nothing arrived for ${STALL_MS / 1000} s`)); }, STALL_MS);
  }

  end(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener("abort", this.forward);
  }
}

/**
 * Lists a repository's files at a revision, with sizes and checksums. This is the only request before the user is asked.
 * @param host address without a slash at its end
 */
export async function listRepository(host: string, repository: string, revision: string, signal?: AbortSignal): Promise<HubListing> {
  const what = `repository ${repository} at ${revision}`;
  const address = `${host}/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const watch = new Watch(signal);
  let text = "";
  try {
    const response = await request(address, what, {}, watch.signal);
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      watch.alive();
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (text.length > MOST_LISTING_BYTES) throw downloadFailed(`${hostOf(host)} sends a list of files that does not end`, "Check HF_ENDPOINT.");
    }
  } catch (thrown) {
    throw connectionFailure(address, what, thrown, signal);
  } finally {
    watch.end();
  }
  return readListing(text, host);
}

function readListing(text: string, host: string): HubListing {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    throw downloadFailed(`${hostOf(host)} sends no list of files (${messageOf(thrown)})`, "Check HF_ENDPOINT: a proxy or login page may have answered.", thrown);
  }
  const result = listingSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw downloadFailed(`${hostOf(host)} sends a list of files that cannot be read ("${issue.path.join(".")}": ${issue.message})`, "Check HF_ENDPOINT.");
  }
  const { sha, cardData, tags, siblings } = result.data;
  const licence = typeof cardData?.license === "string" ? cardData.license : tags?.find((tag) => tag.startsWith("license:"))?.slice("license:".length) ?? null;
  return {
    commit: sha, licence,
    files: siblings.map(({ rfilename, size, blobId, lfs }) => ({ path: rfilename, size: lfs?.size ?? size, sha256: lfs?.sha256 ?? null, blob: lfs === undefined || lfs === null ? blobId ?? null : null })),
  };
}
