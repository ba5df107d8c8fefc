// Films a face that does what it is asked to, for `mien character new`. Nothing leaves the browser but the saved file.

import { kept, languageOf } from "./kept.js";
import { MOST, STEPS, TALK, WORDS } from "./record-words.js";

const id = (name) => document.getElementById(name);
const KINDS = ["video/mp4;codecs=avc1.640028", "video/mp4", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const GUIDED = STEPS.reduce((sum, [, seconds]) => sum + seconds, 0);

let language = languageOf(WORDS);
let asked = ""; // the prompt that is shown
let film = null; // the clip that was filmed: { address, name, bytes }
let stream = null;

function speak(tag) {
  language = tag;
  const words = WORDS[tag];
  document.documentElement.lang = tag;
  document.title = words.title;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = words[element.dataset.text];
  id("how").replaceChildren(...words.how.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  document.querySelector(`#languages input[value="${tag}"]`).checked = true;
  ask(asked);
  showFilm();
}

function ask(name) {
  asked = name;
  id("prompt").textContent = name ? WORDS[language][name] : "";
}

function showFilm() {
  id("result").hidden = !film;
  if (!film) return;
  id("save").href = film.address;
  id("save").download = film.name;
  id("save").textContent = WORDS[language].saved;
  id("size").textContent = `${film.name}, ${(film.bytes / 1e6).toFixed(1)} MB`;
  id("command").textContent = `mien character new me --from ${film.name} --consent "${WORDS[language].consent}"`;
}

const state = (name) => {
  id("booth").dataset.state = name;
  id("start").hidden = name !== "idle";
  id("start").disabled = !id("agreed").checked;
  id("stop").hidden = name !== "talk";
};

async function start() {
  id("note").textContent = "";
  if (film) URL.revokeObjectURL(film.address);
  film = null;
  showFilm();
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: "user" },
    });
    id("live").srcObject = stream;
    state("wait");
    ask("wait");
    await pause(2.5);
    await record();
  } catch (error) {
    const words = WORDS[language];
    const known = { NotAllowedError: words.denied, NotFoundError: words.none, NotReadableError: words.busy };
    id("note").textContent = known[error.name] ?? words.failed + error.message;
  }
  for (const track of stream?.getTracks() ?? []) track.stop();
  id("live").srcObject = null;
  id("done").value = 0;
  ask("");
  state("idle");
}

async function record() {
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
  const recorder = new MediaRecorder(stream, { mimeType: kind, videoBitsPerSecond: 8_000_000 });
  const pieces = [];
  recorder.addEventListener("dataavailable", ({ data }) => { if (data.size) pieces.push(data); });
  const over = new Promise((resolve, reject) => {
    recorder.addEventListener("stop", resolve);
    recorder.addEventListener("error", ({ error }) => reject(error));
  });
  recorder.start(1000);
  const began = performance.now();
  const past = () => (performance.now() - began) / 1000;
  state("guided");
  let until = 0;
  for (const [name, seconds] of STEPS) {
    ask(name);
    until += seconds;
    while (past() < until && recorder.state === "recording") {
      await pause(0.05);
      id("done").value = past() / (GUIDED + TALK);
    }
  }
  ask("talk");
  let enough = false;
  const end = () => { enough = true; };
  id("stop").addEventListener("click", end, { once: true });
  while (!enough && past() < MOST && recorder.state === "recording") {
    await pause(0.05);
    id("done").value = Math.min(1, past() / (GUIDED + TALK));
    if (past() > GUIDED + TALK) state("talk");
  }
  id("stop").removeEventListener("click", end);
  const whole = past() > GUIDED + 0.5 * TALK; // else the camera went away
  if (recorder.state === "recording") recorder.stop();
  await over;
  if (!whole || !pieces.length) { id("note").textContent = WORDS[language].short; return; }
  const blob = new Blob(pieces, { type: kind.split(";")[0] });
  film = { address: URL.createObjectURL(blob), name: kind.startsWith("video/mp4") ? "me.mp4" : "me.webm", bytes: blob.size };
  showFilm();
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

id("languages").addEventListener("change", ({ target }) => { kept.set("language", target.value); speak(target.value); });
id("agreed").addEventListener("change", () => { id("start").disabled = !id("agreed").checked; });
id("start").addEventListener("click", start);
id("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(id("command").textContent);
  id("copy").textContent = WORDS[language].copied;
  setTimeout(() => { id("copy").textContent = WORDS[language].copy; }, 1500);
});
state("idle");
speak(language);
