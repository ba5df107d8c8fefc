// The picture: where a graphics card is, painted here from 79 numbers a frame, else frames that the studio painted.

import { effect, signal } from "@preact/signals";

import { frames } from "./frames.ts";
import { hears, pet, send, takes } from "./link.ts";
import { Bundle, Face, hasCard, NAMES, numbersOf } from "./mien-face.js";
import { kept } from "./kept.ts";
import { colours, hello } from "./state.ts";
import { isSound } from "./sound.ts";

const MOST = 1536; // pixels a side that are painted unasked, on a graphics card

const easel = plain(); // for frames that the studio paints
/** The canvas that shows her; another one when painting moves from the studio to this page or back. */
export const shown = signal(easel);
/** Whether this page paints by itself. */
export const paintsHere = signal(false);
/** Pixels a side that were chosen, 0: as large as it is shown where a graphics card paints, else as the studio says. */
export const size = signal(Number(kept.get("size") ?? 0) || 0);
/** Pixels a side that are painted now. */
export const painted = signal(0);

let last: Float32Array | null = null; // the numbers that are seen
/** What the face does now, by name; null until that is known. */
export const numbersNow = (): Record<string, number> | null =>
  (last ? Object.fromEntries(NAMES.map((name, n) => [name, (last as Float32Array)[n]])) : null);
/** Where its 70 key points are, as shares of the picture; null where it has none, and until they can be told. */
export function pointsNow(): Float32Array | null {
  if (!bundle && address && sought !== address) void load(); // the first who asks has the character's files fetched
  return bundle && last ? bundle.pointsOf(last) : null;
}

/** Whether to paint here also without a graphics card. */
const ASKED = new URLSearchParams(location.search).get("paint") === "page";

let bundle: Bundle | null = null; // of the character that plays
let face: Face | null = null;
let card = false;
let address = ""; // of the files of the character that plays, "" where it has none
let sought = ""; // the address whose files were asked for last
let loading = false; // they have not come yet
let numbers: Float32Array | null = null; // the newest that are not painted yet
let drawn = 0;
let room = 0; // pixels a side that the stage has
const watchers = new Set<() => void>();

function plain(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 256;
  return canvas;
}

/** Be told of each picture that was shown. */
export function onPicture(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function show(canvas: HTMLCanvasElement): void {
  shown.value = canvas;
  drawn += 1;
  canvas.dataset.drawn = String(drawn);
  if (painted.peek() !== canvas.width) painted.value = canvas.width;
  watchers.forEach((watcher) => watcher());
}

// ---- frames that the studio painted ----------------------------------------------------------------------------

const draw = frames(easel, () => show(easel));

// ---- painted here ----------------------------------------------------------------------------------------------

function drop(): void {
  face?.close();
  face = bundle = last = null;
  paintsHere.value = false;
}

async function load(): Promise<void> {
  const from = (sought = address);
  loading = true;
  let fresh: Face | null = null;
  try {
    const read = await Bundle.fetch(from);
    if (card || ASKED) fresh = await Face.of(read, { size: wanted(), colours: colours.peek() });
    if (sought !== from) { // another character came meanwhile
      fresh?.close();
      return;
    }
    drop();
    [bundle, face] = [read, fresh];
    if (face) face.colours = colours.peek(); // they may have changed while it was loaded
  } catch (error) {
    fresh?.close();
    console.warn("painted by the studio, for this browser cannot:", (error as Error).message);
    if (sought === from) {
      drop();
      take();
    }
    return;
  } finally {
    if (sought === from) loading = false;
  }
  fresh?.addEventListener("lost", take);
  fresh?.addEventListener("restored", take);
  fresh?.addEventListener("error", take);
  fit();
  take();
}

/** Say what the studio is to send; the canvas that shows it comes with the first of it. */
function take(): void {
  paintsHere.value = Boolean(face?.ready);
  send({ want: paintsHere.value ? "numbers" : "both" });
}

function wanted(): number {
  const told = hello.peek()?.size ?? 256;
  if (size.peek()) return size.peek();
  return card && room ? Math.min(Math.max(room, 64), MOST) : told;
}

/** How many pixels a side the stage has. */
export function stageIs(pixels: number): void {
  room = Math.round(pixels);
  fit();
}

export function choose(pixels: number): void {
  kept.set("size", String(pixels));
  size.value = pixels;
  fit();
}

function fit(): void {
  if (!face?.ready || face.size === wanted()) return;
  face.size = wanted();
  painted.value = face.size;
}

/** With the next picture of the screen; a hidden page has none. */
function soon(): void {
  (pet.peek() ?? window).requestAnimationFrame(paint);
}

function paint(): void {
  if (!numbers) return;
  if (face?.busy) {
    soon();
    return;
  }
  const told = numbers;
  numbers = null;
  if (!face?.ready || !paintsHere.peek()) return;
  face.paint(told);
  last = told;
  show(face.canvas);
}

takes((data) => {
  if (isSound(data)) return;
  const told = numbersOf(data);
  if (!told) {
    draw(data);
    return;
  }
  if (!paintsHere.peek()) { // of the frame that comes next
    last = told;
    return;
  }
  if (!numbers) soon();
  numbers = told;
});

// a window that was closed gives no frame any more
effect(() => {
  const where = pet.value ?? window;
  if (numbers) where.requestAnimationFrame(paint);
});

hears(({ hello: told }) => {
  if (!told) return;
  const other = told.bundle !== address; // else the connection is a new one
  address = told.bundle ?? "";
  card = hasCard();
  const here = address && (card || ASKED);
  if (other && !here) drop();
  if (other || !bundle) sought = "";
  if (here && !sought) void load(); // until then the studio paints, or the face before plays
  take();
});
effect(() => {
  const told = colours.value;
  if (face && !loading) face.colours = told; // else of another character
});
