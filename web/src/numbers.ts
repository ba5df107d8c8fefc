// What a frame is told: 63 channels, 8 feelings, 8 of noise.

export const CHANNELS = 63;
export const FEELINGS = 8;
export const NOISE = 8;
export const NUMBERS = CHANNELS + FEELINGS + NOISE;

/** Names of the last channels, in order. */
export const MARKS = ["blush", "tears", "sweat", "sparkle", "vein", "gloom"];

/** The numbers of a message of 79 halves, little-endian; null when it is another message. */
export function numbersOf(message: ArrayBuffer): Float32Array | null {
  if (message.byteLength !== 2 * NUMBERS) return null;
  const view = new DataView(message);
  return Float32Array.from({ length: NUMBERS }, (_, n) => half(view.getUint16(2 * n, true)));
}

/** The number that 16 bits of IEEE 754 half precision stand for. */
export function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const rest = bits & 1023;
  if (exponent === 31) return rest ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + rest) : 2 ** -24 * rest);
}
