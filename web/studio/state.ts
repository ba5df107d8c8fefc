// What the whole page knows: who plays, what she feels, what was read, how fast it goes. Panels read it and render anew.

import { computed, signal } from "@preact/signals";

import { kept } from "./kept.ts";
import { hears, send, sendSoon } from "./link.ts";
import type { Failure, Feelings, Hello, Read, Stats } from "./news.ts";
import { FEELINGS, type Feeling } from "./words.ts";

const [PAST, TROUBLE] = [50, 50]; // lines and failures that are remembered

export const hello = signal<Hello | null>(null);
/** In which colours she is, as #rrggbb, by the part. */
export const colours = signal<Record<string, string>>({});
/** How she takes things. */
export const temper = signal<Record<string, number>>({});
/** What she feels now, 0..1. */
export const felt = signal<Feelings>(Object.fromEntries(FEELINGS.map((name) => [name, 0])) as Feelings);
/** How the newest text was read, also one that is still being written. */
export const read = signal<Read | null>(null);
/** The lines that were read, the newest first. */
export const past = signal<Read[]>([]);
export const stats = signal<Stats | null>(null);
/** What a person should know: the newest note, failure or error. */
export const note = signal("");
/** What failed while the show went on, the newest first. */
export const failures = signal<Failure[]>([]);
/** By whom the next line is answered: a policy, or "" for a line of her own. */
export const policy = signal(kept.get("policy") ?? "");

/** The feeling that shows most, "neutral" when none does. */
export const dominant = computed<Feeling | "neutral">(() => {
  const now = felt.value;
  const top = FEELINGS.reduce((best, name) => (now[name] > now[best] ? name : best));
  return now[top] >= 0.1 ? top : "neutral";
});

hears((news) => {
  if (news.hello) {
    hello.value = news.hello;
    colours.value = news.hello.colours;
    temper.value = news.hello.temper;
    failures.value = [];
    if (policy.value && !news.hello.policies.includes(policy.value)) policy.value = "";
  }
  if (news.colours) colours.value = news.colours;
  if (news.temper) temper.value = news.temper;
  if (news.felt) felt.value = news.felt;
  if (news.stats) stats.value = news.stats;
  if (news.read) {
    note.value = "";
    read.value = news.read;
    if (news.final !== false) past.value = [news.read, ...past.value].slice(0, PAST);
  }
  if (news.note) note.value = news.note;
  if (news.error) note.value = news.error;
  if (news.failure) {
    if (!news.before) note.value = `${news.failure.kind} ${news.failure.name}: ${news.failure.error}`;
    failures.value = [news.failure, ...failures.value].slice(0, TROUBLE);
  }
});

export function choosePolicy(name: string): void {
  policy.value = name;
  kept.set("policy", name);
}

/** Let a line be said, or answered, at once. */
export function say(line: string): void {
  if (line.trim()) sendSoon({ say: line, policy: policy.value });
}

/** Other colours; parts that are not named have their own. */
export function recolour(told: Record<string, string>): void {
  send({ colours: told });
}
