// Where a cel shows: strips of the picture, a few rows high. What lies outside them is not painted.

import type { CelShape } from "./bundle.ts";
import type { Box } from "./drawing.ts";
import type { Matrix } from "./place.ts";

/** Canvas pixels beyond its box up to which a cel is looked at: beyond every picture. */
const FAR = 16384;

/** Rows of the picture in a strip. # ours */
const HIGH = 8;

/**
 * The strips in which something of a cel may be seen: of each left, top, right, bottom in whole pixels of the picture, so
 * that no pixel lies in two or between them.
 *
 * field: all x, then all y, canvas pixels. back: from canvas to picture, in canvas pixels. shows: the part of the sheet
 * outside which nothing is ever seen. touched: the part of the picture that the cel may touch. Between knots a place looks
 * linearly, so no place of a cell looks further than its corners do, and a cell whose corners all look past the drawing
 * is clear.
 */
export function strips(
  cel: CelShape, field: Float32Array, back: Matrix, margin: readonly [number, number], shows: Box, zoom: number, touched: Box,
): number[] {
  const [left, top, right, bottom] = cel.box;
  const [across, down] = cel.knots;
  const [xs, ys] = [lines(right - left, across), lines(bottom - top, down)];
  const [columns, rows] = [across + 2, down + 2];
  const scale = cel.size[0] / (right - left);
  const [low, high, most, deep] = reach(cel, shows).map((bound) => bound / scale);
  const looks = [new Float32Array(2 * columns), new Float32Array(2 * columns)];
  const places = [new Float32Array(2 * columns), new Float32Array(2 * columns)];
  const first = Math.floor(touched[1] / HIGH);
  const spans = Array.from({ length: Math.ceil((touched[1] + touched[3]) / HIGH) - first }, () => [Infinity, -Infinity]);
  for (let row = 0; row < rows; row++) {
    const [above, below, higher, lower] = [looks[(row + 1) % 2], looks[row % 2], places[(row + 1) % 2], places[row % 2]];
    const knots = Math.min(Math.max(row - 1, 0), down - 1) * across;
    for (let column = 0; column < columns; column++) {
      const knot = knots + Math.min(Math.max(column - 1, 0), across - 1);
      const [a, b] = [xs[column] + left, ys[row] + top];
      const x = back[0] * a + back[1] * b + back[2];
      const y = back[3] * a + back[4] * b + back[5];
      lower[2 * column] = x / zoom;
      lower[2 * column + 1] = y / zoom;
      below[2 * column] = (cel.ground ? x + margin[0] - left : xs[column]) + field[knot];
      below[2 * column + 1] = (cel.ground ? y + margin[1] - top : ys[row]) + field[knot + across * down];
    }
    if (!row) continue;
    for (let at = 0; at < 2 * columns - 2; at += 2) {
      if (apart(above, below, at, low, most) || apart(above, below, at + 1, high, deep)) continue;
      const begin = Math.min(higher[at], higher[at + 2], lower[at], lower[at + 2]);
      const end = Math.max(higher[at], higher[at + 2], lower[at], lower[at + 2]);
      const from = Math.floor(Math.min(higher[at + 1], higher[at + 3], lower[at + 1], lower[at + 3]) / HIGH) - first;
      const to = Math.floor(Math.max(higher[at + 1], higher[at + 3], lower[at + 1], lower[at + 3]) / HIGH) - first;
      for (let strip = Math.max(from, 0); strip <= to && strip < spans.length; strip++) {
        const span = spans[strip];
        if (begin < span[0]) span[0] = begin;
        if (end > span[1]) span[1] = end;
      }
    }
  }
  return spans.flatMap(([begin, end], strip) => {
    const from = Math.max(Math.floor(begin), touched[0]);
    const to = Math.min(Math.ceil(end), touched[0] + touched[2]);
    const upper = Math.max((first + strip) * HIGH, touched[1]);
    return from < to ? [from, upper, to, Math.min((first + strip + 1) * HIGH, touched[1] + touched[3])] : [];
  });
}

/** Where cells begin along a side of a box: at its knots, and far beyond them on either end. */
function lines(side: number, knots: number): Float64Array {
  const found = new Float64Array(knots + 2);
  for (let n = 0; n < knots; n++) found[n + 1] = 0.5 + (n * (side - 1)) / (knots - 1);
  found[0] = -FAR;
  found[knots + 1] = side + FAR;
  return found;
}

/** Left, top, right, bottom of what is ever seen of the sheet. */
function reach(cel: CelShape, [x, y, wide, high]: Box): number[] {
  // linear reading reaches half a pixel beyond a pixel's edge
  const found = [x - 0.5, y - 0.5, x + wide + 0.5, y + high + 0.5];
  if (cel.open) { // what lies at a sheet's edge goes on beyond it
    if (x <= 0) found[0] = -Infinity;
    if (y <= 0) found[1] = -Infinity;
    if (x + wide >= cel.size[0]) found[2] = Infinity;
    if (y + high >= cel.size[1]) found[3] = Infinity;
  }
  return found;
}

/** Whether all four corners of a cell lie below `low` or all above `high`. */
function apart(above: Float32Array, below: Float32Array, n: number, low: number, high: number): boolean {
  const [p, q, r, s] = [above[n], above[n + 2], below[n], below[n + 2]];
  return (p < low && q < low && r < low && s < low) || (p > high && q > high && r > high && s > high);
}

/** The part of the picture, x, y, width, height in whole pixels, that a cel may touch. */
export function window({ box: [left, top, right, bottom], open }: CelShape, [a, b, c, d, e, f]: Matrix, zoom: number, size: number): Box {
  if (open) return [0, 0, size, size];
  const xs: number[] = [];
  const ys: number[] = [];
  for (const x of [left, right + 0.5]) {
    for (const y of [top, bottom + 0.5]) {
      xs.push((a * x + b * y + c) / zoom - 0.5);
      ys.push((d * x + e * y + f) / zoom - 0.5);
    }
  }
  const bound = (value: number): number => Math.min(Math.max(value, 0), size);
  const [x, y] = [bound(Math.floor(Math.min(...xs))), bound(Math.floor(Math.min(...ys)))];
  return [x, y, bound(Math.ceil(Math.max(...xs)) + 1) - x, bound(Math.ceil(Math.max(...ys)) + 1) - y];
}

/** Fields of all cels in one drawing of (x, y), one below the other; and in which row each begins. */
export class Fields {
  readonly width: number;
  readonly height: number;
  readonly rows: readonly number[];
  readonly numbers: Float32Array;

  constructor(cels: readonly CelShape[]) {
    let height = 0;
    this.width = Math.max(...cels.map(({ knots }) => knots[0]));
    this.rows = cels.map(({ knots }) => (height += knots[1]) - knots[1]);
    this.height = height;
    this.numbers = new Float32Array(2 * this.width * height);
  }

  /** Take over the field of cel n: all x, then all y. */
  put(n: number, field: Float32Array, [across, down]: readonly [number, number]): void {
    for (let row = 0, from = 0; row < down; row++) {
      for (let column = 0, to = 2 * (this.rows[n] + row) * this.width; column < across; column++, from++, to += 2) {
        this.numbers[to] = field[from];
        this.numbers[to + 1] = field[from + across * down];
      }
    }
  }
}
