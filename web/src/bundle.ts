// What a bundle says, read and checked: docs/bundle.md has it to the byte. A bundle may come from a stranger: sizes are
// bounded before anything is allocated, every number has to be finite, and nothing in it is run.

import type { Box } from "./drawing.ts";
import { BundleError } from "./error.ts";
import { Network, Pointer } from "./network.ts";
import { CHANNELS, FEELINGS, MARKS, NUMBERS } from "./numbers.ts";
import { readTensors, type Tensor } from "./safetensors.ts";
import { colour, PARTS, type Colour } from "./tint.ts";

const MOST_MANIFEST = 1_000_000; // bytes
const MOST_PIXELS = 1 << 26; // of all drawings, and bytes of a file
const [MOST_SIDE, MOST_CELS, MOST_KEYS, MOST_KNOTS, LEAST_SIDE] = [4096, 64, 64, 512, 16];
const [FARTHEST, MOST_STEP] = [100, 64];
const KNOWN = [
  "format", "name", "title", "licence", "credit", "consent", "person", "greeting", "temper", "policy", "identity", "canvas",
  "painter", "provenance",
];

/** All lengths in canvas pixels; `picture`: how many of them a picture's side has. */
export interface Canvas {
  readonly picture: number;
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

export interface KeyShape {
  readonly box: Box;
  readonly step: number;
}

export interface CelShape {
  readonly name: string;
  /** Left, top, right, bottom in canvas pixels. */
  readonly box: readonly [number, number, number, number];
  /** Width and height of the sheet in pixels. */
  readonly size: readonly [number, number];
  readonly knots: readonly [number, number];
  readonly open: boolean;
  readonly clipped: boolean;
  readonly ground: boolean;
  /** Places of its marks among MARKS; two keys each, the last. */
  readonly marks: readonly number[];
  readonly keys: readonly KeyShape[];
}

/** A part that may take another colour. */
export interface Part {
  /** Its own, as #rrggbb. */
  readonly text: string;
  readonly colour: Colour;
  /** Names of the cels that are drawn in it. */
  readonly cels: readonly string[];
}

/** Gives the bytes of a file of the folder; throws BundleError when it has more than `most`. */
export type Get = (name: string, most: number) => Promise<Uint8Array>;

type Told = Record<string, unknown>;

/** A character, read and checked; its drawings stay packed until `drawing` is asked for. */
export class Bundle {
  private constructor(
    readonly name: string,
    readonly title: Readonly<Record<string, string>>,
    readonly licence: string,
    readonly credit: string,
    readonly canvas: Canvas,
    readonly reach: Float32Array,
    /** How far a cel that stands on the ground reaches out over the picture's left and top, in canvas pixels. */
    readonly margin: readonly [number, number],
    /** How much finest detail is strengthened, 0..1. */
    readonly crisp: number,
    readonly cels: readonly CelShape[],
    readonly parts: ReadonlyMap<string, Part>,
    readonly network: Network,
    readonly pointer: Pointer,
    private readonly drawings: ReadonlyMap<string, Tensor>,
  ) {}

  /** The bundle at an address that ends in "/", or the one whose character.json this is. */
  static async fetch(address: string, signal?: AbortSignal): Promise<Bundle> {
    const folder = address.endsWith("/") || address.endsWith("character.json") ? address : `${address}/`;
    const base = new URL(folder, typeof document === "undefined" ? undefined : document.baseURI);
    return Bundle.read((name, most) => download(new URL(name, base), most, signal));
  }

  /** The bundle whose files `get` gives. Throws BundleError on anything that is off. */
  static async read(get: Get): Promise<Bundle> {
    const manifest = parse(await get("character.json", MOST_MANIFEST));
    const painter = record(manifest.painter, "painter");
    if (painter.kind !== "keyed-cels") throw off("painter.kind", "'keyed-cels'", painter.kind);
    const files = record(painter.files, "painter.files");
    for (const [role, file] of Object.entries(files)) {
      if (!plain(file)) throw off(`painter.files.${role}`, "a file name in the folder", file);
    }
    const { canvas, reach } = readCanvas(record(manifest.canvas, "canvas"));
    const cels = readCels(painter.cels, canvas);
    const parts = readParts(record(painter.parts ?? {}, "painter.parts"), cels);
    const margin = list(painter.margin, 2, "painter.margin").map((share) => finite(share, "painter.margin"));
    const crisp = finite(painter.crisp ?? 1, "painter.crisp");
    if (!(crisp >= 0 && crisp <= 1)) throw off("painter.crisp", "a number in 0..1", crisp);
    const read = async (role: string): Promise<[Map<string, Tensor>, string]> => {
      if (!Object.hasOwn(files, role)) throw new BundleError(`painter: no file for '${role}'`);
      const name = files[role] as string;
      return [readTensors(await get(name, MOST_PIXELS), name), name];
    };
    const [network, pointer, drawings] = await Promise.all(["network", "pointer", "cels"].map(read));
    for (const { name, keys } of cels) {
      const roles = ["sheet", ...keys.map((_, number) => keyName(number))].map((role) => `${name}.${role}`);
      for (const role of roles) {
        const tensor = drawings[0].get(role);
        if (tensor?.type !== "U8" || tensor.shape.length !== 1) throw new BundleError(`${drawings[1]}: ${role}: expected a row of bytes`);
      }
    }
    const told = (key: string): string => (typeof manifest[key] === "string" ? (manifest[key] as string) : "");
    return new Bundle(
      told("name"), record(manifest.title, "title") as Record<string, string>, told("licence"), told("credit"),
      canvas, reach, [margin[0] * canvas.width, margin[1] * canvas.height], crisp, cels, parts,
      new Network(network[0], network[1], cels, [canvas.width, canvas.height]), new Pointer(pointer[0], pointer[1]),
      drawings[0],
    );
  }

  /** Numbers clipped to what the character learnt. */
  within(numbers: ArrayLike<number>): Float32Array {
    return Float32Array.from(numbers, (number, n) => Math.min(Math.max(number, -this.reach[n]), this.reach[n]));
  }

  /** Where the 70 key points of such numbers' picture are, as `Face.points` has them, painted or not. */
  pointsOf(numbers: ArrayLike<number>): Float32Array {
    const told = this.within(numbers);
    return this.pointer.points(told.subarray(0, CHANNELS), told.subarray(CHANNELS + FEELINGS));
  }

  /** The packed bytes of a cel's sheet (-1) or of one of its keys. */
  packed(cel: CelShape, key = -1): Uint8Array {
    return (this.drawings.get(`${cel.name}.${key < 0 ? "sheet" : keyName(key)}`) as Tensor).bytes;
  }
}

const keyName = (number: number): string => `key${String(number).padStart(2, "0")}`;

/** The body of an answer, read no further than `most` bytes. */
async function download(address: URL, most: number, signal?: AbortSignal): Promise<Uint8Array> {
  let answer: Response;
  try {
    answer = await fetch(address, signal ? { signal } : {});
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new BundleError(`${address.href}: cannot be reached (${String(error)})`);
  }
  if (!answer.ok || !answer.body) throw new BundleError(`${address.href}: expected a file, got ${answer.status} ${answer.statusText}`);
  const reader = answer.body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new BundleError(`${address.href}: more than the ${most} bytes that such a file may have`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

function parse(bytes: Uint8Array): Told {
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new BundleError(`character.json: expected JSON (${String(error)})`);
  }
  const told = record(manifest, "character.json");
  const unknown = Object.keys(told).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw new BundleError(`character.json: unknown key '${unknown.slice(0, 80)}'`);
  if (told.format !== 2) {
    const again = told.format === 1 ? "; the character is of an older mien: train it anew" : "";
    throw new BundleError(`character.json: format: expected 2, got ${show(told.format)}${again}`);
  }
  return told;
}

function readCanvas(told: Told): { canvas: Canvas; reach: Float32Array } {
  const picture = whole(told.picture, MOST_SIDE, LEAST_SIDE, "canvas.picture");
  const [width, height, x, y] = ["width", "height", "x", "y"].map((key) => picture * finite(told[key], `canvas.${key}`));
  for (const side of [width, height]) {
    if (side < 0.5 * picture || side > Math.min(4 * picture, MOST_SIDE)) throw off("canvas", "sides that fit the picture", side);
  }
  if (Math.max(Math.abs(x), Math.abs(y)) > MOST_SIDE) throw off("canvas", "an anchor on the canvas", [x, y]);
  const reach = list(told.reach, NUMBERS, "canvas.reach").map((most) => finite(most, "canvas.reach"));
  if (reach.some((most) => most < 0 || most > FARTHEST)) throw off("canvas.reach", `numbers in 0..${FARTHEST}`, reach);
  return {
    canvas: { picture, width: Math.round(width), height: Math.round(height), x, y },
    reach: Float32Array.from(reach),
  };
}

function readCels(told: unknown, canvas: Canvas): CelShape[] {
  if (!Array.isArray(told) || told.length < 1 || told.length > MOST_CELS) throw off("painter.cels", `1 to ${MOST_CELS} cels`, told);
  const cels = told.map((one) => readCel(record(one, "painter.cels"), canvas));
  if (new Set(cels.map(({ name }) => name)).size !== cels.length) throw new BundleError("painter.cels: two cels of one name");
  const pixels = cels.flatMap(({ size, keys }) => [size[0] * size[1], ...keys.map(({ box }) => box[2] * box[3])]);
  const all = pixels.reduce((a, b) => a + b, 0);
  if (all > MOST_PIXELS) throw off("painter.cels", `at most ${MOST_PIXELS} pixels in all`, all);
  return cels;
}

function readParts(told: Told, cels: readonly CelShape[]): Map<string, Part> {
  const free = new Set<unknown>(cels.map(({ name }) => name));
  return new Map(Object.entries(told).map(([name, value]) => {
    const where = `painter.parts.${name.slice(0, 80)}`;
    const part = record(value, where);
    if (!PARTS.includes(name)) throw off("painter.parts", PARTS.join(", "), name);
    if (Object.keys(part).sort().join() !== "cels,colour" || !Array.isArray(part.cels) || !part.cels.length) throw off(where, "colour and cels", value);
    for (const cel of part.cels as unknown[]) if (!free.delete(cel)) throw off(where, "cels of the painter, each in one part", cel);
    const own = colour(part.colour);
    if (!own) throw off(`${where}.colour`, "a colour like '#e6edf5'", part.colour);
    return [name, { text: part.colour as string, colour: own, cels: part.cels as string[] }];
  }));
}

function readCel(told: Told, canvas: Canvas): CelShape {
  const name = told.name;
  if (typeof name !== "string") throw off("painter.cels", "a name", name);
  const where = `painter.cels: ${name.slice(0, 80)}`;
  const [wide, high] = list(told.size, 2, `${where}: size`).map((side) => whole(side, MOST_SIDE, 1, `${where}: size`));
  const knots = list(told.knots, 2, `${where}: knots`).map((count) => whole(count, MOST_KNOTS, 2, `${where}: knots`));
  const sides = [canvas.width, canvas.height];
  const box = list(told.box, 4, `${where}: box`).map((share, n) => Math.round(finite(share, `${where}: box`) * sides[n % 2]));
  const lies = [0, 1].every((n) => box[n] >= 0 && box[n] < box[n + 2] - 1 && box[n + 2] <= sides[n]);
  if (!lies) throw off(`${where}: box`, "a box on the canvas", told.box);
  const marks = ((told.marks ?? []) as unknown[]);
  if (!Array.isArray(marks)) throw off(`${where}: marks`, "a list", marks);
  const places = marks.map((mark) => MARKS.indexOf(mark as string));
  if (places.includes(-1)) throw off(`${where}: marks`, MARKS.join(", "), marks);
  const keys = told.keys;
  if (!Array.isArray(keys) || keys.length > MOST_KEYS || keys.length < 2 * marks.length) throw off(`${where}: keys`, `at most ${MOST_KEYS}, two for each mark`, keys);
  return {
    name, box: box as unknown as CelShape["box"], size: [wide, high], knots: [knots[0], knots[1]],
    open: Boolean(told.open), clipped: Boolean(told.clipped), ground: Boolean(told.ground), marks: places,
    keys: keys.map((one, number) => readKey(record(one, where), wide, high, `${where}: key ${number}`)),
  };
}

function readKey(told: Told, wide: number, high: number, where: string): KeyShape {
  const box = list(told.box, 4, where).map((part, n) => whole(part, MOST_SIDE, n < 2 ? 0 : 1, where));
  if (box[0] + box[2] > wide || box[1] + box[3] > high) throw off(where, `a box on ${wide} x ${high} pixels`, box);
  const step = finite(told.step, where);
  if (step < 0 || step > MOST_STEP) throw off(where, `a step in 0..${MOST_STEP}`, step);
  return { box: box as unknown as Box, step };
}

/** Whether this names a file in the folder itself, on any system. */
function plain(file: unknown): file is string {
  return typeof file === "string" && file !== "" && file !== "." && file !== ".." && !/[/\\:?#%\0]/.test(file);
}

function show(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 80);
}

function off(where: string, expected: string, got: unknown): BundleError {
  return new BundleError(`character.json: ${where}: expected ${expected}, got ${show(got)}`);
}

function record(value: unknown, where: string): Told {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw off(where, "an object", value);
  return value as Told;
}

function list(value: unknown, length: number, where: string): unknown[] {
  if (!Array.isArray(value) || value.length !== length) throw off(where, `${length} numbers`, value);
  return value;
}

function finite(value: unknown, where: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw off(where, "a finite number", value);
  return value;
}

function whole(value: unknown, most: number, least: number, where: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) throw off(where, `a whole number in ${least}..${most}`, value);
  return value as number;
}
