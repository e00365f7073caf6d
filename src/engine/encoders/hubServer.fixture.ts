import { createHash } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
}

/** A file as the test host lists and sends it; each may be made to lie. */
export interface HostedFile {
  content: Buffer;
  listedSize?: number;
  listedSha256?: string;
}

/** Answers a request itself and returns true, or leaves it to the server. */
export type Intercept = (request: http.IncomingMessage, response: http.ServerResponse) => boolean;

/**
 * A host on loopback in the layout of the Hugging Face hub, for tests: the listing of one repository at one commit, small
 * files sent directly, large ones (LFS) behind a redirect, ranges answered.
 */
export class HubServer {
  readonly repository: string;
  readonly commit: string;
  readonly files = new Map<string, HostedFile>();
  readonly seen: SeenRequest[] = [];
  /** Bytes sent of files, by path. */
  readonly sent = new Map<string, number>();
  intercept: Intercept = () => false;
  knowsRanges = true;
  private readonly server: http.Server;

  private constructor(repository: string, commit: string) {
    this.repository = repository;
    this.commit = commit;
    this.server = http.createServer((request, response) => { this.answer(request, response); });
  }

  /** @param folder whose files are served @param close registers what ends the server */
  static async start(folder: string, close: (end: () => Promise<void>) => void, { repository = "tiny/encoder", commit = "0123456789abcdef0123456789abcdef01234567" } = {}): Promise<HubServer> {
    const hub = new HubServer(repository, commit);
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      hub.files.set(path.relative(folder, file).split(path.sep).join("/"), { content: fs.readFileSync(file) });
    }
    await new Promise<void>((resolve) => { hub.server.listen(0, "127.0.0.1", resolve); });
    close(() => new Promise((resolve) => {
      hub.server.close(() => { resolve(); });
      hub.server.closeAllConnections();
    }));
    return hub;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests for a file's content, the redirected ones among them counted once. */
  requestsOf(file: string): SeenRequest[] {
    return this.seen.filter((request) => request.path === `/lfs/${file}` || (!isLarge(file) && request.path.endsWith(`/resolve/${this.commit}/${file}`)));
  }

  private listing(): unknown {
    return {
      id: this.repository, sha: this.commit, tags: ["license:mit"], cardData: { license: "mit" },
      siblings: [...this.files].map(([rfilename, file]) => {
        const size = file.listedSize ?? file.content.length;
        const blobId = createHash("sha1").update(`blob ${file.content.length}\0`).update(file.content).digest("hex");
        const sha256 = file.listedSha256 ?? createHash("sha256").update(file.content).digest("hex");
        return { rfilename, size, blobId, ...(isLarge(rfilename) ? { lfs: { sha256, size, pointerSize: 134 } } : {}) };
      }),
    };
  }

  private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = decodeURIComponent(new URL(request.url ?? "/", this.address).pathname);
    this.seen.push({ path: url, range: request.headers.range });
    if (this.intercept(request, response)) return;
    const api = `/api/models/${this.repository}/revision/`;
    if (url === `${api}main` || url === `${api}${this.commit}`) {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(this.listing()));
      return;
    }
    const resolve = `/${this.repository}/resolve/${this.commit}/`;
    const name = url.startsWith(resolve) ? url.slice(resolve.length) : url.startsWith("/lfs/") ? url.slice("/lfs/".length) : null;
    const file = name === null ? undefined : this.files.get(name);
    if (name === null || file === undefined) response.writeHead(404).end("Entry not found");
    else if (url.startsWith(resolve) && isLarge(name)) response.writeHead(302, { location: `${this.address}/lfs/${name}` }).end();
    else this.send(name, file.content, request, response);
  }

  private send(name: string, content: Buffer, request: http.IncomingMessage, response: http.ServerResponse): void {
    const start = this.knowsRanges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
    const body = content.subarray(start);
    this.sent.set(name, (this.sent.get(name) ?? 0) + body.length);
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": body.length, ...(this.knowsRanges ? { "accept-ranges": "bytes" } : {}),
      ...(start > 0 ? { "content-range": `bytes ${start}-${content.length - 1}/${content.length}` } : {}),
    });
    response.end(body);
  }
}

function isLarge(name: string): boolean {
  return name.startsWith("onnx/") || name === "tokenizer.json";
}
