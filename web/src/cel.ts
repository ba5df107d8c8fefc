// One cel on the graphics card: its sheet, its key drawings, and the sheet with the keys that show now.

import type { Bundle, CelShape } from "./bundle.ts";
import { around, bounded, bounds, Occupied, unpack, type Box } from "./drawing.ts";
import { PaintError } from "./error.ts";
import { target, texture, type GL, type Program } from "./gl.ts";

const ZERO = 128; // the byte of a key drawing that stands for no change
const FAINT = 0.4; // of a byte's step: a key that changes no pixel by more is left out, as in Python
const SAME = 0.25; // of a byte's step: a sheet whose keys change no pixel by more than that stays as it was # ours

export class Cel {
  private was: Float32Array;
  private constructor(
    private readonly gl: GL,
    readonly shape: CelShape,
    /** Where on the sheet anything is ever seen. */
    readonly occupied: Occupied,
    /** Where its keys change it; null: nowhere. */
    private readonly changing: Box | null,
    /** Clear pixels around the sheet: beyond its edge nothing lies, unless it is open. */
    readonly pad: number,
    private readonly sheet: WebGLTexture,
    private readonly clear: boolean,
    private readonly store: WebGLTexture | null,
    private readonly shifts: readonly (readonly [number, number])[],
    /** Of each key where on the sheet it changes anything, and by how much at most, in byte's steps. */
    private readonly boxes: readonly Box[],
    private readonly strongest: readonly number[],
    private readonly mixed: WebGLTexture | null,
    private readonly canvas: WebGLFramebuffer | null,
  ) {
    this.was = new Float32Array(shape.keys.length).fill(NaN);
  }

  /** Sides of its texture. */
  get sides(): [number, number] {
    return [this.shape.size[0] + 2 * this.pad, this.shape.size[1] + 2 * this.pad];
  }

  /** Its drawings inflated and handed to the card. Throws BundleError or PaintError. */
  static async load(gl: GL, bundle: Bundle, shape: CelShape): Promise<Cel> {
    const [width, height] = shape.size;
    const pad = shape.open ? 0 : 1;
    const largest = gl.getParameter(gl.MAX_TEXTURE_SIZE) as number;
    if (Math.max(width, height) + 2 * pad > largest) {
      throw new PaintError(`${shape.name}: ${width} x ${height} pixels are more than the ${largest} of this graphics card`);
    }
    const pixels = await unpack(bundle.packed(shape), width, height, `${shape.name}.sheet`);
    const occupied = new Occupied(width, height, shape.open);
    occupied.add(pixels, [0, 0, width, height], 0);
    const clear = !bounds(pixels, width, height, 0);
    const [corners, wide, high] = packed(shape.keys.map(({ box }) => box), largest);
    if (high > largest) throw new PaintError(`${shape.name}: its keys are more than this graphics card holds`);
    const store = corners.length ? texture(gl, wide, high, false) : null;
    const strongest: number[] = [];
    const boxes: Box[] = [];
    let changing: Box | null = null;
    for (const [number, { box, step }] of shape.keys.entries()) {
      const key = await unpack(bundle.packed(shape, number), box[2], box[3], `${shape.name}.key${number}`);
      let most = 0;
      for (const byte of key) most = Math.max(most, byte - ZERO, ZERO - byte);
      strongest.push(most * step);
      const part = step ? bounds(key, box[2], box[3], ZERO) : null;
      boxes.push(part ? [box[0] + part[0], box[1] + part[1], part[2], part[3]] : [0, 0, 0, 0]);
      if (part) {
        changing = around(changing, boxes[number]);
        occupied.add(key, box, ZERO);
      }
      gl.bindTexture(gl.TEXTURE_2D, store); // the sheet's page may have bound another while this waited
      gl.texSubImage2D(gl.TEXTURE_2D, 0, ...corners[number], box[2], box[3], gl.RGBA, gl.UNSIGNED_BYTE, key);
    }
    const sides = [width + 2 * pad, height + 2 * pad] as const;
    const sheet = texture(gl, ...sides, true);
    const shown = bounded(pixels);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, pad, pad, width, height, gl.RGBA, gl.UNSIGNED_BYTE, changing ? pixels : shown);
    const mixed = changing && texture(gl, ...sides, true);
    if (mixed) gl.texSubImage2D(gl.TEXTURE_2D, 0, pad, pad, width, height, gl.RGBA, gl.UNSIGNED_BYTE, shown);
    const canvas = mixed && target(gl, mixed);
    // from a pixel of the sheet's texture to the store's
    const shifts = corners.map(([x, y], n): [number, number] => [x - shape.keys[n].box[0] - pad, y - shape.keys[n].box[1] - pad]);
    occupied.finish();
    return new Cel(gl, shape, occupied, changing, pad, sheet, clear, store, shifts, boxes, strongest, mixed, canvas);
  }

  /** The sheet with its keys, or null where nothing is to be seen. weights: of all its keys. */
  drawn(weights: Float32Array, mix: Program): WebGLTexture | null {
    const { gl, was, shape, pad, changing } = this;
    const strong = weights.map((weight, n) => (Math.abs(weight) * this.strongest[n] > FAINT ? weight : 0));
    if (this.clear && !strong.some(Boolean)) return null;
    if (!changing) return this.sheet;
    let change = 0;
    for (let n = 0; n < strong.length; n++) change += Math.abs(strong[n] - was[n]) * this.strongest[n];
    if (change < SAME) return this.mixed;
    this.was = strong;
    const boxes: number[] = [];
    const shifts: number[] = [];
    const shares: number[] = [];
    strong.forEach((one, n) => {
      if (!one) return;
      const [x, y, wide, high] = this.boxes[n];
      boxes.push(x + pad, y + pad, x + pad + wide, y + pad + high);
      shifts.push(...this.shifts[n]);
      shares.push(one * shape.keys[n].step);
    });
    mix.use();
    gl.uniform1i(mix.at("sheet"), 0);
    gl.uniform1i(mix.at("store"), 1);
    if (shares.length) {
      gl.uniform4iv(mix.at("boxes"), boxes);
      gl.uniform2iv(mix.at("shifts"), shifts);
      gl.uniform1fv(mix.at("shares"), shares);
    }
    gl.uniform1i(mix.at("count"), shares.length);
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.store);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.sheet);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.canvas);
    gl.disable(gl.BLEND);
    gl.viewport(0, 0, ...this.sides);
    gl.scissor(changing[0] + pad, changing[1] + pad, changing[2], changing[3]);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    return this.mixed;
  }

  close(): void {
    const { gl } = this;
    for (const one of [this.sheet, this.store, this.mixed]) gl.deleteTexture(one);
    gl.deleteFramebuffer(this.canvas);
  }
}

/** Left upper corners of boxes in a store of this width and height: in rows, the tallest first. */
function packed(boxes: readonly Box[], largest: number): [[number, number][], number, number] {
  const corners: [number, number][] = boxes.map(() => [0, 0]);
  const area = boxes.reduce((sum, box) => sum + box[2] * box[3], 0);
  const wide = Math.min(largest, Math.max(Math.ceil(Math.sqrt(area)), ...boxes.map((box) => box[2])));
  const order = boxes.map((_, n) => n).sort((one, other) => boxes[other][3] - boxes[one][3]);
  let [x, y, row] = [0, 0, 0];
  for (const n of order) {
    if (x + boxes[n][2] > wide) [x, y, row] = [0, y + row, 0];
    corners[n] = [x, y];
    x += boxes[n][2];
    row = Math.max(row, boxes[n][3]);
  }
  return [corners, wide, y + row];
}
