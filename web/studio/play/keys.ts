// Keys of the keyboard that do something to the face. The studio keeps them for all of its pages and writes them into its show's
// file; the browser keeps those that were chosen here, for a studio whose show says none.

import { signal } from "@preact/signals";

import { kept } from "../kept.ts";
import { hears, send } from "../link.ts";
import { hello, note } from "../state.ts";
import { FEELINGS } from "../words.ts";
import { played, replay, sidesOf, toggle } from "./hand.ts";
import { GROUPS, MARKS, TURNS, full } from "./words.ts";

type Keys = Readonly<Record<string, string>>;

// as `mien.wire.hotkeys` has it
const MOST = 64;
const MUSCLES = Object.values(GROUPS).flat().filter((name) => !(name in TURNS));
const HELD = new Set<string>([...FEELINGS, ...MARKS, ...MUSCLES, ...MUSCLES.flatMap(sidesOf)]);
const TAKEN = ["Escape", "Shift", "Tab"];

function isKey(key: string): boolean {
  return (/^(?: |[^\p{C}\p{Z}])$/u.test(key) && key === key.toLowerCase()) || (/^[A-Z][A-Za-z0-9]{1,31}$/.test(key) && !TAKEN.includes(key));
}

function isAct(what: unknown): what is string {
  const [, kind, name] = (typeof what === "string" && /^(hold|move):(.*)$/s.exec(what)) || [];
  return kind === "move" ? /^[\p{L}\p{N}][\p{L}\p{N}_ -]{0,39}(?<! )$/u.test(name) : kind === "hold" && HELD.has(name);
}

/** What a key does: "hold:blush", "hold:happy", or "move:wink". */
export const keys = signal<Keys>(own());

/** Those that were chosen in this browser. */
function own(): Keys {
  return readKeys(kept.get("play.keys"));
}

function readKeys(text: string | null): Keys {
  try {
    const told = JSON.parse(text ?? "{}") as Record<string, unknown>;
    return Object.fromEntries(Object.entries(told).filter(([key, what]) => isKey(key) && isAct(what)).slice(0, MOST)) as Keys;
  } catch {
    return {};
  }
}

let told = false; // whether this studio keeps keys
let given = false; // whether they are of its show's file: then the browser's own are left as they are

hears((news) => {
  if (news.hello) {
    const { hotkeys, hotkeys_given } = news.hello;
    told = hotkeys !== undefined;
    given = hotkeys_given === true;
    keys.value = hotkeys ?? own();
    if (hotkeys === null && Object.keys(keys.value).length) send({ hotkeys: keys.value });
  }
  if (news.hotkeys) keys.value = news.hotkeys;
});

function keep(wanted: Keys): void {
  keys.value = wanted;
  if (!given) kept.set("play.keys", JSON.stringify(wanted));
  if (told) send({ hotkeys: wanted });
}

/** Let a key do this, or nothing any more. */
export function assign(key: string, what: string): void {
  const { [key]: _, ...rest } = keys.value;
  if (what && Object.keys(rest).length >= MOST) note.value = full().keys;
  else keep(what ? { ...rest, [key]: what } : rest);
}

/** The file of the keys, to lie beside a show. */
export const keysFile = (): string => `${JSON.stringify({ format: "mien-keys", version: 1, keys: keys.value }, null, 1)}\n`;

/** Take the keys of such a file; whether it was one. */
export function takeKeys(text: string): boolean {
  try {
    const file = JSON.parse(text) as { format?: unknown; version?: unknown; keys?: unknown };
    if (file.format !== "mien-keys" || file.version !== 1) return false;
    keep(readKeys(JSON.stringify(file.keys)));
    return true;
  } catch {
    return false;
  }
}

/** The name of the next key that is pressed goes to this, and it does nothing else. */
export const asking = signal<string>("");

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (asking.value) {
    if (key !== "Escape" && !isKey(key)) return;
    if (key !== "Escape") assign(key, asking.value);
    asking.value = "";
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (/^(input|textarea|select)$/i.test(target.tagName) && (target as HTMLInputElement).type !== "range") return;
  const [kind, name] = (keys.value[key] ?? "").split(/:(.*)/s);
  if (!kind || !hello.value) return;
  if (kind === "move") replay(played.value.moving === name ? "" : name);
  else toggle(name);
  event.preventDefault();
}, true);
