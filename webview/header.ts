import type { DatasetSummary } from "../src/protocol/engine.ts";
import { formatCount, formatShare, labelNoiseText, plural } from "../src/protocol/words.ts";
import { h } from "./dom.ts";
import { send } from "./host.ts";
import { button } from "./toolkit.ts";

/** What is in the dataset, in figures. `stale`: it changed since it was indexed. */
export function header(summary: DatasetSummary, stale: boolean): HTMLElement {
  const { samples, classes, duplicates, encoder, importance, protectedCount, protectedMissing, threshold, rejectedTotal, currentSelection } = summary;
  const name = summary.dataset.split(/[/\\]/).filter((part) => part !== "").at(-1) ?? summary.dataset;
  const share = (count: number): string => (samples === 0 ? "" : formatShare(count / samples));

  const figures = h("dl", { class: "figures" },
    figure("Samples", formatCount(samples), summary.splits.filter((split) => split.name !== "none").map((split) => `${split.name} ${formatCount(split.count)}`).join(", ")),
    figure("Classes", classes.length === 0 ? "none" : formatCount(classes.length), classes.length === 0 ? "no labels" : classRange(summary)),
    figure("Exact duplicates", formatCount(duplicates.exactExtra), duplicates.exactExtra === 0 ? "" : `${share(duplicates.exactExtra)}, in ${plural(duplicates.exactGroups, "group")}`),
    figure("Near-duplicates", formatCount(duplicates.clusterExtra), duplicates.clusters === 0 ? "" : `${share(duplicates.clusterExtra)}, in ${plural(duplicates.clusters, "cluster")}, exact ones counted`),
    figure("Protected", formatCount(protectedCount), protectedMissing.length === 0 ? "" : `${formatCount(protectedMissing.length)} not in the dataset now`),
    figure("Unreadable", formatCount(rejectedTotal), rejectedTotal === 0 ? "" : "left out"));

  const facts = h("p", { class: "muted facts-line" },
    fact(`${encoderText(encoder.name)}, ${formatCount(encoder.dimensions)} dimensions`),
    fact(`Importance ${importance.name}`, importance.description),
    fact(`Threshold ${threshold.value.toFixed(3)} (${threshold.source})`, threshold.explanation),
    fact(`${formatCount(summary.neighbors)} neighbours`),
    fact(currentSelection === null ? "No selection shown" : `Selection “${currentSelection}”`));

  const element = h("header", { class: "summary" }, h("h1", { text: name, title: summary.dataset }), ...(stale ? [staleLine()] : []), figures, facts);
  const noise = labelNoiseText(summary.labelNoise);
  if (noise !== null) facts.append(fact(`${noise.charAt(0).toUpperCase()}${noise.slice(1)}`, summary.labelNoise?.method));
  if (rejectedTotal > 0) element.append(rejected(summary));
  if (summary.notes.length > 0) element.append(details(plural(summary.notes.length, "note"), summary.notes.map((note) => h("li", { text: note }))));
  return element;
}

function staleLine(): HTMLElement {
  const again = button("Index again", "secondary", () => { send({ type: "index" }); });
  return h("div", { class: "stale", attributes: { role: "status" } }, h("span", { text: "The dataset changed since it was indexed." }), again.element);
}

function figure(term: string, value: string, aside: string): HTMLElement {
  return h("div", {}, h("dt", { text: term }), h("dd", { class: "figure", text: value }), h("dd", { class: "aside muted", text: aside }));
}

/** Names of the built-in ones say what they are: "built-in image encoder". */
function encoderText(name: string): string {
  return /\bencoder\b/.test(name) ? name.charAt(0).toUpperCase() + name.slice(1) : `Encoder ${name}`;
}

function fact(text: string, title?: string): HTMLElement {
  return h("span", { text, ...(title === undefined ? {} : { title }) });
}

function classRange({ classes }: DatasetSummary): string {
  const counts = classes.map((entry) => entry.count);
  const smallest = Math.min(...counts);
  const largest = Math.max(...counts);
  return smallest === largest ? `${formatCount(smallest)} each` : `${formatCount(smallest)} to ${formatCount(largest)} each`;
}

function rejected({ rejected: shown, rejectedTotal }: DatasetSummary): HTMLElement {
  const items = shown.map(({ file, line, reason }) => h("li", {}, h("code", { text: line === null ? file : `${file}:${line}` }), document.createTextNode(` ${reason}`)));
  if (rejectedTotal > shown.length) items.push(h("li", { class: "muted", text: `and ${formatCount(rejectedTotal - shown.length)} more` }));
  return details(`${plural(rejectedTotal, "unreadable sample")} left out`, items);
}

function details(title: string, items: readonly HTMLElement[]): HTMLElement {
  return h("details", {}, h("summary", { text: title }), h("ul", {}, ...items));
}
