// What is played by hand, as the studio tells all pages, and what this page says of it.

import { signal } from "@preact/signals";

import { kept } from "../kept.ts";
import { hears, send } from "../link.ts";

/** As `Hand.state` of mien.show has it. */
export interface Played {
  /** Channels and feelings that somebody holds. */
  held: Record<string, number>;
  /** Numbers of the points that are dragged. */
  dragged: number[];
  /** The move that is recorded, "" for none. */
  recording: string;
  /** The move that is played, "" for none. */
  moving: string;
  /** Names of all moves. */
  moves: string[];
}

export const played = signal<Played>({ held: {}, dragged: [], recording: "", moving: "", moves: [] });
/** Whether the key points are shown on the face. */
export const handles = signal(kept.get("play.handles") !== "off");
/** Whether the other side of the face does the same. */
export const both = signal(kept.get("play.both") !== "off");
/** Whether what was let go stays. */
export const stays = signal(kept.get("play.stays") === "on");

export function choose(of: "handles" | "both" | "stays", on: boolean): void {
  ({ handles, both, stays })[of].value = on;
  kept.set(`play.${of}`, on ? "on" : "off");
}

hears(({ hello: told, play }) => {
  if (told?.play) played.value = told.play;
  if (play) played.value = play;
});

const waiting = new Map<string, object>(); // the newest of each kind that has not been sent yet

/** Say it with the next picture of the screen, in place of an older one of its kind: a hand moves faster. */
function soon(kind: string, act: object): void {
  if (!waiting.size) requestAnimationFrame(flush);
  waiting.set(kind, act);
}

function flush(): void {
  for (const act of waiting.values()) send({ play: act });
  waiting.clear();
}

/** Say it now, after what waits. */
export function act(told: object): void {
  flush();
  send({ play: told });
}

export const hold = (values: Record<string, number>): void => soon(Object.keys(values).join(), { hold: values });
export const free = (names: readonly string[]): void => act({ free: names });
export const reset = (): void => act({ free: true });

/** The names that a slider of this name moves: itself, or both sides of it. */
export const sidesOf = (name: string): string[] => (name.endsWith("*") ? ["Left", "Right"].map((side) => name.slice(0, -1) + side) : [name]);

export const isHeld = (name: string): boolean => sidesOf(name).every((one) => one in played.value.held);

/** Hold it, or let it go where it is held. */
export function toggle(name: string, value = 1): void {
  if (isHeld(name)) free(sidesOf(name));
  else hold(Object.fromEntries(sidesOf(name).map((one) => [one, value])));
}

// ---- points ----

const pins = new Map<number, [number, number]>();

/** Drag points to these places, shares of the picture. */
export function drag(places: ReadonlyMap<number, readonly [number, number]>): void {
  for (const [point, [x, y]] of places) pins.set(point, [x, y].map((one) => Math.min(Math.max(one, -1), 2)) as [number, number]);
  soon("drag", { drag: Object.fromEntries(pins) });
}

/** Let go of these points. */
export function drop(points: Iterable<number>): void {
  for (const point of points) pins.delete(point);
  if (pins.size) soon("drag", { drag: Object.fromEntries(pins) });
  else act({ drag: {}, keep: stays.value });
}

/** Where a point is dragged to by this page. */
export const pinned = (point: number): readonly [number, number] | undefined => pins.get(point);

// ---- a face by chance ----

const MILD = ["browDown*", "browInnerUp", "browOuterUp*", "eyeSquint*", "eyeWide*", "cheekPuff", "jawOpen", "mouthSmile*", "mouthFrown*", "mouthPucker", "mouthLeft", "mouthRight", "noseSneer*", "tongueOut"];

/** A feeling, a few muscles, a glance and a tilt. */
export function surprise(): void {
  const from = <T>(all: readonly T[]): T => all[Math.floor(Math.random() * all.length)];
  const turn = (most: number): number => most * (2 * Math.random() - 1);
  const feelings = ["happy", "sad", "angry", "surprised", "disgusted", "afraid", "shy", "relaxed"];
  const told: Record<string, number> = { [from(feelings)]: 0.4 + 0.6 * Math.random(), yaw: turn(0.25), pitch: turn(0.12), roll: turn(0.18), gaze_x: turn(0.3), gaze_y: turn(0.2) };
  for (let n = 0; n < 2; n++) for (const name of sidesOf(from(MILD))) told[name] = 0.3 + 0.6 * Math.random();
  if (Math.random() < 0.4) told[from(["blush", "tears", "sweat", "sparkle", "vein"])] = 1;
  reset();
  act({ hold: told });
}

// ---- moves ----

export const record = (name: string, whole: boolean): void => act({ record: name, whole });
export const replay = (name: string): void => act({ move: name });
export const forget = (name: string): void => act({ forget: name });
export const addressOf = (name: string): string => `moves/${encodeURIComponent(name)}.json`;

/** Bring a move's file; what is wrong with it, "" for nothing. */
export async function bring(file: File): Promise<string> {
  const name = file.name.replace(/\.json$/i, "").replace(/[^\p{L}\p{N}_ -]/gu, "").trim().slice(0, 40).trim() || "move";
  const answer = await fetch(addressOf(name), { method: "PUT", body: file });
  return answer.ok ? "" : (await answer.text()).trim();
}
