// Three programs: keys are mixed into a sheet, a sheet is laid over the picture, the picture is put on the canvas.

/** Keys that one pass can mix: as many as a cel may have. */
export const MOST_KEYS = 64;

/** One triangle over everything. */
export const WHOLE = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1), 0, 1);
}`;

// Drawings lie in the store one after the other, each row by row. Byte b of a key stands for (b - 128) steps.
export const MIX = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
uniform sampler2D sheet, store;
uniform ivec4 boxes[${MOST_KEYS}]; // x, y, width, height on the sheet's texture
uniform ivec2 keys[${MOST_KEYS}]; // first pixel in the store; the weight times the step, as bits
uniform int count, turn; // turn: the store's width is 1 << turn
out vec4 mixed;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 sum = texelFetch(sheet, at, 0) * 255.0;
  for (int n = 0; n < count; n++) {
    ivec2 own = at - boxes[n].xy;
    if (own.x < 0 || own.y < 0 || own.x >= boxes[n].z || own.y >= boxes[n].w) continue;
    int place = keys[n].x + own.y * boxes[n].z + own.x;
    vec4 level = texelFetch(store, ivec2(place & ((1 << turn) - 1), place >> turn), 0) * 255.0 - 128.0;
    sum += level * intBitsToFloat(keys[n].y);
  }
  mixed = clamp(sum / 255.0, 0.0, 1.0);
}`;

// The picture's rows begin at the top; the places of a grid lie evenly, and `look` says where on the sheet each looks.
export const GRID = `#version 300 es
precision highp float;
precision highp int;
layout(location = 0) in vec2 look; // pixels of the texture
uniform int columns;
uniform vec3 first; // x and y of the first place in the picture's pixels, and the distance between two
uniform vec2 sides; // of the texture
uniform float size; // of the picture
out vec2 at;
void main() {
  at = look / sides;
  vec2 place = first.xy + vec2(gl_VertexID % columns, gl_VertexID / columns) * first.z;
  gl_Position = vec4(place / size * 2.0 - 1.0, 0, 1);
}`;

export const LAY = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D sheet, mask;
uniform int use; // 0: as it is; 1: its alpha, for the mask; 2: inside the mask
in vec2 at;
out vec4 seen;
void main() {
  seen = texture(sheet, at);
  if (use == 1) seen = vec4(seen.a);
  if (use == 2) seen *= texelFetch(mask, ivec2(gl_FragCoord.xy), 0).r;
}`;

// Alpha this near to nothing or full is meant to be so.
export const SHOW = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D picture;
uniform int size;
out vec4 shown;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 own = texelFetch(picture, ivec2(at.x, size - 1 - at.y), 0);
  float alpha = own.a * 255.0;
  shown = alpha < 8.5 ? vec4(0) : alpha > 243.5 ? vec4(min(own.rgb / own.a, 1.0), 1) : own;
}`;
