// Where on the canvas a face lies, from its key points. A matrix is two rows of three, in a row.

import type { Canvas } from "./bundle.ts";

export type Matrix = readonly [number, number, number, number, number, number];

const STEADY = [27, 28, 29, 30, 33, 36, 39, 42, 45]; // points that no expression moves
const [RIGHT, LEFT] = [[36, 39], [42, 45]]; // corners of the eyes

/** From picture pixels to canvas pixels, for (70 x 2) key points in picture units. */
export function place(points: Float32Array, canvas: Canvas): Matrix {
  const mean = (places: number[], n: number): number =>
    (places.reduce((sum, point) => sum + points[2 * point + n], 0) / places.length) * canvas.picture;
  const [x, y] = [0, 1].map((n) => mean(LEFT, n) - mean(RIGHT, n));
  const length = Math.hypot(x, y) || 1;
  const [cosine, sine] = [x / length, y / length];
  const [a, b] = [mean(STEADY, 0), mean(STEADY, 1)];
  return [cosine, sine, canvas.x - cosine * a - sine * b, -sine, cosine, canvas.y + sine * a - cosine * b];
}

/** The matrix that undoes this one. */
export function inverse([a, b, c, d, e, f]: Matrix): Matrix {
  const whole = 1 / (a * e - b * d);
  return [e * whole, -b * whole, (b * f - c * e) * whole, -d * whole, a * whole, (c * d - a * f) * whole];
}

/** (70 x 2) canvas pixels of (70 x 2) key points in picture units. */
export function canonical(points: Float32Array, [a, b, c, d, e, f]: Matrix, picture: number): Float32Array {
  const found = new Float32Array(points.length);
  for (let n = 0; n < points.length; n += 2) {
    const [x, y] = [points[n] * picture, points[n + 1] * picture];
    found[n] = a * x + b * y + c;
    found[n + 1] = d * x + e * y + f;
  }
  return found;
}
