import path from "node:path";
import { SOURCE_KINDS } from "../core/comparison/compareResult.ts";
import { LABEL_KINDS, PRICE_PARTS } from "../core/comparison/cost.ts";
import { COMPARED_STRATEGIES } from "../engine/compare/runComparison.ts";
import type { CompareParams, NamedDataset } from "../protocol/compareRequests.ts";
import type { DatasetParams } from "../protocol/dataset.ts";
import { UsageError } from "./usageError.ts";

/** What `compare` compares, the dataset apart. */
export type CompareChoices = Omit<CompareParams, keyof DatasetParams>;

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

const MOST_REPEATS = 20;

/** Reads the options of `compare`; paths become absolute. */
export function compareChoices(values: Values): CompareChoices {
  const text = (flag: string): string | undefined => {
    const value = values[flag];
    return typeof value === "string" ? value : undefined;
  };
  const listed = (flag: string): readonly string[] => {
    const value = values[flag];
    return Array.isArray(value) ? value.map(String) : [];
  };
  const file = (flag: string): string | undefined => {
    const value = text(flag);
    return value === undefined ? undefined : path.resolve(value);
  };
  const comma = (flag: string): readonly string[] | undefined => {
    const names = text(flag)?.split(",").map((name) => name.trim()).filter((name) => name !== "");
    if (names?.length === 0) throw new UsageError(`--${flag} names nothing`, "Give names with commas between them.");
    return names;
  };
  const repeats = (flag: string): number | undefined => {
    const value = text(flag);
    if (value === undefined) return undefined;
    if (!/^\d+$/.test(value) || Number(value) < 1 || Number(value) > MOST_REPEATS) throw new UsageError(`--${flag} ${value} is not a whole number from 1 to ${MOST_REPEATS}`, `Give a number such as --${flag} 3.`);
    return Number(value);
  };
  const strategies = comma("strategies");
  const unknown = strategies?.find((name) => !COMPARED_STRATEGIES.includes(name));
  if (unknown !== undefined) throw new UsageError(`--strategies: there is no strategy "${unknown}"`, `Choose from ${COMPARED_STRATEGIES.join(", ")}, with commas between them.`);
  const sources = listed("source").map((value) => sourceOf(value));
  const tasks = listed("task").map((value) => named(value, "task"));
  const shifted = listed("shifted").map((value) => named(value, "shifted"));
  const mixtures = listed("mixture").map(mixtureOf);
  const costs = costsOf(listed("price"), listed("labels"), listed("access"));
  const optional = <K extends keyof CompareChoices>(key: K, value: CompareChoices[K] | undefined): Partial<CompareChoices> => (value === undefined ? {} : { [key]: value });
  return {
    ...optional("target", file("target")), ...(sources.length > 0 ? { sources } : {}), ...(tasks.length > 0 ? { tasks } : {}), ...(shifted.length > 0 ? { shifted } : {}), ...(mixtures.length > 0 ? { mixtures } : {}), ...(costs.length > 0 ? { costs } : {}),
    ...optional("budgets", comma("budgets")), ...optional("strategies", strategies), ...optional("redraws", repeats("redraws")), ...optional("seeds", repeats("seeds")),
    ...(values["no-shift"] === true ? { corruptions: false } : {}), ...optional("out", file("out")), ...optional("listPrefix", text("list-prefix")), ...optional("against", file("against")), ...optional("trained", file("import-trained")),
  };
}

function named(value: string, flag: string): NamedDataset {
  const [, name, place] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
  if (name === undefined || place === undefined || name.trim() === "") throw new UsageError(`--${flag} ${value} is no name and path`, `Write --${flag} NAME=PATH.`);
  return { name: name.trim(), path: path.resolve(place) };
}

function sourceOf(value: string): NonNullable<CompareChoices["sources"]>[number] {
  const { name, path: place } = named(value, "source");
  const [own, kindName] = name.split(":").map((part) => part.trim());
  if (kindName === undefined) return { name, path: place };
  const kind = SOURCE_KINDS.find((known) => known === kindName);
  if (kind === undefined) throw new UsageError(`--source ${value}: there is no kind "${kindName}"`, `Give one of ${SOURCE_KINDS.join(", ")}, as in --source web:synthetic=PATH.`);
  return { name: own, path: place, kind };
}

type SourceCosts = NonNullable<CompareChoices["costs"]>[number];

const ACCESS = ["in-hand", "on-purchase"] as const;
const MOST_PRICE = 1e12;

/** What the options say of each source's costs, in the order in which they name the sources. */
function costsOf(prices: readonly string[], labels: readonly string[], access: readonly string[]): SourceCosts[] {
  const bySource = new Map<string, SourceCosts>();
  const put = (source: string, more: Omit<SourceCosts, "source">): void => { bySource.set(source, { source, ...bySource.get(source), ...more }); };
  const twice = (flag: string, what: string): UsageError => new UsageError(`--${flag}: ${what} is given twice`, "Give it once.");
  for (const value of prices) {
    const [, source, partName, money, seconds] = /^(.*[^.\s].*)\.([a-z]+)=(\d+\.?\d*|\.\d+)(?:,(\d+\.?\d*|\.\d+))?$/s.exec(value) ?? [];
    const part = PRICE_PARTS.find((known) => known === partName);
    if (source === undefined || part === undefined || Number(money) > MOST_PRICE || Number(seconds ?? 0) > MOST_PRICE) {
      throw new UsageError(`--price ${value} is no price of a source`, `Write --price SOURCE.PART=MONEY or SOURCE.PART=MONEY,SECONDS with one of ${PRICE_PARTS.join(", ")}, as in --price crowd.label=0.1,10.`);
    }
    const before = bySource.get(source)?.prices;
    if (before?.[part] !== undefined) throw twice("price", `${source}.${part}`);
    put(source, { prices: { ...before, [part]: { money: Number(money), ...(seconds === undefined ? {} : { seconds: Number(seconds) }) } } });
  }
  const chosen = <T extends string>(flag: string, value: string, known: readonly T[], form: string): { readonly source: string; readonly choice: T } => {
    const [, source, text] = /^(.+)=([^=]+)$/s.exec(value) ?? [];
    const choice = known.find((own) => own === text);
    if (source === undefined) throw new UsageError(`--${flag} ${value} is not of the form ${form}`, `Write --${flag} ${form} with one of ${known.join(", ")}.`);
    if (choice === undefined) throw new UsageError(`--${flag} ${value}: there is no "${text}"`, `Give one of ${known.join(", ")}, as in --${flag} ${source}=${known[0]}.`);
    return { source, choice };
  };
  for (const value of labels) {
    const { source, choice } = chosen("labels", value, LABEL_KINDS, "SOURCE=KIND");
    if (bySource.get(source)?.labels !== undefined) throw twice("labels", source);
    put(source, { labels: choice });
  }
  for (const value of access) {
    const { source, choice } = chosen("access", value, ACCESS, "SOURCE=HOW");
    if (bySource.get(source)?.access !== undefined) throw twice("access", source);
    put(source, { access: choice });
  }
  return [...bySource.values()];
}

function mixtureOf(value: string): NonNullable<CompareChoices["mixtures"]>[number] {
  const [, name, rest] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
  const shares = (rest ?? "").split(",").map((part) => /^\s*(.+?)\s*:\s*(\d*\.?\d+)\s*$/.exec(part));
  if (name === undefined || shares.some((part) => part === null || Number(part[2]) > 1)) throw new UsageError(`--mixture ${value} is no name and shares`, "Write --mixture NAME=a:0.5,b:0.5, with the names of sources.");
  const sum = shares.reduce((total, part) => total + Number(part?.[2]), 0);
  if (Math.abs(sum - 1) > 1e-6) throw new UsageError(`--mixture ${value}: the shares add up to ${Number(sum.toFixed(6))}`, "Give shares that add up to 1.");
  return { name: name.trim(), shares: Object.fromEntries(shares.map((part) => [part?.[1] ?? "", Number(part?.[2])])) };
}
