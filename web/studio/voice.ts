// The character's voice: pieces of sound that the studio sends when they are due, played one after another.

import { effect, signal } from "@preact/signals";

import { kept } from "./kept.ts";
import { connection, send, takes } from "./link.ts";
import { hello } from "./state.ts";

const MARK = 0xffffffff; // no JPEG of a frame is so long
const AHEAD = 0.05; // seconds that are kept ahead, so that a piece that is late leaves no gap

const playing = new Set<AudioBufferSourceNode>();
let context: AudioContext | null = null;
let next = 0; // when the next piece begins, on the context's clock

/** Whether her voice is to be heard. */
export const audible = signal(kept.get("sound") !== "off");

/** Whether a binary message is a piece of sound. */
export const isSound = (bytes: ArrayBuffer): boolean => bytes.byteLength > 16 && new DataView(bytes).getUint32(0, true) === MARK;

// A browser plays nothing before the first click or key.
function wake(): void {
  context ??= new AudioContext({ latencyHint: "interactive" });
  if (context.state === "suspended") void context.resume();
}
for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, wake, { once: true });

function play(bytes: ArrayBuffer): void {
  if (context?.state !== "running") return;
  const samples = new Int16Array(bytes, 16);
  const buffer = context.createBuffer(1, samples.length, new DataView(bytes).getUint32(4, true));
  buffer.getChannelData(0).set(Float32Array.from(samples, (sample) => sample / 32768));
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(context.destination);
  if (next < context.currentTime + 0.005) next = context.currentTime + AHEAD;
  source.start(next);
  next += buffer.duration;
  playing.add(source);
  source.addEventListener("ended", () => playing.delete(source));
}

function silence(): void {
  for (const source of playing) source.stop();
  playing.clear();
  next = 0;
}

/** She says no more. */
export function hush(): void {
  send({ hush: true });
  silence();
}

export function setAudible(on: boolean): void {
  kept.set("sound", on ? "on" : "off");
  audible.value = on;
}

takes((bytes) => { if (isSound(bytes)) play(bytes); });

effect(() => {
  if (hello.value?.voice) send({ sound: audible.value });
  if (!audible.value) silence();
});
effect(() => { if (connection.value === "stopped") silence(); });
