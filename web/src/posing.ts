// From dragged key points to the muscles that bring them there, as mien.paint.posing does it: each point asks muscles of
// its own part of the face, and damped least squares finds how far each has to pull. So no drag tears the face.

import type { Pointer } from "./network.ts";
import { POINTS } from "./network.ts";
import { CHANNELS, FEELINGS, NAMES } from "./numbers.ts";

export type Pins = Readonly<Record<number, readonly [number, number]>>;

// All as in Python.
const [STEPS, ENOUGH, RIDGE, AGAINST, FAR, LONGEST] = [6, 2e-3, 2e-5, 3, 1.15, 0.5];
const HEAD = ["yaw", "pitch", "roll"];
const GAZE = ["gaze_x", "gaze_y"];
const [HEAD_LIMIT, GAZE_LIMIT] = [0.8, 0.6];
const LOOKS = NAMES.filter((name) => name.startsWith("eyeLook"));
const COSTS: Record<string, number> = {
  mouthLeft: 4, mouthRight: 4, mouthPucker: 4, mouthShrugLower: 4, roll: 12,
  ...Object.fromEntries(LOOKS.map((name) => [name, 8])),
};
const SIDES = ["Left", "Right"];
const PAIRS = [
  ...SIDES.flatMap((side) => [
    ["mouthSmile", "mouthFrown"], ["mouthDimple", "mouthFrown"], ["eyeWide", "eyeBlink"], ["browDown", "browOuterUp"],
  ].map(([one, other]) => [one + side, other + side])),
  ...SIDES.flatMap((side) => [[`browDown${side}`, "browInnerUp"], [`mouthStretch${side}`, "mouthPucker"]]),
  ["jawLeft", "jawRight"], ["mouthLeft", "mouthRight"],
];

const run = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

/** The channels that each point asks. */
const ASKED: readonly (readonly string[])[] = (() => {
  const asked: (readonly string[])[] = [];
  const put = (points: number[], ...names: string[]): void => points.forEach((point) => { asked[point] = names; });
  put([0, 1, 2, 14, 15, 16], "roll");
  put([3, 4, 5, 11, 12, 13], "yaw", "pitch");
  put([...run(27, 36), 36, 39, 42, 45], ...HEAD);
  put(run(6, 11), "jawOpen", "jawLeft", "jawRight");
  const parts: [string, number[], number[], number[], number[]][] = [
    ["Right", run(17, 22), [37, 38], [40, 41], [48, 60]], ["Left", run(22, 27), [43, 44], [46, 47], [54, 64]],
  ];
  for (const [side, brow, upper, lower, corner] of parts) {
    put(brow, `browDown${side}`, `browOuterUp${side}`, "browInnerUp");
    put(upper, `eyeBlink${side}`, `eyeWide${side}`);
    put(lower, `eyeSquint${side}`, `cheekSquint${side}`);
    put(corner, ...["Smile", "Frown", "Stretch", "Dimple"].map((pull) => `mouth${pull}${side}`), "mouthPucker", "mouthLeft", "mouthRight");
  }
  const lips = ["mouthLeft", "mouthRight", "mouthShrugLower"];
  put([...run(49, 54), 61, 62, 63], "mouthUpperUpLeft", "mouthUpperUpRight", ...lips);
  put([...run(55, 60), 65, 66, 67], "jawOpen", "mouthLowerDownLeft", "mouthLowerDownRight", ...lips);
  put([68, 69], ...GAZE);
  return asked;
})();

/** The numbers nearest to these, which lie in reach, whose key points lie where they are dragged, as far as a face can. */
export function posed(pointer: Pointer, reach: Float32Array, numbers: Float32Array, pins: Pins): Float32Array {
  const told = Float32Array.from(numbers);
  const points = Object.keys(pins).map(Number).sort((a, b) => a - b);
  if (!points.length) return told;
  const known = points.every((point) => Number.isInteger(point) && point >= 0 && point < POINTS && pins[point].every(Number.isFinite));
  if (!known) throw new RangeError(`pins: expected points in 0..${POINTS - 1} with finite places, got ${points.join(", ").slice(0, 80)}`);
  const channels = told.subarray(0, CHANNELS);
  const noise = told.subarray(CHANNELS + FEELINGS);
  const names = asked(points);
  const at = names.map((name) => NAMES.indexOf(name));
  const bounds = at.map((n, k) => {
    const most = HEAD.includes(names[k]) ? HEAD_LIMIT : GAZE.includes(names[k]) ? GAZE_LIMIT : 1;
    return [Math.max(n < NAMES.indexOf("yaw") ? 0 : -most, -reach[n]), Math.min(most, reach[n])];
  });
  const begun = at.map((n) => channels[n]);
  const now = [...begun];
  const costs = ridge(names);
  let wanted: number[] | null = null;
  for (let step = 0; step < STEPS; step++) {
    const found = pointer.slopes(channels, noise, points);
    const here = points.flatMap((point) => [found.points[2 * point], found.points[2 * point + 1]]);
    const rows = found.rows.map((row) => at.map((n) => row[n]));
    wanted ??= withinReach(points.flatMap((point) => [...pins[point]]), here, rows, bounds, begun);
    const missing = wanted.map((one, n) => one - here[n]);
    const curve = names.map((_, i) => names.map((__, j) => costs[i][j] + rows.reduce((sum, row) => sum + row[i] * row[j], 0)));
    const pull = names.map((_, i) => rows.reduce((sum, row, n) => sum + row[i] * missing[n], 0)
      - costs[i].reduce((sum, cost, j) => sum + cost * (now[j] - begun[j]), 0));
    const way = bounded(curve, pull, bounds.map(([low], k) => low - now[k]), bounds.map(([, high], k) => high - now[k]));
    const most = Math.max(...way.map(Math.abs));
    way.forEach((one, k) => {
      now[k] += one * Math.min(1, LONGEST / Math.max(most, 1e-9));
      channels[at[k]] = now[k];
    });
    if (most < ENOUGH) break;
  }
  return told;
}

function asked(points: readonly number[]): string[] {
  const names = new Set(points.flatMap((point) => ASKED[point]));
  if (points.includes(68) && points.includes(69)) LOOKS.forEach((name) => names.add(name)); // eyes may cross
  return NAMES.filter((name) => names.has(name));
}

/** The places that are wanted, drawn back to about where one channel alone could bring each point. */
function withinReach(wanted: number[], here: number[], rows: number[][], bounds: number[][], begun: number[]): number[] {
  return wanted.map((one, n) => {
    const [x, y] = [n - (n % 2), n - (n % 2) + 1];
    const far = Math.hypot(wanted[x] - here[x], wanted[y] - here[y]);
    const ways = bounds.map(([low, high], k) => Math.hypot(rows[x][k], rows[y][k]) * Math.max(Math.abs(low - begun[k]), Math.abs(high - begun[k])));
    return here[n] + (one - here[n]) * Math.min(1, (FAR * Math.max(...ways)) / Math.max(far, 1e-9));
  });
}

/** What it costs to leave the expression as it was. */
function ridge(names: string[]): number[][] {
  const found = names.map((name, i) => names.map((_, j) => (i === j ? COSTS[name] ?? 1 : 0)));
  for (const [one, other] of PAIRS) {
    const pair = [names.indexOf(one), names.indexOf(other)];
    if (!pair.includes(-1)) for (const i of pair) for (const j of pair) found[i][j] += AGAINST;
  }
  return found.map((row) => row.map((cost) => RIDGE * cost));
}

/** About the step in low..high with the least ½ step·curve·step − pull·step. */
function bounded(curve: number[][], pull: number[], low: number[], high: number[]): number[] {
  const step = pull.map(() => 0);
  let free = pull.map((_, n) => n);
  const held: number[] = [];
  while (free.length) {
    const found = solved(
      free.map((i) => free.map((j) => curve[i][j])),
      free.map((i) => pull[i] - held.reduce((sum, j) => sum + curve[i][j] * step[j], 0)),
    );
    free.forEach((n, k) => { step[n] = Math.min(Math.max(found[k], low[n]), high[n]); });
    const out = free.filter((n, k) => step[n] !== found[k]);
    if (!out.length) break;
    held.push(...out);
    free = free.filter((n) => !out.includes(n));
  }
  return step;
}

/** x in matrix · x = right, for a positive definite matrix, by Cholesky's way. */
function solved(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  const low = matrix.map((row) => row.slice());
  const x = right.slice();
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = low[i][j];
      for (let k = 0; k < j; k++) sum -= low[i][k] * low[j][k];
      low[i][j] = i === j ? Math.sqrt(sum) : sum / low[j][j];
    }
    for (let k = 0; k < i; k++) x[i] -= low[i][k] * x[k];
    x[i] /= low[i][i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i] -= low[k][i] * x[k];
    x[i] /= low[i][i];
  }
  return x;
}
