// Lines that wait for their turn: each is said when she has said the one before.

import { signal } from "@preact/signals";

import { hears } from "./link.ts";
import { policy, say } from "./state.ts";
import { hush } from "./voice.ts";

const LOOK = 150; // ms between two looks at whether she has said it
const SOON = 600; // ms within which the studio tells that she is saying it
const READ = [1200, 70]; // ms of a line that she answers: at least, and more for each letter # ours
export const MOST = 500; // lines that may wait

/** What waits, the next first. */
export const queue = signal<readonly string[]>([]);
/** The line that is being said from the queue. */
export const saying = signal("");
/** Whether she says what waits. */
export const playing = signal(false);

let busy = false;
let until = 0; // before then the next line is not said

hears((news) => { if (news.busy !== undefined) busy = news.busy; });

/** The lines of a text that have something in them. */
export function linesOf(text: string): string[] {
  return text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
}

export function enqueue(lines: readonly string[]): void {
  queue.value = [...queue.value, ...lines].slice(0, MOST);
  if (!playing.value) start();
}

export function start(): void {
  if (playing.value || !queue.value.length) return;
  playing.value = true;
  look();
}

/** Say no more of it, and what is being said breaks off; what waits goes on waiting. */
export function stop(): void {
  playing.value = false;
  saying.value = "";
  hush();
}

export function leaveOut(place: number): void {
  queue.value = queue.value.filter((_, n) => n !== place);
}

export function clear(): void {
  queue.value = [];
}

function look(): void {
  if (!playing.value) return;
  if (!busy && performance.now() > until) {
    const [next, ...rest] = queue.value;
    saying.value = next ?? "";
    queue.value = rest;
    if (next === undefined) {
      playing.value = false;
      return;
    }
    say(next);
    until = performance.now() + (policy.value ? READ[0] + READ[1] * next.length : SOON);
  }
  setTimeout(look, LOOK);
}
