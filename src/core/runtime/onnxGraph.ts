/**
 * Writes small ONNX models (onnx.proto3, IR 8, opset 17) by hand, so that the products and TopK that the project
 * needs run in ONNX Runtime without a model file to ship. Field numbers are those of onnx.proto3.
 */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Integers and lists of integers alone are needed here; all ≥ 0. */
  readonly attributes?: { readonly [name: string]: number | readonly number[] };
}

/** A constant float32 tensor, row-major. */
export interface GraphConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface GraphValue {
  readonly name: string;
  readonly type: keyof typeof ELEMENT;
  /** A string is a symbolic dimension. */
  readonly shape: readonly (number | string)[];
}

const VARINT = 0;
const BYTES = 2;
const ELEMENT = { float32: 1, uint8: 2, int64: 7, float16: 10 } as const;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_INTS = 7;

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest > 127) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
  return out;
}

const integer = (field: number, value: number): number[] => [...varint(field * 8 + VARINT), ...varint(value)];
const bytes = (field: number, value: readonly number[]): number[] => [...varint(field * 8 + BYTES), ...varint(value.length), ...value];
const text = (field: number, value: string): number[] => bytes(field, [...new TextEncoder().encode(value)]);

function valueInfo(value: GraphValue): number[] {
  const dims = value.shape.flatMap((dim) => bytes(1, typeof dim === "number" ? integer(1, dim) : text(2, dim)));
  const tensor = [...integer(1, ELEMENT[value.type]), ...bytes(2, dims)];
  return [...text(1, value.name), ...bytes(2, bytes(1, tensor))];
}

function constant(c: GraphConstant): number[] {
  const raw = new DataView(new ArrayBuffer(4 * c.data.length));
  c.data.forEach((value, i) => { raw.setFloat32(4 * i, value, true); });
  return [...c.shape.flatMap((dim) => integer(1, dim)), ...integer(2, ELEMENT.float32), ...text(8, c.name), ...bytes(9, [...new Uint8Array(raw.buffer)])];
}

function attribute(name: string, value: number | readonly number[]): number[] {
  return bytes(5, typeof value === "number"
    ? [...text(1, name), ...integer(3, value), ...integer(20, ATTRIBUTE_INT)]
    : [...text(1, name), ...value.flatMap((entry) => integer(8, entry)), ...integer(20, ATTRIBUTE_INTS)]);
}

function node(n: GraphNode): number[] {
  return [
    ...n.inputs.flatMap((name) => text(1, name)),
    ...n.outputs.flatMap((name) => text(2, name)),
    ...text(4, n.op),
    ...Object.entries(n.attributes ?? {}).flatMap(([name, value]) => attribute(name, value)),
  ];
}

/** The bytes of an ONNX model with the given nodes in topological order. Constants are meant to be small. */
export function encodeModel(
  name: string, inputs: readonly GraphValue[], nodes: readonly GraphNode[], outputs: readonly GraphValue[], constants: readonly GraphConstant[] = [],
): Uint8Array {
  const graph = [
    ...nodes.flatMap((n) => bytes(1, node(n))),
    ...text(2, name),
    ...constants.flatMap((c) => bytes(5, constant(c))),
    ...inputs.flatMap((v) => bytes(11, valueInfo(v))),
    ...outputs.flatMap((v) => bytes(12, valueInfo(v))),
  ];
  return Uint8Array.from([...integer(1, 8), ...text(2, "infomax-inspector"), ...bytes(7, graph), ...bytes(8, integer(2, 17))]);
}
