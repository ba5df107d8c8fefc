// Inspect: why the newest line was read so, what each sense tells, the mood of the last minute, times of frames, what failed.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { texts } from "../language.ts";
import { hears, send } from "../link.ts";
import type { Carrier, Feelings } from "../news.ts";
import { onPicture, painted, paintsHere } from "../painting.ts";
import { isShown, type Panel } from "../panel.ts";
import { camera, saw } from "../senses/camera.ts";
import { level, microphone } from "../senses/microphone.ts";
import { senses } from "../senses/words.ts";
import { failures, read, stats } from "../state.ts";
import { FEELINGS, HUES, feelings, ink } from "../words.ts";

const [SECONDS, EACH] = [60, 0.1]; // of the timeline, and between two reports of what is felt
const FRAMES = 180; // pictures whose times are shown
const SLOW = 50; // ms of a picture's time at the top of its chart

const words = texts({
  en: {
    tab: "Inspect", title: "Inspect", why: "Why the line was read so", unread: "Type a line: the words that carried its feeling are marked.", text: "Text", silent: "closed",
    mood: "Her mood, the last minute", times: "Pictures", shown: "shown a second", here: "painted by this page", there: "painted by the studio", tick: "tick to shot", skipped: "ticks skipped", dropped: "frames dropped", watchers: "watching",
    failed: "What failed", well: "Nothing has failed.", again: "again in # s", over: "not tried again", valence: "pleasant", arousal: "excited",
  },
  zh: {
    tab: "查看", title: "查看", why: "为什么这样理解", unread: "输入一句话：带来情绪的词会标出来。", text: "文字", silent: "未打开",
    mood: "最近一分钟的心情", times: "画面", shown: "每秒显示", here: "由本页绘制", there: "由工作室绘制", tick: "时钟到画面", skipped: "跳过的时刻", dropped: "丢弃的画面", watchers: "观看者",
    failed: "出了什么问题", well: "一切正常。", again: "# 秒后重试", over: "不再重试", valence: "愉快", arousal: "激动",
  },
  ja: {
    tab: "中身", title: "中身を見る", why: "なぜそう読んだか", unread: "ひとこと入力すると、気持ちを伝えた言葉に印がつきます。", text: "文字", silent: "閉じています",
    mood: "この1分の気持ち", times: "画像", shown: "枚/秒で表示", here: "このページで描画", there: "スタジオで描画", tick: "時計から画像まで", skipped: "飛ばした時刻", dropped: "捨てた画像", watchers: "見ている人",
    failed: "うまくいかなかったこと", well: "すべて順調です。", again: "#秒後に再試行", over: "再試行しません", valence: "快さ", arousal: "高ぶり",
  },
});

export const panel: Panel = { name: "inspect", icon: <path d="M3 12h4l2.5-7 5 14 2.5-7h4" />, words, View };

const carriers = signal<{ line: string; found: Carrier[] } | null>(null);
const shownFps = signal(0);

/** What was felt, the newest last; one that is null was not told. */
const minute: Feelings[] = [];
/** Milliseconds from one picture to the next, the newest last. */
const gaps: number[] = [];
let last = 0;

hears((news) => {
  if (news.felt) {
    minute.push(news.felt);
    if (minute.length > SECONDS / EACH) minute.shift();
  }
  if (news.because) carriers.value = { line: news.line ?? "", found: news.because };
});
onPicture(() => {
  const now = performance.now();
  if (last) gaps.push(now - last);
  if (gaps.length > FRAMES) gaps.shift();
  last = now;
});

function View() {
  const told = words();
  return (
    <>
      <h3>{told.why}</h3><Why />
      <h3>{told.mood}</h3><Chart id="timeline" draw={drawMood} />
      <Senses />
      <h3>{told.times}</h3><Chart id="gaps" draw={drawGaps} low /><Times />
      <h3>{told.failed}</h3><Failures />
    </>
  );
}

/** The newest line, the words that carried its feeling marked as strongly as they did. */
function Why() {
  const told = words();
  const newest = read.value;
  const shown = isShown("inspect");
  useEffect(() => { if (newest && shown) send({ explain: newest.text }); }, [newest, shown]);
  if (!newest) return <p class="soft">{told.unread}</p>;
  const { text, dominant } = newest;
  const found = carriers.value?.line === text ? carriers.value.found : [];
  const most = Math.max(1, ...found.map(({ weight }) => weight));
  const pieces: preact.ComponentChild[] = [];
  let at = 0;
  for (const { start, end, weight } of found) {
    pieces.push(text.slice(at, start), <mark title={weight.toFixed(1)} style={{ "--share": String(weight / most) }}>{text.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <>
      <p class="why" id="why" style={{ "--hue": HUES[dominant] }}>{pieces}{text.slice(at)}</p>
      <p class="soft row"><strong style={{ color: ink(dominant) }}>{feelings()[dominant]}</strong><span>{told.valence} {signed(newest.valence)}</span><span>{told.arousal} {signed(newest.arousal)}</span></p>
    </>
  );
}

const signed = (value: number): string => `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(2)}`;

/** What each sense tells now. */
function Senses() {
  const told = words();
  const names = senses();
  const newest = read.value;
  const seen = saw.value;
  return (
    <dl class="facts">
      <dt>{told.text}</dt>
      <dd>{newest ? `${feelings()[newest.dominant]} ${Math.round(newest.strength * 100)} · ${Math.round(newest.confidence * 100)}%` : "–"}</dd>
      <dt>{names.camera.name}</dt>
      <dd>{!camera.on.value ? told.silent : seen?.face ? `${feelings()[seen.dominant]} · ${seen.ms.toFixed(1)} ms` : names.nobody}</dd>
      <dt>{names.microphone.name}</dt>
      <dd>{microphone.on.value ? <i class="level" style={{ "--value": String(level.value) }} /> : told.silent}</dd>
    </dl>
  );
}

/** A canvas that is drawn anew a few times a second while it is in sight. */
function Chart({ id, draw, low = false }: { id: string; draw: (canvas: HTMLCanvasElement) => void; low?: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = isShown("inspect");
  useEffect(() => {
    if (!shown) return;
    const again = setInterval(() => draw(canvas.current as HTMLCanvasElement), 200);
    return () => clearInterval(again);
  }, [shown]);
  return <canvas class={low ? "chart low" : "chart"} id={id} ref={canvas} aria-hidden="true" />;
}

/** Of a canvas its context, sized as it is shown, and cleared. */
function cleared(canvas: HTMLCanvasElement): [view: CanvasRenderingContext2D, width: number, height: number] {
  const [width, height] = [canvas.clientWidth * devicePixelRatio, canvas.clientHeight * devicePixelRatio].map(Math.round);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const view = canvas.getContext("2d") as CanvasRenderingContext2D;
  view.clearRect(0, 0, width, height);
  return [view, width, height];
}

/** Each feeling as a hill over the last minute; now is at the right. */
function drawMood(canvas: HTMLCanvasElement): void {
  const [view, width, height] = cleared(canvas);
  view.strokeStyle = getComputedStyle(canvas).color;
  view.lineWidth = devicePixelRatio;
  for (const share of [0.5, 1]) {
    view.beginPath();
    view.moveTo(0, height * (1 - share) + 1);
    view.lineTo(width, height * (1 - share) + 1);
    view.stroke();
  }
  const step = (width * EACH) / SECONDS;
  const start = width - (minute.length - 1) * step;
  for (const name of FEELINGS) {
    if (!minute.some((felt) => felt[name] > 0.02)) continue;
    const line = new Path2D();
    minute.forEach((felt, n) => line.lineTo(start + n * step, height - felt[name] * (height - 3) - 1));
    const hill = new Path2D(line);
    hill.lineTo(width, height);
    hill.lineTo(start, height);
    Object.assign(view, { strokeStyle: HUES[name], fillStyle: `${HUES[name]}22`, lineWidth: 2 * devicePixelRatio, lineJoin: "round" });
    view.fill(hill);
    view.stroke(line);
  }
}

/** The time of each picture as a bar; the line is a sixtieth of a second. */
function drawGaps(canvas: HTMLCanvasElement): void {
  const [view, width, height] = cleared(canvas);
  const { color, caretColor } = getComputedStyle(canvas); // as the style sheet sets them, in light or dark
  const step = width / FRAMES;
  gaps.forEach((gap, n) => {
    const high = Math.min(1, gap / SLOW) * height;
    view.fillStyle = gap > 34 ? caretColor : HUES.relaxed;
    view.fillRect(width - (gaps.length - n) * step, height - high, Math.max(1, step - 1), high);
  });
  view.fillStyle = color;
  view.fillRect(0, height - (16.7 / SLOW) * height, width, 1);
  const span = gaps.slice(-60).reduce((sum, gap) => sum + gap, 0);
  shownFps.value = span ? Math.round((1000 * Math.min(60, gaps.length)) / span) : 0;
}

function Times() {
  const told = words();
  const now = stats.value;
  return (
    <dl class="facts">
      <dt>{told.shown}</dt><dd>{shownFps.value} · {painted.value} px · {paintsHere.value ? told.here : told.there}</dd>
      <dt>{told.tick}</dt><dd>{now && `p50 ${now.p50} ms · p95 ${now.p95} ms`}</dd>
      <dt>{told.skipped}</dt><dd>{now?.skipped}</dd>
      <dt>{told.dropped}</dt><dd>{now?.dropped}</dd>
      <dt>{told.watchers}</dt><dd>{now?.watchers}</dd>
    </dl>
  );
}

function Failures() {
  const told = words();
  if (!failures.value.length) return <p class="soft">{told.well}</p>;
  return (
    <ol class="failures" id="failures">
      {failures.value.slice(0, 12).map((one) => (
        <li>
          <time>{clock(one.t)}</time><b>{one.kind} {one.name}</b><span>{one.error}</span>
          <em>{one.retry === undefined ? told.over : told.again.replace("#", one.retry.toFixed(1))}</em>
        </li>
      ))}
    </ol>
  );
}

const clock = (t: number): string => `${Math.floor(t / 60)}:${String(Math.floor(t % 60)).padStart(2, "0")}`;
