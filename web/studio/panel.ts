// What a panel is: see README.md.

import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

import { kept } from "./kept.ts";

export interface Panel {
  /** Its section's id is "panel-" and this; what is remembered is kept under it. */
  name: string;
  /** Paths of a drawing of 24 x 24, strokes alone. */
  icon: ComponentChildren;
  /** tab: a word or two below the icon, 7 letters at most; title: above the panel. */
  words: () => { readonly tab: string; readonly title: string };
  View: () => JSX.Element;
}

/** Panels in the order in which they were last asked for, the newest first; as many are shown as there is room for. */
export const recent = signal<readonly string[]>(JSON.parse(kept.get("panels") ?? "[]"));
/** How many have room. */
export const room = signal(1);
/** The panel that was asked for last, until it was brought into sight. */
export const called = signal("");

function remember(names: readonly string[]): void {
  recent.value = names;
  kept.set("panels", JSON.stringify(names));
}

/** Bring a panel into sight. */
export function open(name: string): void {
  remember([name, ...recent.value.filter((one) => one !== name)]);
  called.value = name;
}

/** Of all panels those that are shown, in their own order. */
export function shownOf(panels: readonly Panel[]): Panel[] {
  const known = recent.value.filter((name) => panels.some((panel) => panel.name === name));
  const rest = panels.map((panel) => panel.name).filter((name) => !known.includes(name));
  const first = new Set([...known, ...rest].slice(0, room.value));
  return panels.filter((panel) => first.has(panel.name));
}
