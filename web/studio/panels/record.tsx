// Record: films with sound, the last half minute, stills; all of them files in one folder of this machine.

import { signal } from "@preact/signals";

import { kept } from "../kept.ts";
import { texts } from "../language.ts";
import { hears, send } from "../link.ts";
import type { Film } from "../news.ts";
import type { Panel } from "../panel.ts";

const KINDS = ["mp4", "webm"] as const;
const MOST = 8; // files that are shown

const words = texts({
  en: {
    tab: "Record", title: "Record", mp4: "MP4, with sound", webm: "WebM, clear ground", kind: "Kind of film", start: "Record", stop: "Stop", last: "Keep the last 30 s",
    still: "Still, PNG", folder: "They go to", making: "# being made", off: "This page may not record: it was opened under another address.", failed: "failed", out: "# pictures left out, it was too slow",
  },
  zh: {
    tab: "录制", title: "录制", mp4: "MP4，有声音", webm: "WebM，透明背景", kind: "影片格式", start: "录制", stop: "停止", last: "保存最近 30 秒",
    still: "截图 PNG", folder: "保存到", making: "正在生成 # 个", off: "这个页面不能录制：它是从别的地址打开的。", failed: "失败", out: "太慢，漏了 # 帧",
  },
  ja: {
    tab: "録画", title: "録画", mp4: "MP4・音声つき", webm: "WebM・背景透明", kind: "動画の形式", start: "録画", stop: "停止", last: "直前の30秒を残す",
    still: "静止画 PNG", folder: "保存先", making: "#個を作成中", off: "このページからは録画できません：別のアドレスで開かれています。", failed: "失敗", out: "間に合わず#枚抜けました",
  },
});

export const panel: Panel = {
  name: "record",
  icon: <><circle cx="12" cy="12" r="8.5" /><circle cx="12" cy="12" r="3.5" fill="currentColor" /></>,
  words,
  View,
};

const film = signal<Film | null>(null);
const began = signal(0); // when the film began, on this page's clock
const now = signal(0);
const files = signal<readonly { name: string; beside: string }[]>([]);
const kind = signal<string>(kept.get("film") ?? "mp4");

hears((news) => {
  const told = news.hello ? news.hello.film : news.film;
  if (told) {
    film.value = told;
    began.value = performance.now() - (told.recording?.seconds ?? 0) * 1000;
  }
  if (news.done) remember(news.done, news.left_out ? words().out.replace("#", String(news.left_out)) : "");
  if (news.failed) remember(news.failed, words().failed);
});
setInterval(() => { if (film.value?.recording) now.value = performance.now(); }, 250);

function remember(name: string, beside: string): void {
  files.value = [{ name, beside }, ...files.value].slice(0, MOST);
}

function clock(): string {
  const seconds = Math.max(0, Math.floor((now.value - began.value) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function View() {
  const told = words();
  const state = film.value;
  if (!state) return <p class="soft">{told.off}</p>;
  const on = state.recording !== null;
  function choose(name: string): void {
    kind.value = name;
    kept.set("film", name);
  }
  return (
    <>
      <fieldset class="switch" id="film-kind">
        <legend class="hidden">{told.kind}</legend>
        {KINDS.map((name) => <label><input type="radio" name="film-kind" value={name} checked={kind.value === name} onChange={() => choose(name)} /><span>{told[name]}</span></label>)}
      </fieldset>
      <div class="row">
        <button type="button" class="lens main" id="film" aria-pressed={on} onClick={() => send(on ? { film: "stop" } : { film: "start", kind: kind.value })}>
          {on ? `${told.stop} · ${clock()}` : told.start}
        </button>
        <button type="button" class="lens" id="film-last" onClick={() => send({ film: "last", kind: kind.value })}>{told.last}</button>
        <button type="button" class="lens" id="film-still" onClick={() => send({ film: "still" })}>{told.still}</button>
      </div>
      <p class="soft" id="film-folder">{told.folder} <code>{state.folder}</code>{state.making > 0 && ` · ${told.making.replace("#", String(state.making))}`}</p>
      <ol class="files" id="files" aria-live="polite">
        {files.value.map(({ name, beside }) => <li key={name}><span>{name}</span>{beside && <em>{beside}</em>}</li>)}
      </ol>
    </>
  );
}
