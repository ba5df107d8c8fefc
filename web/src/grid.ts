// Where every cel is looked at: worked out at places a few pixels apart, and only where something of the cel shows.

import type { Canvas, CelShape } from "./bundle.ts";
import type { Box } from "./drawing.ts";
import { inverse, type Matrix } from "./place.ts";

/** Canvas pixels between two places, at least in whole picture pixels: the Python painter's own for 256 pixels. */
const STEP = 4;

export interface Grid {
  /** Left, top, width and height of the part of the picture that may be touched. */
  window: Box;
  columns: number;
  /** Of the first place, continuous picture pixels. */
  x: number;
  y: number;
  step: number;
  /** Where each place looks, (rows x columns x 2) continuous pixels of the sheet. */
  looks: Float32Array;
  /** Corners of the triangles between places. */
  corners: Uint16Array;
  /** How many of them. */
  count: number;
}

const memory = { looks: new Float32Array(0), corners: new Uint16Array(0) }; // one cel is worked on at a time

/**
 * The grid of one cel in a picture of `size` pixels a side, or null where nothing of it is seen. It lasts until the next.
 *
 * field: all x, then all y, canvas pixels. onto: from picture pixels to canvas pixels. shows: the part of the sheet
 * outside which nothing is ever seen.
 */
export function grid(
  cel: CelShape, field: Float32Array, onto: Matrix, size: number, canvas: Canvas, margin: readonly [number, number], shows: Box,
): Grid | null {
  const [left, top, right, bottom] = cel.box;
  const zoom = canvas.picture / size;
  const step = STEP * Math.max(1, Math.round(1 / zoom));
  const window = cel.open ? ([0, 0, size, size] as Box) : around(cel, onto, zoom, size);
  if (window[2] <= 0 || window[3] <= 0) return null;
  // one place beyond each edge, so that all pixels lie between
  const columns = Math.ceil(window[2] / step) + 2;
  const rows = Math.ceil(window[3] / step) + 2;
  const [x0, y0] = [window[0] - step / 2, window[1] - step / 2];
  const places = columns * rows;
  if (memory.looks.length < 2 * places) {
    memory.looks = new Float32Array(2 * places);
    memory.corners = new Uint16Array(6 * places);
  }
  const { looks } = memory;
  const [across, down] = cel.knots;
  const scale = cel.size[0] / (right - left);
  const [ratioX, ratioY] = [(across - 1) / (right - left - 1), (down - 1) / (bottom - top - 1)];
  // what lies beyond the box looks where its edge does, or a step or two further
  const edge = 1.5 * step * Math.max(zoom, 1);
  const [mostX, mostY] = [right - left + edge, bottom - top + edge];
  const second = across * down;
  for (let row = 0, at = 0; row < rows; row++) {
    const y = (y0 + row * step) * zoom;
    for (let column = 0; column < columns; column++, at += 2) {
      const x = (x0 + column * step) * zoom;
      const ownX = Math.min(Math.max(onto[0] * x + onto[1] * y + onto[2] - left, -edge), mostX);
      const ownY = Math.min(Math.max(onto[3] * x + onto[4] * y + onto[5] - top, -edge), mostY);
      const knotX = Math.min(Math.max((ownX - 0.5) * ratioX, 0), across - 1);
      const knotY = Math.min(Math.max((ownY - 0.5) * ratioY, 0), down - 1);
      const i = Math.min(Math.floor(knotX), across - 2);
      const j = Math.min(Math.floor(knotY), down - 2);
      const [u, v] = [knotX - i, knotY - j];
      const a = j * across + i;
      const [w00, w01, w10, w11] = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
      const b = a + second;
      const movedX = field[a] * w00 + field[a + 1] * w01 + field[a + across] * w10 + field[a + across + 1] * w11;
      const movedY = field[b] * w00 + field[b + 1] * w01 + field[b + across] * w10 + field[b + across + 1] * w11;
      looks[at] = ((cel.ground ? x + margin[0] - left : ownX) + movedX) * scale;
      looks[at + 1] = ((cel.ground ? y + margin[1] - top : ownY) + movedY) * scale;
    }
  }
  const count = seen(cel, looks, columns, rows, shows, memory.corners);
  return count ? { window, columns, x: x0, y: y0, step, looks: looks.subarray(0, 2 * places), corners: memory.corners, count } : null;
}

/** The part of the picture, in whole pixels, that a cel's box covers. */
function around({ box: [left, top, right, bottom] }: CelShape, onto: Matrix, zoom: number, size: number): Box {
  const [a, b, c, d, e, f] = inverse(onto);
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

/** Two triangles for every four places between which the cel shows; how many corners that are. */
function seen(cel: CelShape, looks: Float32Array, columns: number, rows: number, shows: Box, corners: Uint16Array): number {
  // linear reading reaches half a pixel beyond a pixel's edge
  let [low, high, most, deep] = [shows[0] - 0.5, shows[1] - 0.5, shows[0] + shows[2] + 0.5, shows[1] + shows[3] + 0.5];
  if (cel.open) { // what lies at a sheet's edge goes on beyond it
    if (shows[0] <= 0) low = -Infinity;
    if (shows[1] <= 0) high = -Infinity;
    if (shows[0] + shows[2] >= cel.size[0]) most = Infinity;
    if (shows[1] + shows[3] >= cel.size[1]) deep = Infinity;
  }
  let count = 0;
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const a = row * columns + column;
      const [p, q, r, s] = [2 * a, 2 * a + 2, 2 * (a + columns), 2 * (a + columns) + 2];
      if (Math.max(looks[p], looks[q], looks[r], looks[s]) < low || Math.min(looks[p], looks[q], looks[r], looks[s]) > most) continue;
      if (Math.max(looks[p + 1], looks[q + 1], looks[r + 1], looks[s + 1]) < high) continue;
      if (Math.min(looks[p + 1], looks[q + 1], looks[r + 1], looks[s + 1]) > deep) continue;
      corners[count++] = a;
      corners[count++] = a + 1;
      corners[count++] = a + columns;
      corners[count++] = a + columns;
      corners[count++] = a + 1;
      corners[count++] = a + columns + 1;
    }
  }
  return count;
}
