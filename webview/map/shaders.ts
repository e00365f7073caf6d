/** The programs that draw the map's points on the graphics card. */

/** Drawn one over the other: what the filter leaves out, what it lets through, what is chosen. */
export const LAYERS = { dim: 0, lit: 1, chosen: 2 } as const;
export const FLAG_MATCHES = 1;
export const FLAG_CHOSEN = 2;

export const VERTEX = `#version 300 es
precision highp float;
precision highp int;
layout(location = 0) in vec2 position;
layout(location = 1) in uint slot;
layout(location = 2) in uint flags;
layout(location = 3) in float place;
// Centre, and clip units for one unit of the map.
uniform vec4 view;
// Diameter of a point, width of the outline of chosen ones, in device pixels.
uniform float diameter;
uniform float outline;
// Samples kept; negative where places in the order do not count.
uniform float budget;
// 0: kept and dropped at the budget; 1: kept alone; 2: dropped alone.
uniform uint highlight;
uniform uint layer;
// Line 0: colours; line 1: shape, size in units of 1/128.
uniform mediump sampler2D styles;
flat out vec3 colour;
flat out uint shape;
flat out float isLit;
flat out float isChosen;
// Half the side of the point's square in pixels, and the part of it that the shape fills.
flat out float halfSide;
flat out float filled;

void main() {
  uint style = budget < 0.0 ? slot : (place < budget ? 0u : 1u);
  bool lit = (flags & ${FLAG_MATCHES}u) != 0u && (highlight == 0u || highlight == style + 1u);
  bool chosen = (flags & ${FLAG_CHOSEN}u) != 0u;
  if ((chosen ? ${LAYERS.chosen}u : lit ? ${LAYERS.lit}u : ${LAYERS.dim}u) != layer) {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    gl_PointSize = 1.0;
    return;
  }
  vec4 look = texelFetch(styles, ivec2(int(style), 1), 0);
  float size = max(1.5, diameter * look.g * (255.0 / 128.0) * (lit ? 1.0 : 0.75));
  float side = size + 1.0 + (chosen ? 2.0 * outline : 0.0);
  colour = texelFetch(styles, ivec2(int(style), 0), 0).rgb;
  shape = uint(look.r * 255.0 + 0.5);
  isLit = lit ? 1.0 : 0.0;
  isChosen = chosen ? 1.0 : 0.0;
  halfSide = side / 2.0;
  filled = size / side;
  gl_Position = vec4((position - view.xy) * view.zw, 0.0, 1.0);
  gl_PointSize = side;
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
flat in vec3 colour;
flat in uint shape;
flat in float isLit;
flat in float isChosen;
flat in float halfSide;
flat in float filled;
uniform vec3 background;
uniform vec3 foreground;
uniform float outline;
uniform float opacity;
out vec4 result;

float plusDistance(vec2 p) {
  vec2 a = abs(p);
  return max(min(a.x, a.y) - 0.28, max(a.x, a.y) - 0.9);
}

float triangleDistance(vec2 p) {
  return max(p.y - 0.5, abs(p.x) * 0.866 - p.y * 0.5 - 0.5);
}

// Negative inside; p in [-1, 1], y downwards, as in the paths of shapes.ts.
float shapeDistance(vec2 p) {
  switch (shape) {
    case 1u: return max(abs(p.x), abs(p.y)) - 0.7;
    case 2u: return triangleDistance(p);
    case 3u: return (abs(p.x) + abs(p.y)) * 0.7071 - 0.65;
    case 4u: return plusDistance(p);
    case 5u: return triangleDistance(vec2(p.x, -p.y));
    case 6u: return plusDistance(vec2(p.x + p.y, p.x - p.y) * 0.7071);
    case 7u: return abs(length(p) - 0.675) - 0.175;
    default: return length(p) - 0.8;
  }
}

void main() {
  vec2 p = (gl_PointCoord * 2.0 - 1.0) / filled;
  // In pixels; of small points the shape cannot be seen, and their square is filled.
  float d = shapeDistance(p) * halfSide * filled;
  float body = clamp(0.5 - d, 0.0, 1.0);
  vec3 own = mix(mix(background, colour, 0.4), colour, isLit);
  float cover = body * mix(0.5, 1.0, isLit) * opacity;
  if (isChosen > 0.5) {
    float line = clamp(0.5 - (d - outline), 0.0, 1.0);
    own = mix(foreground, mix(background, colour, mix(0.4, 1.0, isLit)), body);
    cover = line;
  }
  if (cover < 0.02) discard;
  result = vec4(own, cover);
}`;
