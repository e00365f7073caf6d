/** The `infomax.json` of the in-house source: who competes, at what price, in which mixtures. */
import type { ConfigFile } from "../../src/core/config.ts";

type Price = { readonly money: number; readonly seconds: number };
const NOTHING: Price = { money: 0, seconds: 0 };
const prices = (acquire: Price, label: Price, once: Price = NOTHING): { acquire: Price; label: Price; embed: Price; train: Price; once: Price } => ({ acquire, label, embed: { money: 0, seconds: 0.01 }, train: { money: 0.001, seconds: 0.1 }, once });

/** Invented prices, every one of them given: one expert's label costs as much as four of the crowd's. */
export const SETTINGS: ConfigFile = {
  cost: { currency: "USD" },
  comparison: {
    target: "../target",
    sources: [
      { name: "in-house", path: ".", kind: "in-house", labels: "experts", access: "in-hand", prices: prices({ money: 0.2, seconds: 30 }, { money: 0.8, seconds: 60 }) },
      { name: "web", path: "../web", kind: "crowd-labelled", labels: "crowd", access: "in-hand", prices: prices({ money: 0.01, seconds: 0 }, { money: 0.19, seconds: 10 }) },
      { name: "synthetic", path: "../synthetic", kind: "synthetic", labels: "free", access: "in-hand", prices: prices({ money: 0.02, seconds: 0.5 }, NOTHING, { money: 40, seconds: 36_000 }) },
      { name: "retrieved", path: "../retrieved", kind: "embedding-retrieved", labels: "schema-match", access: "in-hand", prices: prices({ money: 0.02, seconds: 0 }, { money: 0.02, seconds: 1 }) },
    ],
    tasks: [{ name: "other-things", path: "../task" }],
    mixtures: [
      { name: "in-house-50-web-50", shares: { "in-house": 0.5, web: 0.5 } },
      { name: "in-house-20-web-80", shares: { "in-house": 0.2, web: 0.8 } },
      { name: "in-house-50-retrieved-50", shares: { "in-house": 0.5, retrieved: 0.5 } },
      { name: "in-house-50-synthetic-50", shares: { "in-house": 0.5, synthetic: 0.5 } },
    ],
    budgets: ["100 USD", "400 USD", "1600 USD", "800"],
    strategies: ["random", "dedup-random", "infomax", "image-search"],
    redraws: 3, seeds: 3,
    corruptions: ["gaussian-noise", "defocus-blur"],
  },
};
