import { BundleError } from "./error.ts";
import { half } from "./numbers.ts";

const MOST_HEADER = 1 << 20; // bytes

const WIDTHS: Record<string, number> = { F16: 2, F32: 4, U8: 1 };

export interface Tensor {
  readonly type: "F16" | "F32" | "U8";
  readonly shape: readonly number[];
  /** Little-endian, and not always aligned. */
  readonly bytes: Uint8Array;
}

/** The tensors of a safetensors file, by name. Nothing is copied. Throws BundleError on anything that does not fit. */
export function readTensors(file: Uint8Array, where: string): Map<string, Tensor> {
  const off = (what: string): BundleError => new BundleError(`${where}: not a whole safetensors file (${what})`);
  if (file.length < 8) throw off(`${file.length} bytes`);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(0, true);
  if (view.getUint32(4, true) !== 0 || length > MOST_HEADER || 8 + length > file.length) throw off("its header's length");
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(file.subarray(8, 8 + length)));
  } catch {
    throw off("its header is no JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) throw off("its header is no object");
  const data = file.subarray(8 + length);
  const found = new Map<string, Tensor>();
  for (const [name, told] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const { dtype, shape, data_offsets: ends } = (told ?? {}) as Record<string, unknown>;
    const width = typeof dtype === "string" && Object.hasOwn(WIDTHS, dtype) ? WIDTHS[dtype] : 0;
    if (!width) throw off(`${name}: dtype ${String(dtype).slice(0, 20)}`);
    const whole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
    if (!Array.isArray(shape) || shape.length > 8 || !shape.every(whole)) throw off(`${name}: its shape`);
    if (!Array.isArray(ends) || ends.length !== 2 || !ends.every(whole)) throw off(`${name}: its place`);
    const size = shape.reduce((a, b) => a * b, width);
    if (ends[1] - ends[0] !== size || ends[1] > data.length) throw off(`${name}: its place`);
    found.set(name, { type: dtype as Tensor["type"], shape, bytes: data.subarray(ends[0], ends[1]) });
  }
  return found;
}

/** The numbers of a tensor of floats. Throws BundleError when one is not finite or they are no floats. */
export function floats(tensor: Tensor, where: string): Float32Array {
  const { type, bytes } = tensor;
  if (type === "U8") throw new BundleError(`${where}: expected finite floats, got bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = new Float32Array(bytes.length / WIDTHS[type]);
  for (let n = 0; n < found.length; n++) {
    found[n] = type === "F32" ? view.getFloat32(4 * n, true) : half(view.getUint16(2 * n, true));
    if (!Number.isFinite(found[n])) throw new BundleError(`${where}: expected finite floats, got ${found[n]}`);
  }
  return found;
}
