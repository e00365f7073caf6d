import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import * as l10n from "@vscode/l10n";
import type { CancellationToken, MessageConnection } from "vscode-jsonrpc/node";
import { IDEMPOTENT_METHODS, PROTOCOL_VERSION } from "../protocol/engine.ts";
import type { Progress } from "../protocol/dataset.ts";
import type { EngineMethod, InitializeResult, ParamsOf, ResultOf } from "../protocol/engine.ts";
import { EngineError, engineErrorFrom } from "./engineError.ts";

/** What the supervisor needs from its surroundings; the extension gives VS Code's, tests give their own. */
export interface SupervisorHost {
  /** Starts the engine with an IPC channel and piped stdout and stderr. */
  fork(): ChildProcess;
  readonly log: { info(message: string): void; warn(message: string): void; error(message: string): void };
  /** Tells the user, once for each crash that cost a request. */
  notify(message: string): void;
  readonly clock: {
    /** Milliseconds. */
    now(): number;
    /** Runs `callback` once after `ms`; the returned function cancels that. */
    after(ms: number, callback: () => void): () => void;
  };
  /** Folder for the index cache. */
  readonly storage: string;
  /** The strings of the user's language as JSON; left out for English. */
  readonly strings?: string;
}

export interface RequestOptions {
  readonly token?: CancellationToken;
  readonly onProgress?: (progress: Progress) => void;
}

export const IDLE_STOP_MS = 10 * 60_000;
export const CRASH_WINDOW_MS = 3 * 60_000;
export const MAX_RESTARTS = 3;
const HANDSHAKE_MS = 30_000;

// Loaded with the first engine: activation must not wait for it.
type JsonRpc = typeof import("vscode-jsonrpc/node");

/** One living engine process. */
interface Engine {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  readonly rpc: JsonRpc;
  /** Rejects with a {@link LostEngine} when the process ends, for whatever cause. */
  readonly lost: Promise<never>;
  /** Set before we end the process ourselves: its exit is then no crash. */
  stopping: boolean;
}

/** The process ended under a request. */
class LostEngine extends Error {
  readonly told: boolean;
  constructor(how: string, told: boolean) {
    super(how);
    this.told = told;
  }
}

/**
 * Owns the engine process. It is started by the first request, stopped after {@link IDLE_STOP_MS} without one,
 * and started again after a crash, at most {@link MAX_RESTARTS} times in {@link CRASH_WINDOW_MS}.
 * A request that was lost in a crash is sent once more if that can do no harm; otherwise it is rejected.
 */
export class EngineSupervisor {
  readonly #host: SupervisorHost;
  #engine: Promise<Engine> | null = null;
  #current: Engine | null = null;
  readonly #crashes: number[] = [];
  readonly #waiting = new Map<number, EngineMethod>();
  #requests = 0;
  #cancelIdle: (() => void) | null = null;
  #disposed = false;

  constructor(host: SupervisorHost) {
    this.#host = host;
  }

  /** Whether a process is running or being started. */
  get running(): boolean {
    return this.#engine !== null;
  }

  /** Process id of the running engine, or null. */
  get pid(): number | null {
    return this.#current?.child.pid ?? null;
  }

  /**
   * Sends one request, starting the engine if need be.
   * @throws EngineError with the core's code, or "cancelled", "engine-lost", "engine-gave-up", "engine-start", "internal"
   */
  async request<M extends EngineMethod>(method: M, params: ParamsOf<M>, options: RequestOptions = {}): Promise<ResultOf<M>> {
    const id = ++this.#requests;
    this.#waiting.set(id, method);
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    try {
      for (let attempt = 0; ; attempt++) {
        try {
          return await this.#send(id, method, params, options);
        } catch (thrown) {
          if (!(thrown instanceof LostEngine)) throw engineErrorFrom(thrown);
          if (options.token?.isCancellationRequested === true) throw new EngineError("cancelled", l10n.t("Cancelled."));
          if (attempt === 0 && IDEMPOTENT_METHODS.has(method) && !this.#disposed) {
            this.#host.log.info(`Sending "${method}" again after the engine was lost.`);
            continue;
          }
          throw new EngineError(
            "engine-lost",
            l10n.t("The InfoMax engine stopped ({0}) while \"{1}\" was running. Run the command again; the engine starts anew.", thrown.message, method),
            { told: thrown.told, cause: thrown },
          );
        }
      }
    } finally {
      this.#waiting.delete(id);
      this.#armIdleStop();
    }
  }

  /** Ends the process; requests under way are rejected. The next request starts a new one. */
  stop(): void {
    const engine = this.#current;
    this.#engine = null;
    this.#current = null;
    if (engine === null) return;
    engine.stopping = true;
    engine.child.kill();
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancelIdle?.();
    this.#cancelIdle = null;
    this.stop();
  }

  async #send<M extends EngineMethod>(id: number, method: M, params: ParamsOf<M>, options: RequestOptions): Promise<ResultOf<M>> {
    if (options.token?.isCancellationRequested === true) throw new EngineError("cancelled", l10n.t("Cancelled."));
    const engine = await this.#start();
    const progressToken = options.onProgress === undefined ? undefined : `${id}`;
    const progress = options.onProgress === undefined || progressToken === undefined ? undefined
      : engine.connection.onProgress(new engine.rpc.ProgressType<Progress>(), progressToken, options.onProgress);
    try {
      const sent = progressToken === undefined ? params : { ...params, progressToken };
      const answer = engine.connection.sendRequest<ResultOf<M>>(method, sent, options.token ?? engine.rpc.CancellationToken.None);
      // When the process dies the connection may reject too, or never settle: `lost` decides.
      answer.catch(() => undefined);
      return await Promise.race([answer, engine.lost]);
    } catch (thrown) {
      // A failed write surfaces before the exit event; the exit tells the two apart.
      if (!(thrown instanceof LostEngine) && !engine.child.connected) return await engine.lost;
      throw thrown;
    } finally {
      progress?.dispose();
    }
  }

  #start(): Promise<Engine> {
    if (this.#disposed) return Promise.reject(new EngineError("cancelled", l10n.t("InfoMax has been closed.")));
    if (this.#engine !== null) return this.#engine;
    const now = this.#host.clock.now();
    while (this.#crashes.length > 0 && now - this.#crashes[0] > CRASH_WINDOW_MS) this.#crashes.shift();
    if (this.#crashes.length > MAX_RESTARTS) {
      const seconds = Math.max(1, Math.ceil((this.#crashes[0] + CRASH_WINDOW_MS - now) / 1000));
      return Promise.reject(new EngineError(
        "engine-gave-up",
        l10n.t("The InfoMax engine stopped {0} times in 3 minutes and is not started again for now. See the log for the cause, then try again in {1} s.", this.#crashes.length, seconds),
      ));
    }
    const starting = this.#launch();
    this.#engine = starting;
    starting.catch(() => {
      if (this.#engine === starting) this.#engine = null;
    });
    return starting;
  }

  async #launch(): Promise<Engine> {
    const { log, clock } = this.#host;
    const rpc = await import("vscode-jsonrpc/node");
    let child: ChildProcess;
    try {
      child = this.#host.fork();
    } catch (thrown) {
      throw new EngineError("engine-start", l10n.t("The InfoMax engine could not be started: {0}.", thrown instanceof Error ? thrown.message : String(thrown)), { cause: thrown });
    }
    const connection = rpc.createMessageConnection(new rpc.IPCMessageReader(child), new rpc.IPCMessageWriter(child), {
      error: (message) => { log.error(message); },
      warn: (message) => { log.warn(message); },
      info: (message) => { log.info(message); },
      log: (message) => { log.info(message); },
    });
    connection.onError(([error]) => { log.warn(`Engine channel: ${error.message}`); });
    const lost = new Promise<never>((_resolve, reject) => {
      const end = (how: string): void => {
        child.removeAllListeners("exit");
        reject(new LostEngine(how, this.#ended(engine, how)));
        connection.dispose();
      };
      child.once("exit", (code, signal) => { end(signal === null ? `exit code ${code}` : `signal ${signal}`); });
      child.once("error", (error) => { end(error.message); });
    });
    lost.catch(() => undefined);
    const engine: Engine = { child, connection, rpc, lost, stopping: false };
    this.#current = engine;
    if (child.stderr !== null) createInterface({ input: child.stderr }).on("line", (line) => { log.warn(`[engine] ${line}`); });
    if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => { log.info(`[engine] ${line}`); });
    connection.listen();

    let cancelTimer: () => void = () => undefined;
    const late = new Promise<never>((_resolve, reject) => {
      cancelTimer = clock.after(HANDSHAKE_MS, () => {
        reject(new EngineError("engine-start", l10n.t("The InfoMax engine did not answer within {0} s of its start.", HANDSHAKE_MS / 1000)));
      });
    });
    late.catch(() => undefined);
    try {
      const hello = connection.sendRequest<InitializeResult>("initialize", {
        protocolVersion: PROTOCOL_VERSION, storage: this.#host.storage, ...(this.#host.strings === undefined ? {} : { strings: this.#host.strings }),
      });
      hello.catch(() => undefined);
      const { protocolVersion, version, pid } = await Promise.race([hello, lost, late]);
      if (protocolVersion !== PROTOCOL_VERSION) {
        throw new EngineError("engine-start", l10n.t("The InfoMax engine speaks protocol {0}, this extension {1}. Reload the window to finish the update.", protocolVersion, PROTOCOL_VERSION));
      }
      log.info(`Engine ${version} started, process ${pid}.`);
      return engine;
    } catch (thrown) {
      if (!(thrown instanceof LostEngine)) {
        engine.stopping = true;
        child.kill("SIGKILL");
        if (this.#current === engine) this.#current = null;
      }
      throw thrown;
    } finally {
      cancelTimer();
    }
  }

  /** Bookkeeping at the end of a process. Returns whether the user was told. */
  #ended(engine: Engine, how: string): boolean {
    if (this.#current === engine) {
      this.#current = null;
      this.#engine = null;
    }
    if (engine.stopping) {
      this.#host.log.info("Engine stopped.");
      return true;
    }
    this.#crashes.push(this.#host.clock.now());
    const methods = [...new Set(this.#waiting.values())];
    this.#host.log.error(`Engine process ${engine.child.pid ?? "?"} ended unexpectedly (${how})${methods.length > 0 ? ` during ${methods.join(", ")}` : ""}.`);
    if (methods.length === 0) return false;
    const lostForGood = methods.filter((method) => !IDEMPOTENT_METHODS.has(method));
    this.#host.notify(lostForGood.length > 0
      ? l10n.t("The InfoMax engine stopped unexpectedly ({0}) during \"{1}\". Run the command again; the engine starts anew.", how, lostForGood.join('", "'))
      : l10n.t("The InfoMax engine stopped unexpectedly ({0}) and is started again.", how));
    return true;
  }

  #armIdleStop(): void {
    if (this.#waiting.size > 0 || this.#engine === null || this.#disposed) return;
    this.#cancelIdle?.();
    this.#cancelIdle = this.#host.clock.after(IDLE_STOP_MS, () => {
      this.#cancelIdle = null;
      if (this.#waiting.size > 0) return;
      this.#host.log.info("Stopping the engine: idle for 10 minutes.");
      this.stop();
    });
  }
}
