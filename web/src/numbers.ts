// What a frame is told: 63 channels, 8 feelings, 8 of noise.

export const CHANNELS = 63;
export const FEELINGS = 8;
export const NOISE = 8;
export const NUMBERS = CHANNELS + FEELINGS + NOISE;

/** Names of the last channels, in order. */
export const MARKS = ["blush", "tears", "sweat", "sparkle", "vein", "gloom"];

const both = (name: string): string[] => [`${name}Left`, `${name}Right`];

/** Names of the numbers: ARKit's 52 blendshapes, turns of head and gaze in radians, marks, feelings, noise. */
export const NAMES: readonly string[] = [
  ...both("browDown"), "browInnerUp", ...both("browOuterUp"), "cheekPuff", ...both("cheekSquint"), ...both("eyeBlink"),
  ...["Down", "In", "Out", "Up"].flatMap((way) => both(`eyeLook${way}`)), ...both("eyeSquint"), ...both("eyeWide"),
  "jawForward", "jawLeft", "jawOpen", "jawRight", "mouthClose", ...both("mouthDimple"), ...both("mouthFrown"),
  "mouthFunnel", "mouthLeft", ...both("mouthLowerDown"), ...both("mouthPress"), "mouthPucker", "mouthRight",
  "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", ...both("mouthSmile"), ...both("mouthStretch"),
  ...both("mouthUpperUp"), ...both("noseSneer"), "tongueOut", "yaw", "pitch", "roll", "gaze_x", "gaze_y", ...MARKS,
  "happy", "sad", "angry", "surprised", "disgusted", "afraid", "shy", "relaxed",
  ...Array.from({ length: NOISE }, (_, n) => `noise_${n}`),
];

/** The 79 numbers in which these have the values that are given, and all else is 0. Throws RangeError on an unknown name. */
export function express(values: Readonly<Record<string, number>>): Float32Array {
  const numbers = new Float32Array(NUMBERS);
  for (const [name, value] of Object.entries(values)) {
    const at = NAMES.indexOf(name);
    if (at < 0) throw new RangeError(`no number is called '${name}'`);
    numbers[at] = value;
  }
  return numbers;
}

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
