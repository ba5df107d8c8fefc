// The panels, as many as there is room for, and the rail by which one asks for them.

import { signal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";

import { Icon } from "./icons.tsx";
import { Mood } from "./mood.tsx";
import { called, nowShown, open, room, shownOf, type Panel } from "./panel.ts";
import { onPicture } from "./painting.ts";
import { PANELS } from "./panels.ts";
import { common } from "./words.ts";

const [COLUMN, MOST] = [25, 3]; // rem of a panel's width at least, and columns at most # ours
const [TALL, TALLER] = [66, 86]; // rem of height from which two panels, or three, stand in a column # ours

const columns = signal(1);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const SETTLES = 1200; // ms in which panels find their columns

const rem = (): number => parseFloat(getComputedStyle(document.documentElement).fontSize);

const AFTER = 300; // ms after the first picture until panels that are not shown are made too: nobody waits for them # ours
const all = signal(false);
const first = onPicture(() => {
  first();
  setTimeout(() => { all.value = true; }, AFTER);
});

/** Of a place of this size: columns, and panels for which there is room. */
function roomIn(width: number, height: number, unit: number): [columns: number, panels: number] {
  const columns = Math.max(1, Math.min(MOST, Math.floor(width / (COLUMN * unit))));
  const rows = height > TALLER * unit ? 3 : height > TALL * unit ? 2 : 1;
  return [columns, columns * rows];
}

/** Pixels that each panel was high when it was last shown. */
const heights = new Map<string, number>();
/** Grows while panels are measured at first; from then on one does not change its column because another has grown. */
const measured = signal(0);
let settled = performance.now() + SETTLES;

/** Of each panel its column, from 1: each goes below the others where the least stands. */
function columnsOf(shown: readonly Panel[], count: number): Map<string, number> {
  const filled = new Array<number>(count).fill(0);
  return new Map(shown.map(({ name }) => {
    const least = filled.indexOf(Math.min(...filled));
    filled[least] += heights.get(name) ?? 1;
    return [name, least + 1];
  }));
}

export function Desk() {
  const desk = useRef<HTMLElement>(null);
  useEffect(() => {
    const watch = new ResizeObserver(([{ contentRect: { width, height } }]) => {
      const single = getComputedStyle(desk.current as HTMLElement).getPropertyValue("--single").trim();
      [columns.value, room.value] = single ? [1, 1] : roomIn(width, height, rem());
    });
    watch.observe(desk.current as HTMLElement);
    return () => watch.disconnect();
  }, []);
  const shown = shownOf(PANELS);
  const names = shown.map(({ name }) => name).join();
  const places = useMemo(() => columnsOf(shown, columns.value), [names, columns.value, measured.value]);
  useEffect(() => {
    nowShown(shown);
    settled = performance.now() + SETTLES; // what is shown anew is measured
  }, [names, columns.value]);
  useEffect(() => {
    if (!called.value) return;
    document.getElementById(`panel-${called.value}`)?.scrollIntoView({ block: room.value > 1 ? "nearest" : "start", behavior: calm.matches ? "auto" : "smooth" });
    called.value = "";
  }, [called.value]);
  return (
    <section class="desk" ref={desk} style={{ "--columns": String(columns.value) }}>
      <Mood />
      <div class="panels">
        {PANELS.map((panel) => <Sheet key={panel.name} panel={panel} column={places.get(panel.name) ?? 0} />)}
      </div>
    </section>
  );
}

/** One panel. column: it keeps to it, below those before it there; 0: it is not shown. */
function Sheet({ panel, column }: { panel: Panel; column: number }) {
  const { name, words, View } = panel;
  const sheet = useRef<HTMLElement>(null);
  const made = useRef(false);
  made.current ||= column > 0 || all.value;
  useEffect(() => {
    const section = sheet.current as HTMLElement;
    const watch = new ResizeObserver(() => {
      if (!section.offsetHeight) return;
      heights.set(name, section.offsetHeight);
      const gap = parseFloat(getComputedStyle(section).marginBottom);
      section.style.setProperty("--rows", String(Math.ceil(section.offsetHeight + gap)));
      if (performance.now() < settled) measured.value += 1;
    });
    watch.observe(section);
    return () => watch.disconnect();
  }, []);
  return (
    <section class="card panel" id={`panel-${name}`} aria-labelledby={`title-${name}`} hidden={!column} ref={sheet} style={{ "--column": String(column || 1) }}>
      <h2 id={`title-${name}`}>{words().title}</h2>
      {made.current && <View />}
    </section>
  );
}

export function Rail() {
  const shown = shownOf(PANELS);
  /** The arrows go from one to the next, as in every toolbar. */
  function move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const buttons = [...(event.currentTarget as HTMLElement).querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (!step || at < 0) return;
    buttons[(at + step + buttons.length) % buttons.length].focus();
    event.preventDefault();
  }
  return (
    <nav class="rail" aria-label={common().panels} onKeyDown={move}>
      {PANELS.map((panel) => (
        <button type="button" key={panel.name} id={`tab-${panel.name}`} aria-pressed={shown.includes(panel)} aria-controls={`panel-${panel.name}`} title={panel.words().title} onClick={() => open(panel.name)}>
          <Icon size={22}>{panel.icon}</Icon>
          <span>{panel.words().tab}</span>
        </button>
      ))}
    </nav>
  );
}
