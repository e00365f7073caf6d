import type { Progress } from "../../src/protocol/dataset.ts";
import type { FromWebview, ToWebview } from "../../src/protocol/webview.ts";
import type { Channel } from "./channel.ts";

/** Messages that answer a request by its number. */
type Answer = Extract<ToWebview, { requestId: number }>;
type Question = Extract<FromWebview, { requestId: number }>;
type NumberOf<T> = T extends Question ? Omit<T, "requestId"> : never;

/** A request that the host refused. */
export class RequestError extends Error {
  /** It was stopped by the user. */
  readonly cancelled: boolean;

  constructor(message: string, cancelled: boolean) {
    super(message);
    this.name = "RequestError";
    this.cancelled = cancelled;
  }
}

export interface Asked<T> {
  readonly answer: Promise<T>;
  /** The answer is not wanted any more: it never comes. */
  readonly drop: () => void;
}

interface Waiting {
  readonly type: string;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: RequestError) => void;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** Numbers requests and hands each its answer. */
export class Requests {
  readonly #channel: Channel;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** @param type of the message that answers */
  ask<T extends "block" | "samples" | "strategy" | "comparison" | "pricing" | "review" | "reviewSamples" | "approved">(question: NumberOf<Question>, type: T, onProgress?: (progress: Progress) => void): Asked<Extract<Answer, { type: T }>> {
    const requestId = ++this.#last;
    const answer = new Promise<Extract<Answer, { type: T }>>((resolve, reject) => {
      // The type of an answer is compared before it is handed on.
      this.#waiting.set(requestId, { type, resolve: resolve as (answer: Answer) => void, reject, onProgress });
    });
    this.#channel.send({ ...question, requestId });
    return {
      answer,
      drop: () => {
        if (this.#waiting.delete(requestId)) this.#channel.send({ type: "drop", requestId });
      },
    };
  }

  /** @returns whether the message was an answer, wanted or not */
  receive(message: ToWebview): boolean {
    if (!("requestId" in message)) return false;
    const waiting = this.#waiting.get(message.requestId);
    if (waiting === undefined) return true;
    if (message.type === "requestProgress") {
      waiting.onProgress?.(message.progress);
      return true;
    }
    this.#waiting.delete(message.requestId);
    if (message.type === "requestFailed") waiting.reject(new RequestError(message.message, message.cancelled));
    else if (message.type === waiting.type) waiting.resolve(message);
    return true;
  }
}
