// What the pages remember of a visitor, in the browser alone: the language and what was chosen.

export const kept = {
  get: (name) => { try { return localStorage.getItem(`mien.${name}`); } catch { return null; } },
  set: (name, value) => { try { localStorage.setItem(`mien.${name}`, value); } catch { /* a private window */ } },
};

/** The language to show, of those there are texts in. */
export function languageOf(words) {
  const wanted = [kept.get("language"), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return wanted.find((tag) => tag in words) ?? "en";
}
