/**
 * Draws points with WebGL 2. By hand: the libraries that do it (regl, deck.gl, three.js with its node materials) build
 * code from text while they run, which the page's policy against foreign scripts forbids, and bring far more than one program.
 */
import type { PointStyle } from "./categories.ts";
import { pointSize, scaleOf, type Camera, type Size } from "./camera.ts";
import type { Rgb, Theme } from "./palette.ts";
import { FLAG_CHOSEN, FLAG_MATCHES, FRAGMENT, LAYERS, VERTEX } from "./shaders.ts";
import { shapeNumber } from "./shapes.ts";

const STYLES = 256;
const UNIFORMS = ["view", "diameter", "outline", "budget", "highlight", "layer", "styles", "background", "foreground", "opacity"] as const;
type Uniform = (typeof UNIFORMS)[number];

/** What changes from frame to frame. */
export interface Frame {
  readonly camera: Camera;
  readonly size: Size;
  /** Device pixels for one CSS pixel. */
  readonly ratio: number;
  readonly theme: Theme;
  /** Samples kept, or null to colour by the slots. */
  readonly budget: number | null;
  /** Which of the budget's two sides is lit. */
  readonly highlight: "all" | "kept" | "dropped";
  /** Points drawn at most, chosen ones aside. They lie in a random order, so that the first are a fair sample of all. */
  readonly most: number;
}

/** A reason why nothing can be drawn, as the browser names it. */
export class GraphicsError extends Error {}

interface Resources {
  readonly program: WebGLProgram;
  readonly uniforms: { readonly [name in Uniform]: WebGLUniformLocation | null };
  readonly buffers: { readonly position: WebGLBuffer; readonly slot: WebGLBuffer; readonly flags: WebGLBuffer; readonly place: WebGLBuffer };
  readonly styles: WebGLTexture;
}

export class PointRenderer {
  readonly #gl: WebGL2RenderingContext;
  #resources: Resources;
  /** Row of each point as drawn. */
  #drawn: Uint32Array = new Uint32Array(0);
  #scratch: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #counts = { dim: 0, lit: 0, chosen: 0 };
  #hasPlaces = false;

  /** @throws {GraphicsError} where the browser has no WebGL 2 */
  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false, stencil: false, preserveDrawingBuffer: false });
    if (gl === null) throw new GraphicsError("WebGL 2");
    this.#gl = gl;
    this.#resources = makeResources(gl);
  }

  get count(): number {
    return this.#drawn.length;
  }

  /** After the graphics were lost and came back: everything is to be set again. */
  restore(): void {
    this.#resources = makeResources(this.#gl);
    this.#drawn = new Uint32Array(0);
    this.#hasPlaces = false;
  }

  /** @param xy two coordinates a row */
  setPositions(xy: Float32Array): void {
    const count = xy.length >> 1;
    this.#drawn = shuffledRows(count);
    this.#scratch = new Uint8Array(count);
    this.#counts = { dim: 0, lit: count, chosen: 0 };
    this.#hasPlaces = false;
    const positions = new Float32Array(2 * count);
    for (let at = 0; at < count; at++) {
      positions[2 * at] = xy[2 * this.#drawn[at]];
      positions[2 * at + 1] = xy[2 * this.#drawn[at] + 1];
    }
    this.#upload(this.#resources.buffers.position, positions);
    this.#upload(this.#resources.buffers.slot, this.#scratch);
    this.#upload(this.#resources.buffers.flags, this.#scratch.fill(FLAG_MATCHES));
  }

  /** @param slots index into the styles for each row */
  setSlots(slots: Uint8Array): void {
    this.#refill(this.#resources.buffers.slot, (row) => slots[row]);
  }

  /**
   * @param matching rows that the filter lets through; null for all
   * @param chosen 1 for chosen rows
   */
  setFlags(matching: Uint32Array | null, chosen: Uint8Array): void {
    const flags = new Uint8Array(this.count);
    if (matching === null) flags.fill(FLAG_MATCHES);
    else for (let at = 0; at < matching.length; at++) flags[matching[at]] = FLAG_MATCHES;
    const counts = { dim: 0, lit: 0, chosen: 0 };
    for (let row = 0; row < flags.length; row++) {
      if (chosen[row] === 1) {
        flags[row] |= FLAG_CHOSEN;
        counts.chosen++;
      } else if (flags[row] === FLAG_MATCHES) counts.lit++;
      else counts.dim++;
    }
    this.#counts = counts;
    this.#refill(this.#resources.buffers.flags, (row) => flags[row]);
  }

  /** @param places of each row in the order of the budget */
  setPlaces(places: Float32Array): void {
    this.#upload(this.#resources.buffers.place, Float32Array.from(this.#drawn, (row) => places[row]));
    this.#hasPlaces = true;
  }

  setStyles(styles: readonly PointStyle[], theme: Theme): void {
    const gl = this.#gl;
    const texels = new Uint8Array(2 * STYLES * 4);
    styles.forEach((style, slot) => {
      texels.set([...style.colour(theme), 255], 4 * slot);
      texels.set([shapeNumber(style.shape), Math.round(style.size * 128), 0, 0], 4 * (STYLES + slot));
    });
    gl.bindTexture(gl.TEXTURE_2D, this.#resources.styles);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, STYLES, 2, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
  }

  draw({ camera, size, ratio, theme, budget, highlight, most }: Frame): void {
    const gl = this.#gl;
    const { program, uniforms, buffers, styles } = this.#resources;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    const [r, g, b] = unit(theme.background);
    gl.clearColor(r, g, b, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    if (this.count === 0 || size.width === 0 || size.height === 0) return;
    const isByBudget = budget !== null && this.#hasPlaces;
    const diameter = pointSize(this.count, size, camera.zoom);
    const scale = scaleOf(camera, size);
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA);
    gl.bindTexture(gl.TEXTURE_2D, styles);
    gl.uniform1i(uniforms.styles, 0);
    gl.uniform4f(uniforms.view, camera.x, camera.y, (2 * scale) / size.width, (2 * scale) / size.height);
    gl.uniform1f(uniforms.diameter, diameter * ratio);
    gl.uniform1f(uniforms.outline, Math.min(1.5, Math.max(0.75, diameter / 4)) * ratio);
    gl.uniform1f(uniforms.budget, isByBudget ? budget : -1);
    gl.uniform1ui(uniforms.highlight, !isByBudget || highlight === "all" ? 0 : highlight === "kept" ? 1 : 2);
    gl.uniform3f(uniforms.background, r, g, b);
    gl.uniform3f(uniforms.foreground, ...unit(theme.foreground));
    gl.uniform1f(uniforms.opacity, diameter > 4 || theme.isHighContrast ? 0.95 : 0.8);
    bindFloats(gl, 0, buffers.position, 2);
    bindBytes(gl, 1, buffers.slot);
    bindBytes(gl, 2, buffers.flags);
    if (isByBudget) bindFloats(gl, 3, buffers.place, 1);
    else gl.disableVertexAttribArray(3);
    const drawn = Math.min(this.count, most);
    // A highlighted side leaves lit points dim too.
    const hasDim = this.#counts.dim > 0 || (isByBudget && highlight !== "all");
    const layers = [...(hasDim ? [LAYERS.dim] : []), ...(this.#counts.lit > 0 ? [LAYERS.lit] : []), ...(this.#counts.chosen > 0 ? [LAYERS.chosen] : [])];
    for (const layer of layers) {
      gl.uniform1ui(uniforms.layer, layer);
      // The few that are chosen are always drawn all.
      gl.drawArrays(gl.POINTS, 0, layer === LAYERS.chosen ? this.count : drawn);
    }
  }

  #upload(buffer: WebGLBuffer, values: ArrayBufferView): void {
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.DYNAMIC_DRAW);
  }

  #refill(buffer: WebGLBuffer, valueOf: (row: number) => number): void {
    const gl = this.#gl;
    const scratch = this.#scratch;
    for (let at = 0; at < scratch.length; at++) scratch[at] = valueOf(this.#drawn[at]);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferSubData(gl.ARRAY_BUFFER, 0, scratch);
  }
}

/** All rows in a random order that is always the same, so that no class lies over all others because its files come last. */
export function shuffledRows(count: number): Uint32Array {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  let state = 0x9e3779b9;
  for (let at = count - 1; at > 0; at--) {
    // Marsaglia's xorshift32.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const other = (state >>> 0) % (at + 1);
    const row = rows[at];
    rows[at] = rows[other];
    rows[other] = row;
  }
  return rows;
}

function unit([r, g, b]: Rgb): [number, number, number] {
  return [r / 255, g / 255, b / 255];
}

function bindFloats(gl: WebGL2RenderingContext, location: number, buffer: WebGLBuffer, width: number): void {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, width, gl.FLOAT, false, 0, 0);
}

function bindBytes(gl: WebGL2RenderingContext, location: number, buffer: WebGLBuffer): void {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribIPointer(location, 1, gl.UNSIGNED_BYTE, 0, 0);
}

function makeResources(gl: WebGL2RenderingContext): Resources {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type);
    if (shader === null) throw new GraphicsError("WebGL 2: createShader");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true && !gl.isContextLost()) throw new GraphicsError(`WebGL 2: ${gl.getShaderInfoLog(shader) ?? ""}`);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) throw new GraphicsError(`WebGL 2: ${gl.getProgramInfoLog(program) ?? ""}`);
  const uniforms = Object.fromEntries(UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)])) as Resources["uniforms"];
  const styles = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, styles);
  // Its texels are numbers, not a picture.
  for (const [setting, value] of [[gl.TEXTURE_MIN_FILTER, gl.NEAREST], [gl.TEXTURE_MAG_FILTER, gl.NEAREST]]) gl.texParameteri(gl.TEXTURE_2D, setting, value);
  const buffers = { position: gl.createBuffer(), slot: gl.createBuffer(), flags: gl.createBuffer(), place: gl.createBuffer() };
  return { program, uniforms, buffers, styles };
}
