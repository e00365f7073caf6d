/** Where the map is looked at from. Pure: map coordinates have y upwards, the screen's pixels downwards. */

export interface Camera {
  /** Map coordinates at the middle of the screen. */
  readonly x: number;
  readonly y: number;
  /** 1 shows a square of side 2 whole. */
  readonly zoom: number;
}

/** In CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

const LEAST_ZOOM = 0.25;
/** Beyond it 32-bit coordinates would tremble. */
const MOST_ZOOM = 2000;
/** Share of the screen that the whole map leaves free at each side. */
const MARGIN = 0.04;

/** Pixels for one unit of the map. */
export function scaleOf({ zoom }: Camera, { width, height }: Size): number {
  return (zoom * Math.max(1, Math.min(width, height))) / 2;
}

export function toScreen(camera: Camera, size: Size, x: number, y: number): { readonly x: number; readonly y: number } {
  const scale = scaleOf(camera, size);
  return { x: size.width / 2 + (x - camera.x) * scale, y: size.height / 2 - (y - camera.y) * scale };
}

export function toMap(camera: Camera, size: Size, x: number, y: number): { readonly x: number; readonly y: number } {
  const scale = scaleOf(camera, size);
  return { x: camera.x + (x - size.width / 2) / scale, y: camera.y - (y - size.height / 2) / scale };
}

/** Moves what is seen by pixels: what was under the pointer stays under it. */
export function panned(camera: Camera, size: Size, dx: number, dy: number): Camera {
  const scale = scaleOf(camera, size);
  return limited({ ...camera, x: camera.x - dx / scale, y: camera.y + dy / scale });
}

/** Zooms so that the place at the pixel (x, y) stays where it is. */
export function zoomed(camera: Camera, size: Size, factor: number, x: number, y: number): Camera {
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, camera.zoom * factor));
  const before = toMap(camera, size, x, y);
  const after = toMap({ ...camera, zoom }, size, x, y);
  return limited({ x: camera.x + before.x - after.x, y: camera.y + before.y - after.y, zoom });
}

/** Shows the whole box. */
export function fitted(box: Box, size: Size): Camera {
  const side = Math.max(1, Math.min(size.width, size.height));
  const free = 1 - 2 * MARGIN;
  const scale = Math.min((size.width * free) / Math.max(1e-6, box.right - box.left), (size.height * free) / Math.max(1e-6, box.top - box.bottom));
  const zoom = Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, (2 * scale) / side));
  return { x: (box.left + box.right) / 2, y: (box.bottom + box.top) / 2, zoom };
}

/** The part of the map on the screen. */
export function visibleBox(camera: Camera, size: Size): Box {
  const first = toMap(camera, size, 0, 0);
  const last = toMap(camera, size, size.width, size.height);
  return { left: first.x, right: last.x, bottom: last.y, top: first.y };
}

export function isInside({ left, right, bottom, top }: Box, x: number, y: number): boolean {
  return x >= left && x <= right && y >= bottom && y <= top;
}

/** The smallest box around finite points; xy holds x and y of each. */
export function boundsOf(xy: Float32Array): Box {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at + 1 < xy.length; at += 2) {
    const x = xy[at];
    const y = xy[at + 1];
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < bottom) bottom = y;
    if (y > top) top = y;
  }
  return left <= right && bottom <= top ? { left, right, bottom, top } : { left: -1, right: 1, bottom: -1, top: 1 };
}

/** Diameter of a point in CSS pixels: small where many points share the screen, larger as one goes nearer. */
export function pointSize(count: number, { width, height }: Size, zoom: number): number {
  const spacing = Math.sqrt((width * height) / Math.max(1, count));
  return Math.min(14, Math.max(2, Math.min(9, spacing * 0.9) * Math.max(1, zoom) ** 0.4));
}

/** The middle of the screen stays on the map, so that no one gets lost. */
function limited({ x, y, zoom }: Camera): Camera {
  return { x: Math.min(1, Math.max(-1, x)), y: Math.min(1, Math.max(-1, y)), zoom };
}
