// Films a face that does what it is asked to, for `mien character new`. Nothing leaves the browser but the saved file.

import { signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { Bar } from "./bar.tsx";
import { MOST, STEPS, TALK, words, type Prompt } from "./record-words.ts";

const KINDS = ["video/mp4;codecs=avc1.640028", "video/mp4", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const GUIDED = STEPS.reduce((sum, [, seconds]) => sum + seconds, 0);

type Trouble = "short" | "denied" | "none" | "busy" | "failed";
const REASONS: Record<string, Trouble> = { NotAllowedError: "denied", NotFoundError: "none", NotReadableError: "busy" };

const state = signal<"idle" | "wait" | "guided" | "talk">("idle");
const asked = signal<Prompt | null>(null);
const done = signal(0);
const agreed = signal(false);
const copied = signal(false);
const stream = signal<MediaStream | null>(null);
const trouble = signal<{ what: Trouble; more: string } | null>(null);
/** The clip that was filmed. */
const film = signal<{ address: string; name: string; bytes: number } | null>(null);
let enough = false;

const pause = (seconds: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 1000 * seconds); });

async function start(): Promise<void> {
  trouble.value = null;
  if (film.value) URL.revokeObjectURL(film.value.address);
  film.value = null;
  try {
    stream.value = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: "user" },
    });
    state.value = "wait";
    asked.value = "wait";
    await pause(2.5);
    await record(stream.value);
  } catch (error) {
    const what = REASONS[(error as Error).name] ?? "failed";
    trouble.value = { what, more: what === "failed" ? (error as Error).message : "" };
  }
  for (const track of stream.value?.getTracks() ?? []) track.stop();
  stream.value = null;
  done.value = 0;
  asked.value = null;
  state.value = "idle";
}

async function record(filmed: MediaStream): Promise<void> {
  const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one)) as string;
  const recorder = new MediaRecorder(filmed, { mimeType: kind, videoBitsPerSecond: 8_000_000 });
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => { if (data.size) pieces.push(data); });
  const over = new Promise((resolve, reject) => {
    recorder.addEventListener("stop", resolve);
    recorder.addEventListener("error", (event) => reject((event as ErrorEvent).error));
  });
  recorder.start(1000);
  const began = performance.now();
  const past = (): number => (performance.now() - began) / 1000;
  const going = (): boolean => recorder.state === "recording";
  state.value = "guided";
  let until = 0;
  for (const [name, seconds] of STEPS) {
    asked.value = name;
    until += seconds;
    while (past() < until && going()) {
      await pause(0.05);
      done.value = past() / (GUIDED + TALK);
    }
  }
  asked.value = "talk";
  enough = false;
  while (!enough && past() < MOST && going()) {
    await pause(0.05);
    done.value = Math.min(1, past() / (GUIDED + TALK));
    if (past() > GUIDED + TALK) state.value = "talk";
  }
  const whole = past() > GUIDED + 0.5 * TALK; // else the camera went away
  if (going()) recorder.stop();
  await over;
  if (!whole || !pieces.length) {
    trouble.value = { what: "short", more: "" };
    return;
  }
  const blob = new Blob(pieces, { type: kind.split(";")[0] });
  film.value = { address: URL.createObjectURL(blob), name: kind.startsWith("video/mp4") ? "me.mp4" : "me.webm", bytes: blob.size };
}

function Booth() {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => { if (video.current) video.current.srcObject = stream.value; }, [stream.value]);
  return (
    <figure class="booth" id="booth" data-state={state.value}>
      <video id="live" autoplay muted playsInline ref={video} />
      <p class="prompt" id="prompt" role="status" aria-live="assertive">{asked.value && words()[asked.value]}</p>
      <progress id="done" max="1" value={done.value} />
    </figure>
  );
}

function Told() {
  const told = words();
  return (
    <section class="told">
      <h2>{told.title}</h2>
      <p>{told.what}</p>
      <ul id="how">{told.how.map((line) => <li>{line}</li>)}</ul>
      <label class="vow">
        <input type="checkbox" id="agreed" checked={agreed.value} onChange={(event) => { agreed.value = event.currentTarget.checked; }} /><span>{told.agreed}</span>
      </label>
      <div class="choice">
        <button class="main" id="start" type="button" hidden={state.value !== "idle"} disabled={!agreed.value} onClick={start}>{told.start}</button>
        <button id="stop" type="button" hidden={state.value !== "talk"} onClick={() => { enough = true; }}>{told.stop}</button>
      </div>
      <p class="note" id="note" role="status">{trouble.value && told[trouble.value.what] + trouble.value.more}</p>
      <Result />
    </section>
  );
}

function Result() {
  const told = words();
  const kept = film.value;
  const command = kept ? `mien character new me --from ${kept.name} --consent "${told.consent}"` : "";
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(command);
    copied.value = true;
    setTimeout(() => { copied.value = false; }, 1500);
  }
  return (
    <div class="card" id="result" hidden={!kept}>
      <p><a class="main" id="save" href={kept?.address} download={kept?.name}>{told.saved}</a> <span id="size">{kept && `${kept.name}, ${(kept.bytes / 1e6).toFixed(1)} MB`}</span></p>
      <p>{told.then}</p>
      <pre><code id="command">{command}</code></pre>
      <button class="lens" id="copy" type="button" onClick={copy}>{copied.value ? told.copied : told.copy}</button>
    </div>
  );
}

render(<><Bar home /><main class="filming"><Booth /><Told /></main></>, document.body);
