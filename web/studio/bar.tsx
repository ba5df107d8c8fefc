// The bar on top: whose page it is, who plays, and how it is shown: the language, light or dark.

import { effect, signal } from "@preact/signals";

import { half, Icon, moon, sun } from "./icons.tsx";
import { kept } from "./kept.ts";
import { language, LANGUAGES, speak, type Language } from "./language.ts";
import { hello, stats } from "./state.ts";
import { common } from "./words.ts";

const THEMES = { system: half, light: sun, dark: moon } as const;
type Theme = keyof typeof THEMES;

const theme = signal<Theme>((kept.get("theme") as Theme) in THEMES ? (kept.get("theme") as Theme) : "system");

effect(() => {
  if (theme.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});
effect(() => {
  document.documentElement.lang = language.value;
  document.title = common().title;
});

/** home: whether it leads back to the studio. */
export function Bar({ home = false }: { home?: boolean }) {
  const told = common();
  const who = hello.value;
  const next = { system: "light", light: "dark", dark: "system" }[theme.value] as Theme;
  const change = (): void => {
    theme.value = next;
    kept.set("theme", next);
  };
  const mark = <><img src="icon.svg" alt="" width="28" height="28" /><span>mien</span></>;
  return (
    <header class="bar">
      <h1 class="mark">{home ? <a href="./">{mark}</a> : mark}</h1>
      <p class="who" id="who">{who && (who.title[language.value] ?? who.character)}</p>
      {!home && <Speed />}
      <button type="button" class="bare" id="theme" title={`${told.theme}: ${told[theme.value]}`} aria-label={`${told.theme}: ${told[theme.value]}`} onClick={change}>
        <Icon>{THEMES[theme.value]}</Icon>
      </button>
      <fieldset class="switch" id="languages">
        <legend class="hidden">{told.language}</legend>
        {(Object.entries(LANGUAGES) as [Language, string][]).map(([tag, name]) => (
          <label><input type="radio" name="language" value={tag} checked={language.value === tag} onChange={() => speak(tag)} /><span lang={tag}>{name}</span></label>
        ))}
      </fieldset>
    </header>
  );
}

/** How fast it goes, and what a picture takes. */
function Speed() {
  const now = stats.value;
  return (
    <p class="speed">
      <b id="fps">{now ? Math.round(now.fps) : "–"}</b> fps<span id="cost">{now && ` · ${now.ms.toFixed(1)} ms`}</span>
    </p>
  );
}
