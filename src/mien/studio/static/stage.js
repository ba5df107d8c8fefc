// The face alone, on nothing: for OBS's browser source. In the address: token, and if one likes size=512 (pixels),
// voice=on, captions=on. It waits for the studio, and comes back when that is started again.

import { frames } from "./frames.js";
import { able, Face, numbersOf } from "./mien-face.js";
import { isSound, voice } from "./voice.js";

const asked = new URLSearchParams(location.search);
const [LEAST, MOST] = [64, 2048];
const AGAIN = 500; // ms until the studio is asked again; each failure doubles them
const LONGEST = 4000;

const own = document.createElement("canvas"); // for frames that the studio paints
let socket = null;
let pause = AGAIN;
let hello = null;
let run = ""; // of the studio that the face was loaded from
let face = null;
let numbers = null; // the newest that are not painted yet
let drawn = 0;
let captionEnds = 0;
const lungs = asked.get("voice") === "on" ? voice({ atOnce: true }) : null;
const draw = frames(own, () => show(own));

function size() {
  const wanted = Number(asked.get("size")) || Math.min(innerWidth, innerHeight) * devicePixelRatio;
  return Math.min(MOST, Math.max(LEAST, Math.round(wanted)));
}

function show(fresh) {
  const shown = document.getElementById("face");
  if (fresh !== shown) {
    fresh.id = "face";
    fresh.setAttribute("role", "img");
    shown.replaceWith(fresh);
    shown.removeAttribute("id");
  }
  drawn += 1;
  fresh.dataset.drawn = drawn;
}

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function paint() {
  const told = numbers;
  numbers = null;
  if (!told || !face?.ready) return;
  face.paint(told);
  show(face.canvas);
}

// Paint here what this studio plays, where the browser can; else its frames go on coming.
async function load() {
  if (face && run === hello.run) { send({ want: "numbers" }); return; }
  face?.close();
  face = null;
  if (!hello.bundle || !able()) return;
  const from = hello.run;
  try {
    const loaded = await Face.load(`/${hello.bundle}`, { size: size(), colours: hello.colours });
    if (from !== hello.run) { loaded.close(); return; }
    face = loaded;
    run = from;
  } catch (error) {
    console.warn("painted by the studio, for this browser cannot:", error.message);
    return;
  }
  face.colours = hello.colours; // they may have changed meanwhile
  face.addEventListener("lost", () => send({ want: "frames" }));
  face.addEventListener("error", () => send({ want: "frames" }));
  face.addEventListener("restored", () => send({ want: "numbers" }));
  send({ want: "numbers" });
}

function caption(text) {
  const line = document.getElementById("caption");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(captionEnds);
  captionEnds = setTimeout(() => { line.hidden = true; }, Math.min(9000, 2200 + 130 * text.length));
}

function told(news) {
  if (news.hello) {
    hello = news.hello;
    document.getElementById("made").hidden = !hello.label;
    if (lungs && hello.voice) send({ sound: true });
    load();
  }
  if (news.colours && hello) {
    hello.colours = news.colours;
    if (face) face.colours = news.colours;
  }
  if (news.read && news.final !== false && asked.get("captions") === "on") caption(news.read.text);
}

function connect() {
  socket = new WebSocket(`ws://${location.host}/stage/live?token=${encodeURIComponent(asked.get("token") ?? "")}`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => { pause = AGAIN; });
  socket.addEventListener("message", ({ data }) => {
    if (!(data instanceof ArrayBuffer)) { told(JSON.parse(data)); return; }
    if (isSound(data)) { lungs?.play(data); return; }
    const fresh = numbersOf(data);
    if (!fresh) { draw(data); return; }
    if (!numbers) requestAnimationFrame(paint);
    numbers = fresh;
  });
  socket.addEventListener("close", () => {
    lungs?.hush();
    setTimeout(connect, pause);
    pause = Math.min(2 * pause, LONGEST);
  });
}

addEventListener("resize", () => { if (face && !asked.get("size")) face.size = size(); });
connect();
