// Where a cel shows: strips of the picture, a few rows high. What lies outside them is not painted.

import type { CelShape } from "./bundle.ts";
import type { Box } from "./drawing.ts";
import type { Matrix } from "./place.ts";

/** Canvas pixels beyond its box up to which an open cel is looked at: beyond every picture. */
const FAR = 16384;

/** Tiles of the picture along each of its sides, of which strips are made. # ours */
const TILES = 32;

/**
 * The strips in which something of a cel may be seen: of each left, top, right, bottom in whole pixels of the picture, so
 * that no pixel lies in two or between them.
 *
 * field: all x, then all y, canvas pixels. back: from canvas to picture, in canvas pixels. shows: whether anything is seen
 * between left, top, right, bottom of the sheet. touched: the part of the picture that the cel may touch. Between knots a
 * place looks linearly, so no place of a cell looks further than its corners do, and a cell is clear where the sheet is
 * clear between them.
 */
export function strips(
  cel: CelShape, field: Float32Array, back: Matrix, margin: readonly [number, number],
  shows: (left: number, top: number, right: number, bottom: number) => boolean, zoom: number, size: number, touched: Box,
): number[] {
  const [left, top, right, bottom] = cel.box;
  const [across, down] = cel.knots;
  const [xs, ys] = [right - left, bottom - top].map((side, n) => lines(side, cel.knots[n], cel.open ? FAR : 0));
  const columns = across + 2;
  const scale = cel.size[0] / (right - left);
  const looks = [new Float32Array(2 * columns), new Float32Array(2 * columns)];
  const places = [new Float32Array(2 * columns), new Float32Array(2 * columns)];
  const tile = Math.max(8, Math.ceil(size / TILES));
  const wide = Math.ceil(size / tile);
  const tiles = new Uint8Array(wide * wide);
  const bound = (place: number): number => Math.min(Math.max(Math.floor(place / tile), 0), wide - 1);
  for (let row = 0; row < down + 2; row++) {
    const [above, below, higher, lower] = [looks[(row + 1) % 2], looks[row % 2], places[(row + 1) % 2], places[row % 2]];
    const knots = Math.min(Math.max(row - 1, 0), down - 1) * across;
    for (let column = 0; column < columns; column++) {
      const knot = knots + Math.min(Math.max(column - 1, 0), across - 1);
      const [a, b] = [xs[column] + left, ys[row] + top];
      const x = back[0] * a + back[1] * b + back[2];
      const y = back[3] * a + back[4] * b + back[5];
      lower[2 * column] = x / zoom;
      lower[2 * column + 1] = y / zoom;
      below[2 * column] = ((cel.ground ? x + margin[0] - left : xs[column]) + field[knot]) * scale;
      below[2 * column + 1] = ((cel.ground ? y + margin[1] - top : ys[row]) + field[knot + across * down]) * scale;
    }
    if (!row) continue;
    for (let at = 0; at < 2 * columns - 2; at += 2) {
      const [x0, y0] = [least(higher, lower, at), least(higher, lower, at + 1)];
      const [x1, y1] = [most(higher, lower, at), most(higher, lower, at + 1)];
      if (x1 <= touched[0] || y1 <= touched[1] || x0 >= touched[0] + touched[2] || y0 >= touched[1] + touched[3]) continue;
      if (!shows(least(above, below, at), least(above, below, at + 1), most(above, below, at), most(above, below, at + 1))) continue;
      for (let y = bound(y0); y <= bound(y1); y++) tiles.fill(1, y * wide + bound(x0), y * wide + bound(x1) + 1);
    }
  }
  const found: number[] = [];
  for (let y = 0; y < wide; y++) {
    for (let x = 0; x < wide; x++) {
      if (!tiles[y * wide + x]) continue;
      const start = x;
      while (x + 1 < wide && tiles[y * wide + x + 1]) x++;
      found.push(start * tile, y * tile, (x + 1) * tile, (y + 1) * tile); // the window cuts what reaches beyond
    }
  }
  return found;
}

/** The least of the numbers at four corners of a cell. */
function least(above: Float32Array, below: Float32Array, at: number): number {
  return Math.min(above[at], above[at + 2], below[at], below[at + 2]);
}

/** The greatest of them. */
function most(above: Float32Array, below: Float32Array, at: number): number {
  return Math.max(above[at], above[at + 2], below[at], below[at + 2]);
}

/** Where cells begin along a side of a box: at its knots, and this far beyond it on either end. */
function lines(side: number, knots: number, beyond: number): Float64Array {
  const found = new Float64Array(knots + 2);
  for (let n = 0; n < knots; n++) found[n + 1] = 0.5 + (n * (side - 1)) / (knots - 1);
  found[0] = -beyond;
  found[knots + 1] = side + beyond;
  return found;
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
