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
