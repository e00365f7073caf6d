/** Markdown tables on standard output. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A heading, the head of a table, and its rows. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  print(`\n### ${title}\n`);
  print(`| ${head.join(" | ")} |\n| ${head.map(() => "---").join(" | ")} |`);
  for (const row of rows) print(`| ${row.join(" | ")} |`);
}

export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)}%`;
}

/** The value at a share of a sorted list. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
