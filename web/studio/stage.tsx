// The stage: the face on its ground, what is said, and what belongs to the picture: ground, size, windows.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { Icon, pet as petIcon, whole } from "./icons.tsx";
import { kept } from "./kept.ts";
import { texts } from "./language.ts";
import { connection, pet } from "./link.ts";
import { shownOf } from "./panel.ts";
import { PANELS } from "./panels.ts";
import { choose, painted, paintsHere, shown, size, stageIs } from "./painting.ts";
import { Handles } from "./play/handles.tsx";
import { dominant, past } from "./state.ts";
import { common, feelings } from "./words.ts";

const GROUNDS = ["checker", "light", "dark", "green"] as const;
const SIZES = [256, 512, 768, 1024, 1536];

const words = texts({
  en: { made: "AI-generated", ground: "Background", checker: "Transparent", light: "Light", dark: "Dark", green: "Green screen", face: "The face now: ", size: "Picture", fits: "fits", whole: "Full screen", pet: "A small window on top" },
  zh: { made: "AI生成", ground: "背景", checker: "透明", light: "浅色", dark: "深色", green: "绿幕", face: "现在的表情：", size: "画面", fits: "自适应", whole: "全屏", pet: "置顶小窗" },
  ja: { made: "AI生成", ground: "背景", checker: "透明", light: "明るい", dark: "暗い", green: "グリーン", face: "今の表情：", size: "画面", fits: "自動", whole: "全画面", pet: "小さな窓で手前に" },
});

const ground = signal(kept.get("ground") ?? "checker");

/** The window of Document Picture-in-Picture, where the browser has it. */
interface Windows extends EventTarget {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
  window: Window | null;
}
const windows = (globalThis as { documentPictureInPicture?: Windows }).documentPictureInPicture;

export function Stage() {
  const figure = useRef<HTMLElement>(null);
  useEffect(() => {
    const room = new ResizeObserver(([{ contentRect }]) => stageIs(contentRect.width * devicePixelRatio));
    room.observe(figure.current as HTMLElement);
    return () => room.disconnect();
  }, []);
  return (
    <figure class="stage" id="stage" data-ground={ground.value} ref={figure}>
      <Easel />
      <span class="made">{words().made}</span>
      <Caption />
      {shownOf(PANELS).some(({ name }) => name === "play") && <Handles />}
      <Veil />
    </figure>
  );
}

/** Holds the canvas that is shown, and says in words what it shows. */
function Easel() {
  const easel = useRef<HTMLDivElement>(null);
  const canvas = shown.value;
  const text = words().face + feelings()[dominant.value];
  useEffect(() => {
    canvas.id = "face";
    canvas.setAttribute("role", "img");
    easel.current?.replaceChildren(canvas);
  }, [canvas]);
  useEffect(() => canvas.setAttribute("aria-label", text), [canvas, text]);
  return <div class="easel" ref={easel} />;
}

function Caption() {
  const caption = useRef<HTMLElement>(null);
  const line = past.value[0];
  useEffect(() => {
    if (!line) return;
    caption.current?.classList.add("shown");
    const over = setTimeout(() => caption.current?.classList.remove("shown"), Math.min(9000, 2200 + 130 * line.text.length));
    return () => clearTimeout(over);
  }, [line]);
  return <figcaption class="caption" id="caption" ref={caption}>{line?.text}</figcaption>;
}

function Veil() {
  const why = connection.value;
  return <p class={why === "open" ? "veil" : "veil shown"} id="veil" role="status">{why === "open" ? "" : common()[why]}</p>;
}

function onGround(name: string): void {
  kept.set("ground", name);
  ground.value = name;
}

/** Let the picture be looked at in a window of its own, which stays on top, until that is closed. */
async function asPet(): Promise<void> {
  const stage = document.getElementById("stage");
  if (!windows || !stage || windows.window) return;
  const small = await windows.requestWindow({ width: 320, height: 320 });
  for (const sheet of document.styleSheets) {
    if (sheet.href) small.document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet.href }));
  }
  small.document.documentElement.classList.add("pet");
  const place = document.createComment("");
  stage.replaceWith(place);
  small.document.body.append(stage);
  pet.value = small;
  small.addEventListener("pagehide", () => {
    pet.value = null;
    place.replaceWith(stage);
  }, { once: true });
}

/** What is set of the picture, below it. */
export function StageTools() {
  const told = words();
  return (
    <div class="tools" id="panel-stage" role="group" aria-label={told.size}>
      <fieldset class="grounds" id="grounds">
        <legend class="hidden">{told.ground}</legend>
        {GROUNDS.map((name) => (
          <label title={told[name]}>
            <input type="radio" name="ground" value={name} checked={ground.value === name} onChange={() => onGround(name)} aria-label={told[name]} />
            <i class={name} />
          </label>
        ))}
      </fieldset>
      {paintsHere.value && (
        <select class="small" id="size" aria-label={told.size} value={String(size.value)} onChange={(event) => choose(Number(event.currentTarget.value))}>
          <option value="0">{size.value ? told.fits : `${painted.value} px`}</option>
          {SIZES.map((one) => <option value={String(one)}>{one} px</option>)}
        </select>
      )}
      <button type="button" class="bare" id="whole" title={told.whole} aria-label={told.whole} onClick={() => document.getElementById("stage")?.requestFullscreen()}>
        <Icon>{whole}</Icon>
      </button>
      {windows && (
        <button type="button" class="bare" id="pet" title={told.pet} aria-label={told.pet} onClick={asPet}><Icon>{petIcon}</Icon></button>
      )}
    </div>
  );
}
