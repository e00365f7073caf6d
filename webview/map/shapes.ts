/** Shapes of points: the same in the shader, by number, and in the legend, as a path. Pure. */

export const SHAPES = ["circle", "square", "triangle", "diamond", "plus", "wedge", "cross", "ring"] as const;
export type Shape = (typeof SHAPES)[number];

/** Filled ones: they tell categories apart. The ring is for what is dropped or belongs nowhere. */
export const CATEGORY_SHAPES = 7;

export function shapeNumber(shape: Shape): number {
  return SHAPES.indexOf(shape);
}

/** For a view box of "-1 -1 2 2", to be filled by the even-odd rule. */
export const SHAPE_PATHS: { readonly [shape in Shape]: string } = {
  circle: "M-.8 0a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0z",
  square: "M-.7-.7h1.4v1.4h-1.4z",
  triangle: "M0-1L.87.5H-.87z",
  diamond: "M0-.92L.92 0L0 .92L-.92 0z",
  plus: "M-.28-.9h.56v.62h.62v.56h-.62v.62h-.56v-.62h-.62v-.56h.62z",
  wedge: "M0 1L.87-.5H-.87z",
  cross: "M-.438-.834L0-.396L.438-.834L.834-.438L.396 0L.834.438L.438.834L0 .396L-.438.834L-.834.438L-.396 0L-.834-.438z",
  ring: "M-.85 0a.85.85 0 1 0 1.7 0a.85.85 0 1 0-1.7 0zM-.5 0a.5.5 0 1 0 1 0a.5.5 0 1 0-1 0z",
};
