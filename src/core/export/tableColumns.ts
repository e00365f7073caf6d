/** What the values of a column are written as; "JSON" is the JSON text of values of several types, of lists and of objects. */
export type ColumnType = "BOOLEAN" | "INT64" | "DOUBLE" | "STRING" | "JSON";

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** It holds values of several types. */
  readonly mixed: boolean;
}

const BOOL = 1;
const INT = 2;
/** An integer that no double holds for certain. */
const WIDE = 4;
const FLOAT = 8;
const STRING = 16;
const NESTED = 32;
/** A number that neither an INT64 nor a DOUBLE holds. */
const HUGE = 64;

const LEAST_INT64 = -(2n ** 63n);
const MOST_INT64 = 2n ** 63n - 1n;

function kindOf(text: string): number {
  switch (text[0]) {
    case "n": return 0;
    case "t": case "f": return BOOL;
    case "\"": return STRING;
    case "[": case "{": return NESTED;
    default: {
      if (!/^-?\d+$/.test(text)) return Number.isFinite(Number(text)) ? FLOAT : HUGE;
      if (Number.isSafeInteger(Number(text))) return INT;
      const value = BigInt(text);
      return value < LEAST_INT64 || value > MOST_INT64 ? HUGE : WIDE;
    }
  }
}

function typeOf(kinds: number): ColumnType {
  if (kinds === BOOL) return "BOOLEAN";
  if (kinds !== 0 && (kinds & ~(INT | WIDE)) === 0) return "INT64";
  if (kinds === FLOAT || kinds === (FLOAT | INT)) return "DOUBLE";
  return kinds === STRING || kinds === 0 ? "STRING" : "JSON";
}

/** Finds the type of each column from the JSON texts of its values, nulls aside. */
export class ColumnSurvey {
  readonly #kinds = new Map<string, number>();

  /** @param fields name of each field to the JSON text of its value, as {@link jsonFields} gives them */
  add(fields: ReadonlyMap<string, string>): void {
    for (const [name, text] of fields) this.#kinds.set(name, (this.#kinds.get(name) ?? 0) | kindOf(text));
  }

  /** In the order in which the columns were first seen. A column of nulls alone is one of strings. */
  columns(): readonly TableColumn[] {
    return [...this.#kinds].map(([name, kinds]) => {
      const type = typeOf(kinds);
      return { name, type, mixed: type === "JSON" && kinds !== NESTED };
    });
  }
}

/** The value of a cell as its column holds it. @param text JSON text; undefined where the record has no such field */
export function cellValue(type: ColumnType, text: string | undefined): boolean | bigint | number | string | null {
  if (text === undefined || text === "null") return null;
  switch (type) {
    case "BOOLEAN": return text === "true";
    case "INT64": return BigInt(text);
    case "DOUBLE": return Number(text);
    case "STRING": return JSON.parse(text) as string;
    case "JSON": return text;
  }
}
