// The user's own camera: notice and consent first, then small pictures over the WebSocket, and a view of what was seen.

import { HUES, WORDS } from "./words.js";

const LONGER = 480; // pixels of the longer side of a picture that is sent
const EVERY = 55; // ms between two pictures: at most 18 a second
const LOST = 1500; // ms after which an answer is no longer waited for
const MOST = 60000; // bytes: the server takes 64 KiB

// The key points in the order in which they are joined; what is closed ends where it begins.
const LINES = [
  [0, 16], [17, 21], [22, 26], [27, 30], [31, 35], [36, 41, true], [42, 47, true], [48, 59, true], [60, 67, true],
];

const id = (name) => document.getElementById(name);

// send: takes a message for the server, text or bytes, and says whether there is one. kept: what is remembered between two visits.
export function camera({ send, kept, language, policies }) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  const shot = document.createElement("canvas"); // the picture that was sent, as in a mirror
  const sketch = shot.getContext("2d");
  const view = id("self").getContext("2d");
  let stream = null;
  let timer = 0;
  let asked = 0; // when the picture was sent whose answer is waited for, or 0
  let opening = false;
  let agreed = false; // anew each time the page is opened
  let saw = null;
  let note = "";

  const use = () => document.querySelector("#uses input:checked").value;
  const tell = (what) => send(JSON.stringify({ camera: what, policy: id("answer").value, consent: agreed }));

  function consent() {
    if (agreed) return Promise.resolve(true);
    const notice = id("notice");
    notice.returnValue = "";
    notice.showModal();
    return new Promise((resolve) => notice.addEventListener("close", () => {
      agreed = notice.returnValue === "yes";
      resolve(agreed);
    }, { once: true }));
  }

  async function open() {
    say("");
    if (opening || !(await consent())) return;
    opening = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } },
      });
      stream.getVideoTracks()[0].addEventListener("ended", () => { tell("off"); close("unplugged"); });
      video.srcObject = stream;
      await video.play();
      if (!tell(use())) throw new Error("the studio does not answer");
    } catch (error) {
      const why = { NotAllowedError: "denied", NotFoundError: "none", NotReadableError: "busy" }[error.name];
      close(why ?? "failed");
      return;
    } finally {
      opening = false;
    }
    asked = 0;
    timer = setInterval(snap, EVERY);
    id("eye").hidden = false;
    show();
  }

  // why: a word of the page that is shown, "" when the user wanted it
  function close(why = "") {
    clearInterval(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    saw = null;
    video.srcObject = null;
    id("eye").hidden = true;
    view.clearRect(0, 0, view.canvas.width, view.canvas.height);
    say(why);
    show();
  }

  function snap() {
    if (!video.videoWidth || (asked && performance.now() - asked < LOST)) return;
    asked = performance.now();
    const scale = Math.min(1, LONGER / Math.max(video.videoWidth, video.videoHeight));
    shot.width = Math.round(video.videoWidth * scale);
    shot.height = Math.round(video.videoHeight * scale);
    sketch.setTransform(-1, 0, 0, 1, shot.width, 0); // as in a mirror: one's left stays at the left
    sketch.drawImage(video, 0, 0, shot.width, shot.height);
    pack(0.8);
  }

  function pack(quality) {
    shot.toBlob((blob) => {
      if (!stream || !blob) { asked = 0; return; }
      if (blob.size > MOST && quality > 0.3) { pack(quality - 0.25); return; }
      if (blob.size <= MOST) blob.arrayBuffer().then(send);
    }, "image/jpeg", quality);
  }

  // What the server saw in the picture that was sent last.
  function seen(news) {
    asked = 0;
    if (!stream) return;
    saw = news;
    draw();
    show();
  }

  function draw() {
    const { width, height } = shot;
    if (view.canvas.width !== width || view.canvas.height !== height) Object.assign(view.canvas, { width, height });
    view.drawImage(shot, 0, 0);
    if (!saw?.face) return;
    const hue = HUES[saw.dominant];
    const [x, y, w, h] = [saw.box[0] * width, saw.box[1] * height, saw.box[2] * width, saw.box[3] * height];
    const arm = w / 5;
    const points = saw.points.map(([px, py]) => [px * width, py * height]);
    const traces = LINES.map(([from, to, closed]) => {
      const trace = new Path2D();
      points.slice(from, to + 1).forEach(([px, py]) => trace.lineTo(px, py));
      if (closed) trace.closePath();
      return trace;
    });
    const frame = new Path2D();
    for (const [cx, cy, dx, dy] of [[x, y, 1, 1], [x + w, y, -1, 1], [x, y + h, 1, -1], [x + w, y + h, -1, -1]]) {
      frame.moveTo(cx + dx * arm, cy);
      frame.arcTo(cx, cy, cx, cy + dy * arm, arm / 2);
      frame.lineTo(cx, cy + dy * arm);
    }
    Object.assign(view, { lineCap: "round", lineJoin: "round" });
    for (const [ink, thick] of [["#1c152266", 3.4], ["#ffffffd9", 1.5]]) { // a dark rim, for bright pictures
      Object.assign(view, { strokeStyle: ink, lineWidth: (thick * width) / 320 });
      for (const trace of traces) view.stroke(trace);
    }
    Object.assign(view, { strokeStyle: hue, fillStyle: hue, lineWidth: (4 * width) / 320 });
    view.stroke(frame);
    for (const [px, py] of points.slice(68)) {
      view.beginPath();
      view.arc(px, py, (3.2 * width) / 320, 0, 7);
      view.fill();
    }
  }

  function say(why) {
    note = why;
    id("camera-note").textContent = why ? WORDS[language()][why] : "";
  }

  function show() {
    const words = WORDS[language()];
    id("camera").setAttribute("aria-pressed", String(Boolean(stream)));
    id("answers").hidden = use() !== "answer";
    id("eye").dataset.face = String(Boolean(saw?.face));
    const feeling = id("saw-feeling");
    if (saw?.face) {
      const strength = saw.feelings[saw.dominant] ?? 0;
      feeling.textContent = words[saw.dominant] + (strength ? ` ${Math.round(strength * 100)}` : "");
      feeling.style.color = `color-mix(in srgb, ${HUES[saw.dominant]} 82%, var(--ink))`;
    } else {
      feeling.textContent = saw ? words.nobody : words.opening;
      feeling.style.color = "";
    }
    const others = saw?.faces > 1 ? ` · ${words.others.replace("#", saw.faces)}` : "";
    id("saw-cost").textContent = saw ? `${saw.ms.toFixed(1)} ms${others}` : "";
  }

  function speak() {
    const words = WORDS[language()];
    id("notice-lines").replaceChildren(...words.notice.map((line) => {
      const row = document.createElement("li");
      row.textContent = line;
      return row;
    }));
    const chosen = id("answer").value || kept.get("answer") || "";
    id("answer").replaceChildren(...policies().map((name) => new Option(words.policies[name] ?? name, name)));
    id("answer").value = chosen;
    if (id("answer").selectedIndex < 0) id("answer").selectedIndex = 0;
    say(note);
    show();
  }

  id("camera").addEventListener("click", () => {
    if (!stream) { open(); return; }
    tell("off");
    close();
  });
  id("rest").addEventListener("click", () => { if (stream) tell("rest"); });
  for (const radio of document.querySelectorAll("#uses input")) {
    radio.checked = radio.value === (kept.get("use") ?? "mirror");
    radio.addEventListener("change", () => {
      kept.set("use", use());
      if (stream) tell(use());
      show();
    });
  }
  id("answer").addEventListener("change", () => {
    kept.set("answer", id("answer").value);
    if (stream) tell(use());
  });

  return {
    seen,
    speak,
    // what the server says of the camera; another page may have opened its own
    told: (news) => { if (news.camera === "off" && news.why && stream) close(news.why); },
    // the connection ended: with it, on the server, the camera
    cut: () => { if (stream) close(); },
    // the policy by which the lines are answered: face and lines are one viewer's
    follow: (policy) => {
      if (!policy || policy === id("answer").value) return;
      id("answer").value = policy;
      id("answer").dispatchEvent(new Event("change"));
    },
    failed: () => { asked = 0; },
  };
}
