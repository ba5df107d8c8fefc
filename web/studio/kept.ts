// What the pages remember of a visitor, in the browser alone: the language and what was chosen.

export const kept = {
  get(name: string): string | null {
    try {
      return localStorage.getItem(`mien.${name}`);
    } catch {
      return null; // a private window
    }
  },
  set(name: string, value: string): void {
    try {
      localStorage.setItem(`mien.${name}`, value);
    } catch {
      // a private window: it is forgotten
    }
  },
};
