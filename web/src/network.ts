// The network of a painter of keyed cels: how every cel moves and which of its keys show. And the key points before it.

import type { CelShape } from "./bundle.ts";
import { BundleError } from "./error.ts";
import { CHANNELS, FEELINGS, NOISE } from "./numbers.ts";
import { floats, type Tensor } from "./safetensors.ts";

export const POINTS = 70;
const YAW = 52; // yaw, pitch and roll follow the 52 muscles
const GIVEN = 2;
const INPUTS = 2 * POINTS + CHANNELS + FEELINGS + NOISE + GIVEN + 6;
const LAYERS = 3;
const EVEN = 1e-4; // added to the mean square of what the layers make, before they are brought to a mean square of 1
const [MOST_UNITS, MOST_OUTPUTS] = [4096, 1 << 20];

/** Reads tensors by name and sees to their shapes. */
class Reader {
  constructor(private readonly tensors: ReadonlyMap<string, Tensor>, private readonly file: string) {}

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  shape(name: string): readonly number[] {
    return this.tensors.get(name)?.shape ?? [];
  }

  floats(name: string, ...shape: number[]): Float32Array {
    const tensor = this.tensors.get(name);
    if (!tensor || tensor.shape.join() !== shape.join() || Math.max(...shape) > MOST_OUTPUTS) {
      throw new BundleError(`${this.file}: ${name}: expected shape (${shape.join(", ")}), got (${this.shape(name).join(", ")})`);
    }
    return floats(tensor, `${this.file}: ${name}`);
  }

  layer(name: string, inside: number, outside?: number): Layer {
    const told = outside ?? this.shape(`${name}.bias`)[0] ?? 0;
    return new Layer(this.floats(`${name}.weight`, told, inside), this.floats(`${name}.bias`, told));
  }

  /** Throws BundleError when a tensor that nobody asks for is off: a file is whole or it is not taken. */
  finite(): void {
    for (const [name, tensor] of this.tensors) floats(tensor, `${this.file}: ${name}`);
  }
}

class Layer {
  readonly outside: number;

  constructor(private readonly weight: Float32Array, private readonly bias: Float32Array) {
    this.outside = bias.length;
  }

  /** weight @ x + bias. */
  apply(x: Float32Array, smooth = false): Float32Array {
    const { weight, bias } = this;
    const inside = x.length;
    const found = new Float32Array(bias.length);
    for (let row = 0, at = 0; row < bias.length; row++) {
      let [a, b, c, d] = [bias[row], 0, 0, 0];
      let n = 0;
      for (; n + 3 < inside; n += 4, at += 4) {
        a += weight[at] * x[n];
        b += weight[at + 1] * x[n + 1];
        c += weight[at + 2] * x[n + 2];
        d += weight[at + 3] * x[n + 3];
      }
      for (; n < inside; n++, at++) a += weight[at] * x[n];
      const sum = a + b + c + d;
      found[row] = smooth ? sum / (1 + Math.exp(-sum)) : sum;
    }
    return found;
  }

  /** One row of the weight. */
  row(number: number): Float64Array {
    const inside = this.weight.length / this.outside;
    return Float64Array.from(this.weight.subarray(number * inside, (number + 1) * inside));
  }

  /** weight transposed @ x. */
  back(x: Float64Array): Float64Array {
    const inside = this.weight.length / this.outside;
    const found = new Float64Array(inside);
    for (let row = 0, at = 0; row < this.outside; row++) {
      for (let n = 0; n < inside; n++, at++) found[n] += this.weight[at] * x[row];
    }
    return found;
  }
}

const gate = (x: number): number => 1 / (1 + Math.exp(-x));

/** Expression and noise to 70 key points. */
export class Pointer {
  private readonly layers: Layer[] = [];

  constructor(tensors: ReadonlyMap<string, Tensor>, file: string) {
    const reader = new Reader(tensors, file);
    let inside = CHANNELS + 6 + NOISE;
    const last = 6;
    for (let n = 0; n <= last; n += 2) {
      const layer = reader.layer(`layers.${n}`, inside, n === last ? 2 * POINTS : undefined);
      if (layer.outside > MOST_UNITS) throw new BundleError(`${file}: layers.${n}: ${layer.outside} outputs`);
      inside = layer.outside;
      this.layers.push(layer);
    }
  }

  /** (70 x 2) picture units, in a row. */
  points(channels: Float32Array, noise: Float32Array): Float32Array {
    const turn = channels.subarray(YAW, YAW + 3);
    let x = new Float32Array([...channels, ...turn.map(Math.sin), ...turn.map(Math.cos), ...noise]);
    this.layers.forEach((layer, n) => { x = layer.apply(x, n < this.layers.length - 1) as Float32Array<ArrayBuffer>; });
    return x;
  }

  /** All points, and how these few move with each channel: for each its x, then its y, a row of 63. */
  slopes(channels: Float32Array, noise: Float32Array, points: readonly number[]): { points: Float32Array; rows: Float64Array[] } {
    const turn = channels.subarray(YAW, YAW + 3);
    let x = new Float32Array([...channels, ...turn.map(Math.sin), ...turn.map(Math.cos), ...noise]);
    const last = this.layers.length - 1;
    const bends: Float32Array[] = [];
    for (const layer of this.layers.slice(0, last)) {
      const sum = layer.apply(x);
      bends.push(sum.map((one) => gate(one) * (1 + one * (1 - gate(one)))));
      x = sum.map((one) => one * gate(one)) as Float32Array<ArrayBuffer>;
    }
    const rows = points.flatMap((point) => [2 * point, 2 * point + 1]).map((row) => {
      let back = this.layers[last].row(row);
      for (let n = last - 1; n >= 0; n--) back = this.layers[n].back(back.map((one, k) => one * bends[n][k]));
      turn.forEach((one, n) => {
        back[YAW + n] += back[CHANNELS + n] * Math.cos(one) - back[CHANNELS + 3 + n] * Math.sin(one);
      });
      return back.slice(0, CHANNELS);
    });
    return { points: this.layers[last].apply(x), rows };
  }
}

export interface Condition {
  /** (70 x 2) canvas pixels, in a row. */
  points: Float32Array;
  /** From canvas to picture pixels, two rows of three. */
  place: ArrayLike<number>;
  channels: Float32Array;
  emotion: Float32Array;
  noise: Float32Array;
}

export interface Answer {
  /** How far from its own place each knot looks, in canvas pixels: all x, then all y. */
  field: Float32Array;
  /** Of the keys that the network weighs. */
  weights: Float32Array;
}

interface Part {
  gather: Layer;
  field: Layer;
  weigh: Layer | null;
  follow: Float32Array | null;
  rest: Float32Array | null;
  fade: Float32Array | null;
}

export class Network {
  private readonly embed: Layer[] = [];
  private readonly parts: Part[];
  private readonly middle: Float32Array | null;
  private readonly steep: Float32Array | null;

  constructor(
    tensors: ReadonlyMap<string, Tensor>, file: string, cels: readonly CelShape[],
    private readonly size: readonly [number, number],
  ) {
    const reader = new Reader(tensors, file);
    reader.finite();
    this.middle = reader.has("middle") ? reader.floats("middle", POINTS, 2) : null;
    this.steep = reader.has("steep") ? reader.floats("steep", INPUTS) : null;
    let inside = INPUTS;
    for (let n = 0; n < LAYERS; n++) {
      const layer = reader.layer(`embed.${2 * n}`, inside);
      this.embed.push(layer);
      inside = layer.outside;
    }
    if (inside < 1 || inside > MOST_UNITS) throw new BundleError(`${file}: embed: ${inside} outputs`);
    this.parts = cels.map(({ name, knots: [across, down], keys, marks }) => {
      const gather = reader.layer(`${name}.gather`, inside + INPUTS);
      const weighed = keys.length - 2 * marks.length;
      const follows = reader.has(`${name}.follow`);
      return {
        gather,
        field: reader.layer(`${name}.field`, gather.outside, 2 * across * down),
        weigh: weighed ? reader.layer(`${name}.weigh`, inside + INPUTS, weighed) : null,
        follow: follows ? reader.floats(`${name}.follow`, across * down, POINTS) : null,
        rest: follows ? reader.floats(`${name}.rest`, POINTS, 2) : null,
        fade: reader.has(`${name}.fade`) ? reader.floats(`${name}.fade`, down, across) : null,
      };
    });
  }

  /** Of each cel its field and its keys' weights. */
  answer({ points, place, channels, emotion, noise }: Condition): Answer[] {
    const [width, height] = this.size;
    const inputs = new Float32Array(INPUTS);
    for (let n = 0; n < points.length; n++) {
      inputs[n] = points[n] / (n % 2 ? height : width) - (this.middle ? this.middle[n] : 0.5);
    }
    let at = points.length;
    for (const part of [channels, emotion, noise]) {
      inputs.set(part, at);
      at += part.length;
    }
    inputs.set([1, 1], at); // points and expression are known
    for (let n = 0; n < 6; n++) inputs[at + GIVEN + n] = place[n] * (n % 3 === 2 ? 0.01 : 1);
    if (this.steep) for (let n = 0; n < INPUTS; n++) inputs[n] *= this.steep[n];
    let x = inputs;
    for (const layer of this.embed) x = layer.apply(x, true) as Float32Array<ArrayBuffer>;
    const square = x.reduce((sum, one) => sum + one * one, 0) / x.length;
    const even = 1 / Math.sqrt(square + EVEN);
    const condition = new Float32Array(x.length + INPUTS);
    for (let n = 0; n < x.length; n++) condition[n] = x[n] * even;
    condition.set(inputs, x.length);
    return this.parts.map((part) => ({
      field: moved(part, condition, points),
      weights: part.weigh ? part.weigh.apply(condition).map(Math.tanh) : new Float32Array(0),
    }));
  }
}

function moved({ gather, field, follow, rest, fade }: Part, condition: Float32Array, points: Float32Array): Float32Array {
  const found = field.apply(gather.apply(condition));
  const knots = found.length / 2;
  if (follow && rest) {
    const x = new Float32Array(POINTS);
    const y = new Float32Array(POINTS);
    for (let n = 0; n < POINTS; n++) {
      x[n] = points[2 * n] - rest[2 * n];
      y[n] = points[2 * n + 1] - rest[2 * n + 1];
    }
    for (let knot = 0, at = 0; knot < knots; knot++) {
      let [a, b] = [0, 0];
      for (let n = 0; n < POINTS; n++, at++) {
        a += follow[at] * x[n];
        b += follow[at] * y[n];
      }
      found[knot] -= a;
      found[knots + knot] -= b;
    }
  }
  if (fade) for (let n = 0; n < found.length; n++) found[n] *= fade[n % knots];
  return found;
}
