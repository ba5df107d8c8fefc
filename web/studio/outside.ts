// The face alone, on nothing: for OBS's browser source. In the address: token, and if one likes size=512 (pixels),
// voice=on, captions=on, paint=page (without a graphics card too; else frames of the studio come there). It waits for
// the studio, and comes back when that is started again.

import { frames } from "./frames.ts";
import { able, Face, hasCard, numbersOf } from "./mien-face.js";
import type { Hello, News } from "./news.ts";
import { isSound, lungs } from "./sound.ts";

const asked = new URLSearchParams(location.search);
const [LEAST, MOST] = [64, 2048]; // pixels a side
const [FIRST, LONGEST] = [500, 4000]; // ms until the studio is asked again

const id = (name: string) => document.getElementById(name) as HTMLElement;
const easel = document.createElement("canvas"); // for frames that the studio paints
const draw = frames(easel, () => show(easel));
const voice = asked.get("voice") === "on" ? lungs(true) : null;

let socket: WebSocket | null = null;
let pause = FIRST;
let hello: Hello | null = null;
let face: Face | null = null;
let from = ""; // what it was loaded from
let numbers: Float32Array | null = null; // the newest that are not painted yet
let drawn = 0;
let captionEnds = 0;

function size(): number {
  const wanted = Number(asked.get("size")) || Math.min(innerWidth, innerHeight) * devicePixelRatio;
  return Math.min(MOST, Math.max(LEAST, Math.round(wanted)));
}

function show(fresh: HTMLCanvasElement): void {
  const shown = id("face");
  if (fresh !== shown) {
    fresh.id = "face";
    fresh.setAttribute("role", "img");
    shown.replaceWith(fresh);
    shown.removeAttribute("id");
  }
  drawn += 1;
  fresh.dataset.drawn = String(drawn);
}

function send(message: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function paint(): void {
  if (face?.busy) {
    requestAnimationFrame(paint);
    return;
  }
  const told = numbers;
  numbers = null;
  if (!told || !face?.ready) return;
  face.paint(told);
  show(face.canvas);
}

/** Paint here what this studio plays, where the browser can; else its frames go on coming. */
async function load(told: Hello): Promise<void> {
  const wanted = `${told.run} ${told.bundle ?? ""}`;
  if (face && from === wanted) {
    send({ want: "numbers" });
    return;
  }
  send({ want: "frames" });
  face?.close();
  face = null;
  from = wanted;
  if (!told.bundle || !(asked.get("paint") === "page" ? able() : hasCard())) return;
  try {
    const loaded = await Face.load(`/${told.bundle}`, { size: size(), colours: told.colours });
    if (from !== wanted) { // another character came meanwhile
      loaded.close();
      return;
    }
    face = loaded;
    face.colours = hello?.colours ?? told.colours; // they may have changed meanwhile
  } catch (error) {
    console.warn("painted by the studio, for this browser cannot:", (error as Error).message);
    return;
  }
  face.addEventListener("lost", () => send({ want: "frames" }));
  face.addEventListener("error", () => send({ want: "frames" }));
  face.addEventListener("restored", () => send({ want: "numbers" }));
  send({ want: "numbers" });
}

function caption(text: string): void {
  const line = id("caption");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(captionEnds);
  captionEnds = setTimeout(() => { line.hidden = true; }, Math.min(9000, 2200 + 130 * text.length));
}

function hear(news: News): void {
  if (news.hello) {
    hello = news.hello;
    id("made").hidden = !hello.label;
    if (voice && hello.voice) send({ sound: true });
    void load(hello);
  }
  if (news.colours && hello) {
    hello.colours = news.colours;
    if (face) face.colours = news.colours;
  }
  if (news.read && news.final !== false && asked.get("captions") === "on") caption(news.read.text);
}

function connect(): void {
  socket = new WebSocket(`ws://${location.host}/stage/live?token=${encodeURIComponent(asked.get("token") ?? "")}`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => { pause = FIRST; });
  socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (!(data instanceof ArrayBuffer)) {
      hear(JSON.parse(data) as News);
      return;
    }
    if (isSound(data)) {
      voice?.play(data);
      return;
    }
    const fresh = numbersOf(data);
    if (!fresh) {
      draw(data);
      return;
    }
    if (!numbers) requestAnimationFrame(paint);
    numbers = fresh;
  });
  socket.addEventListener("close", () => {
    voice?.silence();
    setTimeout(connect, pause);
    pause = Math.min(2 * pause, LONGEST);
  });
}

addEventListener("resize", () => { if (face && !asked.get("size")) face.size = size(); });
connect();
