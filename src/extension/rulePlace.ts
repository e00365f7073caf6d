/** Offset in the text of infomax.json at which a rule is named; where "rules" begins if it is not found, else 0. */
export function rulePlace(text: string, name: string): number {
  const rules = Math.max(0, text.search(/"rules"\s*:/));
  const quoted = JSON.stringify(name).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = text.slice(rules).search(new RegExp(`"name"\\s*:\\s*${quoted}`));
  return found < 0 ? rules : rules + found;
}
