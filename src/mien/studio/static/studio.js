// The page: a line goes in, frames and news come out of one WebSocket, the canvas shows the newest frame. Where the
// browser can, it paints by itself, from 79 numbers a frame.

import { camera } from "./camera.js";
import { kept, languageOf } from "./kept.js";
import { able, Face, numbersOf } from "./mien-face.js";
import { microphone } from "./microphone.js";
import { isSound, voice } from "./voice.js";
import { FEELINGS, HUES, WORDS } from "./words.js";

const id = (name) => document.getElementById(name);
const make = (tag, text = "", attributes = {}) => {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

// ---- languages -------------------------------------------------------------------------------------------------

let language = languageOf(WORDS);
let hello = null;
let last = null; // the newest reading
let felt = Object.fromEntries(FEELINGS.map((name) => [name, 0]));
const past = [];
const bars = {};

function speak(tag) {
  language = tag;
  const words = WORDS[tag];
  document.documentElement.lang = tag;
  document.title = words.title;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = words[element.dataset.text];
  for (const element of document.querySelectorAll("[data-title]")) {
    element.title = words[element.dataset.title];
    element.previousElementSibling.setAttribute("aria-label", element.title);
  }
  id("line").placeholder = words.hint;
  id("chips").setAttribute("aria-label", words.examples);
  showLines();
  for (const name of FEELINGS) bars[name].label.textContent = words[name];
  document.querySelector(`#languages input[value="${tag}"]`).checked = true;
  showReading();
  showPolicies();
  showPast();
  showWho();
  showFelt();
  eye.speak();
  ear.speak();
}

// Lines to try: first the one that she greets with.
function showLines() {
  const greeting = hello?.greeting?.[language];
  id("chips").replaceChildren(...[...(greeting ? [greeting] : []), ...WORDS[language].lines].map((line) => {
    const chip = make("button", line, { type: "button" });
    chip.addEventListener("click", () => say(line));
    return chip;
  }));
}

function showWho() {
  if (hello) id("who").textContent = `${hello.title?.[language] ?? hello.character} · ${hello.painter} · ${hello.size}px`;
}

// ---- what was read ---------------------------------------------------------------------------------------------

function buildBars() {
  for (const name of FEELINGS) {
    const row = make("div");
    row.style.setProperty("--hue", HUES[name]);
    const track = make("dd", "", { class: "track" });
    track.append(make("i"));
    bars[name] = { label: make("dt"), value: make("dd", "", { class: "value" }), track, shown: -1 };
    row.append(bars[name].label, track, bars[name].value);
    id("bars").append(row);
  }
}

function showFelt() {
  for (const name of FEELINGS) {
    const bar = bars[name];
    const percent = Math.round(felt[name] * 100);
    if (percent === bar.shown) continue;
    bar.shown = percent;
    bar.track.firstChild.style.setProperty("--value", felt[name]);
    bar.value.textContent = percent;
  }
  const top = FEELINGS.reduce((best, name) => (felt[name] > felt[best] ? name : best));
  const text = WORDS[language].face + WORDS[language][felt[top] >= 0.1 ? top : "neutral"];
  if (id("face").getAttribute("aria-label") !== text) id("face").setAttribute("aria-label", text);
}

function showPolicies() {
  const words = WORDS[language];
  const chosen = id("policy").value || kept.get("policy") || "";
  id("policy").replaceChildren(...["", ...(hello?.policies ?? [])].map((name) => {
    const shown = name ? `${words.viewer} ${words.policies[name] ?? name}` : words.own;
    return make("option", shown, { value: name });
  }));
  id("policy").value = chosen;
  if (id("policy").selectedIndex < 0) id("policy").value = "";
}

function showReading() {
  const words = WORDS[language];
  if (!last) { id("reading").replaceChildren(make("span", words.unread)); return; }
  const feeling = make("strong", words[last.dominant]);
  feeling.style.color = `color-mix(in srgb, ${HUES[last.dominant]} 82%, var(--ink))`;
  id("reading").replaceChildren(
    feeling,
    make("span", `${words.strength} ${Math.round(last.strength * 100)}`),
    make("span", `${words.sure} ${Math.round(last.confidence * 100)}%`),
    make("span", words[last.language] ?? last.language),
  );
}

function showPast() {
  id("past").replaceChildren(...past.slice(0, 6).map((read) => {
    const row = make("li");
    row.style.setProperty("--hue", HUES[read.dominant]);
    row.append(make("i"), make("span", read.text, { title: read.text }), make("em", WORDS[language][read.dominant]));
    return row;
  }));
}

function showNote(text) {
  id("reading").replaceChildren(make("span", text));
}

let captionEnds = 0;
function heard(read) {
  last = read;
  past.unshift(read);
  past.length = Math.min(past.length, 50);
  showReading();
  showPast();
  id("caption").textContent = read.text;
  id("caption").classList.add("shown");
  clearTimeout(captionEnds);
  captionEnds = setTimeout(() => id("caption").classList.remove("shown"), Math.min(9000, 2200 + 130 * read.text.length));
}

// ---- the picture -----------------------------------------------------------------------------------------------

const canvas = id("face");
const picture = canvas.getContext("2d", { willReadFrequently: true });
let waiting = null; // the newest frame that is not drawn yet
let busy = false;
let drawn = 0;

async function draw() {
  if (busy) return;
  busy = true;
  while (waiting) {
    const bytes = waiting;
    waiting = null;
    try {
      const length = new DataView(bytes).getUint32(0, true);
      const jpeg = new Blob([new Uint8Array(bytes, 4, length)], { type: "image/jpeg" });
      const packed = new Blob([new Uint8Array(bytes, 4 + length)]);
      const [colours, alpha] = await Promise.all([
        createImageBitmap(jpeg),
        new Response(packed.stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer(),
      ]);
      if (canvas.width !== colours.width || canvas.height !== colours.height) {
        canvas.width = colours.width;
        canvas.height = colours.height;
      }
      picture.drawImage(colours, 0, 0);
      colours.close();
      const image = picture.getImageData(0, 0, canvas.width, canvas.height);
      const solid = new Uint8Array(alpha);
      for (let at = 0, to = 3; at < solid.length; at += 1, to += 4) image.data[to] = solid[at];
      picture.putImageData(image, 0, 0);
      show(canvas);
    } catch (error) {
      console.warn("a frame could not be drawn", error);
    }
  }
  busy = false;
}

// ---- the picture, painted here ---------------------------------------------------------------------------------

let face = null; // once it is loaded
let numbers = null; // the newest that are not painted yet

async function paintHere() {
  if (face || !hello.bundle || !able()) return;
  try {
    face = await Face.load(hello.bundle, { size: hello.size, colours: hello.colours });
    face.colours = hello.colours; // they may have changed while it was loaded
  } catch (error) {
    console.warn("painted by the studio, for this browser cannot:", error.message);
    hello.bundle = "";
    return;
  }
  face.addEventListener("lost", () => take("frames"));
  face.addEventListener("restored", () => take("numbers"));
  face.addEventListener("error", () => take("frames"));
  take("numbers");
}

// What the studio is to send; the canvas that shows it comes with the first of it.
function take(what) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ want: what }));
}

function paint() {
  if (!numbers) return;
  const told = numbers;
  numbers = null;
  if (!face?.ready) return;
  face.paint(told);
  show(face.canvas);
}

function show(fresh) {
  const shown = id("face");
  if (fresh !== shown) {
    for (const name of ["id", "role", "aria-label"]) fresh.setAttribute(name, shown.getAttribute(name) ?? "");
    shown.replaceWith(fresh);
  }
  drawn += 1;
  fresh.dataset.drawn = drawn;
}

// ---- colours ---------------------------------------------------------------------------------------------------

const dyes = [...document.querySelectorAll("#dyes input")];

// The studio says in which colours she is, to whoever watches.
function showColours() {
  id("dyes").hidden = !Object.keys(hello.colours).length;
  for (const input of dyes) {
    const own = hello.colours[input.name];
    input.parentElement.hidden = !own;
    if (own && input !== document.activeElement) input.value = own; // not while it is being picked
  }
  if (face) face.colours = hello.colours;
}

function dye(colours) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ colours }));
}

// ---- the connection --------------------------------------------------------------------------------------------

let socket = null;
let pause = 500;
const unsent = [];

function veil(name) {
  id("veil").textContent = name ? (WORDS[language][name] ?? name) : "";
  id("veil").classList.toggle("shown", Boolean(name));
}

function connect() {
  if (socket || document.hidden) return;
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => {
    pause = 500;
    veil(null);
    for (const message of unsent.splice(0)) socket.send(message);
  });
  socket.addEventListener("message", ({ data }) => {
    if (data instanceof ArrayBuffer) {
      if (isSound(data)) { lungs.play(data); return; }
      const told = numbersOf(data);
      if (!told) { waiting = data; draw(); return; }
      if (!numbers) requestAnimationFrame(paint);
      numbers = told;
      return;
    }
    const news = JSON.parse(data);
    if (news.felt) { felt = news.felt; showFelt(); }
    if (news.read && news.final === false) { last = news.read; showReading(); }
    else if (news.read) heard(news.read);
    if (news.stats) showStats(news.stats);
    if (news.hello) {
      hello = news.hello;
      showWho();
      showLines();
      showPolicies();
      eye.speak();
      ear.speak();
      showVoice();
      showColours();
      if (face?.ready) take("numbers");
      else paintHere();
    }
    if (news.failure) showNote(`${news.failure.kind} ${news.failure.name}: ${news.failure.error}`);
    if (news.note) showNote(news.note);
    if (news.colours) { hello.colours = news.colours; showColours(); }
    if (news.saw) eye.seen(news.saw);
    if (news.camera) eye.told(news);
    if (news.microphone) ear.told(news);
    if (news.error) { eye.failed(); showNote(news.error); }
  });
  socket.addEventListener("close", () => {
    socket = null;
    eye.cut();
    ear.cut();
    lungs.hush();
    if (document.hidden) return;
    veil("stopped");
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 4000);
  });
}

function showStats(stats) {
  id("fps").textContent = Math.round(stats.fps);
  id("cost").textContent = ` · ${stats.ms.toFixed(1)} ms`;
}

function say(line) {
  if (!line.trim()) return;
  const message = JSON.stringify({ say: line, policy: id("policy").value });
  if (socket?.readyState === WebSocket.OPEN) socket.send(message);
  else if (unsent.length < 5) unsent.push(message);
}

const user = {
  send: (message) => {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(message);
    return true;
  },
  kept,
  language: () => language,
  policies: () => hello?.policies ?? [],
};
const eye = camera(user);
const ear = microphone(user);

// ---- her voice -------------------------------------------------------------------------------------------------

const lungs = voice();

function showVoice() {
  const on = kept.get("sound") !== "off";
  for (const name of ["sound", "hush"]) id(name).hidden = !hello.voice;
  id("sound").setAttribute("aria-pressed", String(on));
  if (hello.voice) user.send(JSON.stringify({ sound: on }));
  if (!on) lungs.hush();
}

// A hidden page watches nothing: without a connection the studio paints nothing.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) socket?.close();
  else connect();
});

// ---- hands -----------------------------------------------------------------------------------------------------

let recalled = -1;
id("say").addEventListener("submit", (event) => {
  event.preventDefault();
  say(id("line").value);
  id("line").value = "";
  recalled = -1;
});
id("line").addEventListener("keydown", (event) => {
  if (event.isComposing) { if (event.key === "Enter") event.stopPropagation(); return; }
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  recalled = Math.max(-1, Math.min(past.length - 1, recalled + (event.key === "ArrowUp" ? 1 : -1)));
  id("line").value = recalled < 0 ? "" : past[recalled].text;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== id("line")) { id("line").focus(); event.preventDefault(); }
});
id("hush").addEventListener("click", () => {
  user.send(JSON.stringify({ hush: true }));
  lungs.hush();
});
id("sound").addEventListener("click", () => {
  kept.set("sound", kept.get("sound") === "off" ? "on" : "off");
  showVoice();
});
for (const radio of document.querySelectorAll("#languages input")) {
  radio.addEventListener("change", () => { kept.set("language", radio.value); speak(radio.value); });
}
id("policy").addEventListener("change", () => {
  kept.set("policy", id("policy").value);
  eye.follow(id("policy").value);
});
id("answer").addEventListener("change", () => {
  if (id("policy").value) id("policy").value = id("answer").value;
});
for (const input of dyes) {
  const all = () => dyes.filter(({ parentElement }) => !parentElement.hidden).map(({ name, value }) => [name, value]);
  input.addEventListener("input", () => dye(Object.fromEntries(all())));
}
id("undye").addEventListener("click", () => dye({}));
const ground = (value) => { id("stage").dataset.ground = value; kept.set("ground", value); };
for (const radio of document.querySelectorAll("#grounds input")) {
  radio.addEventListener("change", () => ground(radio.value));
  if (radio.value === kept.get("ground")) { radio.checked = true; ground(radio.value); }
}

buildBars();
speak(language);
veil("waiting");
connect();
