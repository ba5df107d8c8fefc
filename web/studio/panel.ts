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

/** Those that one sees first, where nobody has asked for others. */
const FIRST = ["say", "characters", "inspect", "senses"];

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

/** The panels that are shown, by name. */
const inSight = signal<ReadonlySet<string>>(new Set());

/** Whether a panel is shown; who renders with it renders again when that changes. */
export const isShown = (name: string): boolean => inSight.value.has(name);

export function nowShown(panels: readonly Panel[]): void {
  inSight.value = new Set(panels.map(({ name }) => name));
}

/** Of all panels those that are shown, in their own order. */
export function shownOf(panels: readonly Panel[]): Panel[] {
  const known = recent.value.filter((name) => panels.some((panel) => panel.name === name));
  const first = new Set([...new Set([...known, ...FIRST, ...panels.map((panel) => panel.name)])].slice(0, room.value));
  return panels.filter((panel) => first.has(panel.name));
}
