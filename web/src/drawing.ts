import { BundleError } from "./error.ts";

/**
 * A drawing from its bytes: RGBA premultiplied, rows from the top. It is inflated to the size that is wanted and no byte
 * further, whatever the bytes claim. Throws BundleError when they hold another drawing.
 */
export async function unpack(
  packed: Uint8Array, width: number, height: number, where: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const wanted = width * height * 4;
  const pixels = new Uint8Array(wanted);
  const stream = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > wanted) throw new BundleError(`${where}: more than ${wanted} bytes of ${width} x ${height} pixels`);
      pixels.set(value, at);
      at += value.length;
    }
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error instanceof BundleError ? error : new BundleError(`${where}: not a whole drawing (${String(error)})`);
  }
  if (at !== wanted) throw new BundleError(`${where}: expected ${wanted} bytes of ${width} x ${height} pixels, got ${at}`);
  const row = 4 * width;
  for (let start = 0; start < wanted; start += row) {
    for (let n = start + 4; n < start + row; n++) pixels[n] += pixels[n - 4]; // modulo 256
  }
  return pixels;
}

/** Premultiplied pixels whose colours are no stronger than alpha. */
export function bounded(pixels: Uint8Array): Uint8Array {
  return pixels.map((byte, n) => Math.min(byte, pixels[n | 3]));
}

/** x, y, width and height of the part of a drawing that differs from `clear`; null where none does. */
export function bounds(pixels: Uint8Array, width: number, height: number, clear: number): Box | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = 4 * y * width; x < width; x++, at += 4) {
      if (pixels[at] === clear && pixels[at + 1] === clear && pixels[at + 2] === clear && pixels[at + 3] === clear) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (top === height) top = y;
      bottom = y;
    }
  }
  return right < 0 ? null : [left, top, right - left + 1, bottom - top + 1];
}

/** x, y, width, height. */
export type Box = readonly [number, number, number, number];

/** The smallest box around both. */
export function around(one: Box | null, other: Box | null): Box | null {
  if (!one || !other) return one ?? other;
  const left = Math.min(one[0], other[0]);
  const top = Math.min(one[1], other[1]);
  const right = Math.max(one[0] + one[2], other[0] + other[2]);
  const bottom = Math.max(one[1] + one[3], other[1] + other[3]);
  return [left, top, right - left, bottom - top];
}

const SHIFT = 3;
const TILE = 1 << SHIFT; // pixels

/** Where on a sheet anything is ever seen, in tiles. */
export class Occupied {
  private readonly across: number;
  private readonly down: number;
  private readonly tiles: Uint8Array;
  /** How many tiles above and left of each corner show something. */
  private readonly sums: Uint32Array;

  constructor(private readonly width: number, private readonly height: number, private readonly open: boolean) {
    this.across = Math.ceil(width / TILE);
    this.down = Math.ceil(height / TILE);
    this.tiles = new Uint8Array(this.across * this.down);
    this.sums = new Uint32Array((this.across + 1) * (this.down + 1));
  }

  /** Count in what differs from `clear` in a drawing that lies here. */
  add(pixels: Uint8Array, [left, top, width, height]: Box, clear: number): void {
    for (let y = 0, at = 0; y < height; y++) {
      const row = ((top + y) >> SHIFT) * this.across;
      for (let x = 0; x < width; x++, at += 4) {
        const tile = row + ((left + x) >> SHIFT);
        if (this.tiles[tile]) continue;
        if (pixels[at] !== clear || pixels[at + 1] !== clear || pixels[at + 2] !== clear || pixels[at + 3] !== clear) this.tiles[tile] = 1;
      }
    }
  }

  /** Sum up, once all is counted in. */
  finish(): void {
    const row = this.across + 1;
    for (let y = 0; y < this.down; y++) {
      for (let x = 0; x < this.across; x++) {
        const at = (y + 1) * row + x + 1;
        this.sums[at] = this.sums[at - 1] + this.sums[at - row] - this.sums[at - row - 1] + this.tiles[y * this.across + x];
      }
    }
  }

  /** Whether anything is seen between these places, in pixels of the sheet. */
  between(left: number, top: number, right: number, bottom: number): boolean {
    let [x0, y0, x1, y1] = [left - 0.5, top - 0.5, right + 0.5, bottom + 0.5]; // linear reading reaches as far
    const [mostX, mostY] = [this.width - 1, this.height - 1];
    if (this.open) { // what lies at a sheet's edge goes on beyond it
      [x0, x1] = [Math.min(x0, mostX), Math.max(x1, 0)];
      [y0, y1] = [Math.min(y0, mostY), Math.max(y1, 0)];
    } else if (x1 < 0 || y1 < 0 || x0 >= this.width || y0 >= this.height) return false;
    const [a, b] = [Math.max(x0, 0) >> SHIFT, Math.max(y0, 0) >> SHIFT];
    const [c, d] = [(Math.min(x1, mostX) >> SHIFT) + 1, (Math.min(y1, mostY) >> SHIFT) + 1];
    const row = this.across + 1;
    return this.sums[d * row + c] - this.sums[b * row + c] - this.sums[d * row + a] + this.sums[b * row + a] > 0;
  }
}
