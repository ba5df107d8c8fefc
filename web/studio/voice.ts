// The character's voice.

import { effect, signal } from "@preact/signals";

import { kept } from "./kept.ts";
import { connection, send, takes } from "./link.ts";
import { isSound, lungs } from "./sound.ts";
import { hello } from "./state.ts";

const own = lungs();

/** Whether her voice is to be heard. */
export const audible = signal(kept.get("sound") !== "off");

/** She says no more. */
export function hush(): void {
  send({ hush: true });
  own.silence();
}

export function setAudible(on: boolean): void {
  kept.set("sound", on ? "on" : "off");
  audible.value = on;
}

takes((bytes) => { if (isSound(bytes)) own.play(bytes); });

effect(() => {
  if (hello.value?.voice) send({ sound: audible.value });
  if (!audible.value) own.silence();
});
effect(() => { if (connection.value === "stopped") own.silence(); });
