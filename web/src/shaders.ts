// Three programs: keys are mixed into a sheet, a sheet is laid over the picture, the picture is put on the canvas.

/** Keys that one pass can mix: as many as a cel may have. */
export const MOST_KEYS = 64;

/** One triangle over everything. */
export const WHOLE = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID == 1 ? 3 : -1, gl_VertexID == 2 ? 3 : -1), 0, 1);
}`;

// Byte b of a key stands for (b - 128) steps.
export const MIX = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
uniform sampler2D sheet, store;
uniform ivec4 boxes[${MOST_KEYS}]; // left, top, right, bottom on the sheet's texture
uniform ivec2 shifts[${MOST_KEYS}]; // from there to the store
uniform float shares[${MOST_KEYS}]; // weight times step
uniform int count;
out vec4 mixed;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec4 sum = texelFetch(sheet, at, 0);
  for (int n = 0; n < count; n++) {
    ivec4 box = boxes[n];
    if (at.x < box.x || at.y < box.y || at.x >= box.z || at.y >= box.w) continue;
    sum += (texelFetch(store, at + shifts[n], 0) - ${128 / 255}) * shares[n];
  }
  sum = clamp(sum, 0.0, 1.0);
  mixed = min(sum, sum.a); // no colour is stronger than alpha, which it is multiplied by
}`;

// A corner of a strip, in the picture's pixels, whose rows begin at the top. What comes out is in canvas pixels.
export const PLACE = `#version 300 es
precision highp float;
layout(location = 0) in vec2 corner;
uniform mat3x2 onto; // from the picture to the canvas
uniform vec4 box; // left and top of the cel's box; what to add to a place in the picture where the cel stands on it
uniform vec2 size; // of the picture, and canvas pixels to each of its own
out vec2 own, ground;
void main() {
  vec2 place = corner * size.y;
  own = onto * vec3(place, 1) - box.xy;
  ground = place + box.zw;
  gl_Position = vec4(corner / size.x * 2.0 - 1.0, 0, 1);
}`;

export const LAY = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D sheet, mask, fields;
uniform int use; // 0: as it is; 1: its alpha, for the mask; 2: inside the mask
uniform bool stands; // on the ground
uniform bool cubic; // a pixel is made of sixteen of the sheet, not of four
uniform float crisp; // how much finest detail is strengthened then
uniform float usual; // the sheet's pixels from one of the picture to the next, where nothing moves
uniform vec4 knots; // from own places to knots: factors; the last knots
uniform vec4 first; // its first knot in the fields; 1 / their width and height
uniform vec4 sized; // from places to the sheet's texture: factors, shifts
uniform mat4 tint; // from the sheet's pixels to what shows
in vec2 own, ground;
out vec4 seen;

// The cubic of Mitchell & Netravali, from B 0 and C 3/4 to B -3/4 and C 1, of the sixteen nearest pixels.
vec2 near(vec2 x) { return ((1.25 + 0.875 * crisp) * x - 2.25 - 1.25 * crisp) * x * x + 1.0 + 0.25 * crisp; }
vec2 beyond(vec2 x) { return (((-0.75 - 0.125 * crisp) * x + 3.75 + 0.5 * crisp) * x - 6.0 - 0.5 * crisp) * x + 3.0; }
vec4 smoothly(vec2 at) {
  vec2 size = vec2(textureSize(sheet, 0)), first = floor(at * size - 0.5), t = at * size - 0.5 - first, s = 1.0 - t;
  vec2 w[4] = vec2[4](beyond(1.0 + t), near(t), near(s), beyond(1.0 + s));
  vec4 sum = vec4(0);
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 4; x++)
      sum += w[x].x * w[y].y * texture(sheet, (first + vec2(x, y) - 0.5) / size);
  sum = clamp(sum, 0.0, 1.0);
  return min(sum, sum.a);
}

void main() {
  vec2 knot = clamp((own - 0.5) * knots.xy, vec2(0), knots.zw);
  vec2 place = (stands ? ground : own) + texture(fields, (knot + first.xy + 0.5) * first.zw).xy;
  vec2 at = place * sized.xy + sized.zw, size = vec2(textureSize(sheet, 0)), across = dFdx(at), down = dFdy(at);
  // where a sheet about as fine as the picture is pressed, a pixel is the mean of several places, along the way in which it is pressed most
  vec2 way = dot(down * size, down * size) < dot(across * size, across * size) ? across : down;
  float pressed = length(way * size) / usual;
  if (usual < 1.5 && pressed > 1.5 && pressed < 100.0) {
    int count = clamp(int(pressed * 1.5 + 0.5), 2, 8);
    seen = vec4(0);
    for (int n = 0; n < count; n++) seen += texture(sheet, at + way * ((float(n) + 0.5) / float(count) - 0.5));
    seen /= float(count);
  } else if (cubic) seen = smoothly(at);
  else seen = texture(sheet, at);
  seen = clamp(tint * seen, 0.0, 1.0);
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
