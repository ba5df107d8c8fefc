// The user's own camera: small pictures go over the WebSocket, and what was seen in the last one comes back.

import { signal } from "@preact/signals";

import { hears, send } from "../link.ts";
import type { Seen } from "../news.ts";
import { HUES } from "../words.ts";
import { Sense } from "./sense.ts";

const LONGER = 480; // pixels of the longer side of a picture that is sent
const EVERY = 55; // ms between two pictures: at most 18 a second
const LOST = 1500; // ms after which an answer is no longer waited for
const MOST = 60000; // bytes: the server takes 64 KiB

/** The key points in the order in which they are joined; what is closed ends where it begins. */
const LINES: [from: number, to: number, closed?: true][] = [
  [0, 16], [17, 21], [22, 26], [27, 30], [31, 35], [36, 41, true], [42, 47, true], [48, 59, true], [60, 67, true],
];

/** What was seen in the picture that was sent last. */
export const saw = signal<Seen | null>(null);

const video = document.createElement("video");
video.muted = true;
video.playsInline = true;
/** The picture that was sent, as in a mirror. */
const shot = document.createElement("canvas");
const sketch = shot.getContext("2d") as CanvasRenderingContext2D;
let timer = 0;
let asked = 0; // when the picture was sent whose answer is waited for, or 0

export const camera = new Sense({
  name: "camera",
  uses: ["mirror", "answer"],
  wants: { audio: false, video: { facingMode: "user", width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } } },
  async begin(stream) {
    video.srcObject = stream;
    await video.play();
    asked = 0;
    timer = window.setInterval(snap, EVERY);
  },
  end() {
    clearInterval(timer);
    video.srcObject = null;
    saw.value = null;
  },
});

hears((news) => {
  if (news.saw || news.error) asked = 0;
  if (news.saw && camera.on.value) saw.value = news.saw;
});

function snap(): void {
  if (!camera.on.value || !video.videoWidth || (asked && performance.now() - asked < LOST)) return;
  asked = performance.now();
  const scale = Math.min(1, LONGER / Math.max(video.videoWidth, video.videoHeight));
  shot.width = Math.round(video.videoWidth * scale);
  shot.height = Math.round(video.videoHeight * scale);
  sketch.setTransform(-1, 0, 0, 1, shot.width, 0); // as in a mirror: one's left stays at the left
  sketch.drawImage(video, 0, 0, shot.width, shot.height);
  pack(0.8);
}

function pack(quality: number): void {
  shot.toBlob((blob) => {
    if (!camera.on.value || !blob) asked = 0;
    else if (blob.size > MOST && quality > 0.3) pack(quality - 0.25);
    else if (blob.size <= MOST) void blob.arrayBuffer().then(send);
  }, "image/jpeg", quality);
}

/** Draw the last picture, and over it what was seen there. */
export function drawSeen(canvas: HTMLCanvasElement, seen: Seen): void {
  const view = canvas.getContext("2d") as CanvasRenderingContext2D;
  const { width, height } = shot;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  view.drawImage(shot, 0, 0);
  if (!seen.face) return;
  const hue = HUES[seen.dominant];
  const [x, y, w, h] = [seen.box[0] * width, seen.box[1] * height, seen.box[2] * width, seen.box[3] * height];
  const arm = w / 5;
  const points = seen.points.map(([px, py]) => [px * width, py * height]);
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
  for (const [stroke, thick] of [["#1c152266", 3.4], ["#ffffffd9", 1.5]] as const) { // a dark rim, for bright pictures
    Object.assign(view, { strokeStyle: stroke, lineWidth: (thick * width) / 320 });
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
