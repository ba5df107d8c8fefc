// The three languages: which is shown, and texts that have all three or do not compile.

import { signal } from "@preact/signals";

import { kept } from "./kept.ts";

export const LANGUAGES = { zh: "中文", en: "English", ja: "日本語" } as const;
export type Language = keyof typeof LANGUAGES;

const known = (tag: string | null): tag is Language => tag !== null && tag in LANGUAGES;

function first(): Language {
  const wanted = [kept.get("language"), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return wanted.find(known) ?? "en";
}

/** The language that is shown. */
export const language = signal<Language>(first());

export function speak(tag: Language): void {
  kept.set("language", tag);
  language.value = tag;
}

/** Of every text its shape: what is a text in one language is one in the others. */
type Shape<T> = { [K in keyof T]: T[K] extends string ? string : T[K] extends readonly string[] ? readonly string[] : Shape<T[K]> };

/**
 * Texts in three languages; what it gives reads them in the one that is shown, and who renders with it renders again
 * when that changes. English says which keys there are: one that another language lacks is an error of types.
 */
export function texts<const T>(told: { en: T; zh: NoInfer<Shape<T>>; ja: NoInfer<Shape<T>> }): () => Shape<T> {
  return () => told[language.value] as Shape<T>;
}
