// Play the face by hand: sliders, moves that are recorded and played, keys; the key points lie on the face itself.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { Icon } from "../icons.tsx";
import { texts } from "../language.ts";
import { numbersNow } from "../painting.ts";
import type { Panel } from "../panel.ts";
import {
  act, addressOf, both, bring, choose, forget, free, handles, hold, isHeld, played, record, replay, reset, sidesOf, stays, surprise,
} from "../play/hand.ts";
import { asking, assign, keys, keysFile, takeKeys } from "../play/keys.ts";
import { GROUPS, MARKS, TURNS, groups, marks, muscle } from "../play/words.ts";
import { FEELINGS, HUES, feelings } from "../words.ts";

const words = texts({
  en: {
    tab: "Play", title: "Play the face", about: "Drag the points on her face, or move the sliders. Arrow keys move the chosen point, Page Up and Page Down choose another.",
    handles: "Points", both: "Both sides", stays: "Stays", reset: "Reset", surprise: "By chance", feelings: "Feelings", marks: "Marks", free: "Let go",
    moves: "Moves", name: "Name of the move", record: "Record", stop: "Stop", whole: "The whole face", play: "Play", save: "Save as a file", remove: "Remove", load: "Load a move",
    hint: "Play something while it records: sliders, points, keys. “The whole face” takes down all that she does, also what a camera brings.",
    keys: "Keys", key: "Key for", press: "Press a key…", none: "No key yet: press the keyboard sign beside a feeling, a mark or a move.", saveKeys: "Save the keys", loadKeys: "Load keys", noKeys: "This file holds no keys of mien.",
  },
  zh: {
    tab: "操纵", title: "亲手操纵", about: "拖动她脸上的点，或移动滑块。方向键移动选中的点，Page Up 和 Page Down 换一个点。",
    handles: "关键点", both: "左右一起", stays: "保持", reset: "复位", surprise: "随机表情", feelings: "情绪", marks: "漫画符号", free: "松开",
    moves: "动作", name: "动作名称", record: "录制", stop: "停止", whole: "整张脸", play: "播放", save: "保存为文件", remove: "删除", load: "载入动作",
    hint: "录制时操纵点什么：滑块、关键点、按键。“整张脸”会记录她的一切，包括摄像头带来的表情。",
    keys: "快捷键", key: "快捷键：", press: "请按一个键……", none: "还没有快捷键：点情绪、符号或动作旁的键盘图标。", saveKeys: "保存快捷键", loadKeys: "载入快捷键", noKeys: "这个文件里没有 mien 的快捷键。",
  },
  ja: {
    tab: "動かす", title: "顔を動かす", about: "顔の点をドラッグするか、スライダーを動かします。矢印キーで選んだ点が動き、Page Up と Page Down で別の点を選べます。",
    handles: "特徴点", both: "左右いっしょ", stays: "そのまま", reset: "リセット", surprise: "おまかせ", feelings: "感情", marks: "漫符", free: "はなす",
    moves: "動き", name: "動きの名前", record: "記録", stop: "とめる", whole: "顔全体", play: "再生", save: "ファイルに保存", remove: "削除", load: "動きを読み込む",
    hint: "記録中にスライダーや点、キーで動かしてください。「顔全体」はカメラの表情も含めて、顔のすべてを記録します。",
    keys: "キー", key: "キー：", press: "キーを押してください…", none: "キーはまだありません。感情、漫符、動きの横のキーボードの印を押してください。", saveKeys: "キーを保存", loadKeys: "キーを読み込む", noKeys: "mien のキーのファイルではありません。",
  },
});

export const panel: Panel = { name: "play", icon: <><path d="M6 4v7M6 15v5M12 4v3M12 11v9M18 4v9M18 17v3" /><circle cx="6" cy="13" r="2" /><circle cx="12" cy="9" r="2" /><circle cx="18" cy="15" r="2" /></>, words, View };

const EVERY = 160; // ms between two looks at what the face does, for sliders that nobody holds
/** What the face does now, by name. */
const live = signal<Readonly<Record<string, number>>>({});
/** The slider in the hand, "" for none: nobody else moves it. */
const grasped = signal("");
const refused = signal("");

function View() {
  const told = words();
  useEffect(() => {
    const look = setInterval(() => {
      const now = numbersNow();
      const panel = document.getElementById("panel-play");
      if (now && panel && !panel.hidden) live.value = now;
    }, EVERY);
    return () => clearInterval(look);
  }, []);
  return (
    <>
      <p class="soft">{told.about}</p>
      <div class="row">
        {(["handles", "both", "stays"] as const).map((name) => {
          const on = { handles, both, stays }[name].value;
          return <button type="button" class="lens" id={`play-${name}`} aria-pressed={on} onClick={() => choose(name, !on)}>{told[name]}</button>;
        })}
        <button type="button" class="lens" id="play-surprise" onClick={surprise}>{told.surprise}</button>
        <button type="button" class="lens main" id="play-reset" onClick={reset}>{told.reset}</button>
      </div>
      <h3 class="over">{told.feelings}</h3>
      <div class="sliders">{FEELINGS.map((name) => <Slider name={name} label={feelings()[name]} hue={HUES[name]} keyed />)}</div>
      <h3 class="over">{told.marks}</h3>
      <div class="sliders">{MARKS.map((name) => <Slider name={name} label={marks()[name]} keyed />)}</div>
      {Object.entries(GROUPS).map(([group, names]) => <Group group={group as keyof typeof GROUPS} names={names} />)}
      <Moves />
      <Keys />
    </>
  );
}

const opened = signal<ReadonlySet<string>>(new Set(["mouth"]));

function Group({ group, names }: { group: keyof typeof GROUPS; names: readonly string[] }) {
  const open = opened.value.has(group);
  function toggled(event: Event): void {
    const { open: now } = event.currentTarget as HTMLDetailsElement;
    if (now === open) return;
    const rest = [...opened.value].filter((one) => one !== group);
    opened.value = new Set(now ? [...rest, group] : rest);
  }
  const shown = names.flatMap((name) => (both.value ? [name] : sidesOf(name)));
  return (
    <details class="muscles" open={open} onToggle={toggled}>
      <summary class="over">{groups()[group]}</summary>
      {open && <div class="sliders">{shown.map((name) => <Slider name={name} label={muscle(name)} />)}</div>}
    </details>
  );
}

/** One number of the face; keyed: a key may do it. */
function Slider({ name, label, hue, keyed }: { name: string; label: string; hue?: string; keyed?: boolean }) {
  const sides = sidesOf(name);
  const held = isHeld(name);
  const value = held ? played.value.held[sides[0]] : (live.value[sides[0]] ?? 0);
  const most = TURNS[name] ?? 1;
  const mine = grasped.value === name;
  function moved(event: Event): void {
    const to = Number((event.currentTarget as HTMLInputElement).value);
    grasped.value = name;
    hold(Object.fromEntries(sides.map((one) => [one, to])));
  }
  function letGo(): void {
    if (grasped.value !== name) return;
    grasped.value = "";
    if (!stays.value) free(sides);
  }
  return (
    <div class={held ? "slider held" : "slider"} style={{ "--at": String((value + (name in TURNS ? most : 0)) / (name in TURNS ? 2 * most : most)), ...(hue ? { "--hue": hue } : {}) }}>
      <label for={`play-${name}`} title={name.replace("*", "")}>{label}</label>
      <input
        id={`play-${name}`} type="range" min={name in TURNS ? -most : 0} max={most} step="0.01" {...(mine ? {} : { value: String(value) })}
        onInput={moved} onChange={letGo} onDblClick={() => free(sides)}
      />
      {keyed && <KeyButton what={`hold:${name}`} label={label} />}
      <button type="button" class="bare" hidden={!held} aria-label={`${words().free}: ${label}`} title={words().free} onClick={() => free(sides)}>×</button>
    </div>
  );
}

/** Asks for a key, and shows which it is. */
function KeyButton({ what, label }: { what: string; label: string }) {
  const key = Object.keys(keys.value).find((one) => keys.value[one] === what);
  const waits = asking.value === what;
  const told = `${words().key} ${label}`;
  return (
    <button type="button" class={waits ? "bare key waits" : "bare key"} aria-label={told} title={waits ? words().press : told} onClick={() => { asking.value = waits ? "" : what; }}>
      {waits ? "…" : key ? <kbd>{key}</kbd> : <Icon><path d="M3 7h18v10H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M8 14h8" /></Icon>}
    </button>
  );
}

const name = signal("");
const whole = signal(false);

function fresh(): string {
  const taken = played.value.moves;
  for (let n = 1; ; n++) if (!taken.includes(`move ${n}`)) return `move ${n}`;
}

async function loaded(event: Event): Promise<void> {
  const input = event.currentTarget as HTMLInputElement;
  const file = input.files?.[0];
  if (file) refused.value = await bring(file);
  input.value = "";
}

function Moves() {
  const told = words();
  const { recording, moving, moves } = played.value;
  return (
    <section class="moves">
      <h3 class="over">{told.moves}</h3>
      <div class="row">
        <input class="field" id="move-name" maxLength={40} placeholder={told.name} aria-label={told.name} value={name.value} onInput={(event) => { name.value = event.currentTarget.value; }} />
        {recording
          ? <button type="button" class="lens main" id="move-stop" onClick={() => { act({ record: "" }); name.value = ""; }}><i class="dotted" />{told.stop}: {recording}</button>
          : <button type="button" class="lens" id="move-record" onClick={() => record(name.value.trim() || fresh(), whole.value)}>{told.record}</button>}
        <label class="row"><input type="checkbox" id="move-whole" checked={whole.value} onChange={(event) => { whole.value = event.currentTarget.checked; }} />{told.whole}</label>
      </div>
      <p class="soft">{told.hint}</p>
      <ul class="list" id="moves">
        {moves.map((one) => (
          <li key={one}>
            <button type="button" class="lens" aria-pressed={moving === one} title={told.play} onClick={() => replay(moving === one ? "" : one)}>{moving === one ? "■" : "▶"} {one}</button>
            <KeyButton what={`move:${one}`} label={one} />
            <a class="bare" href={addressOf(one)} download={`${one}.json`} title={told.save} aria-label={`${told.save}: ${one}`}><Icon><path d="M12 4v11M7.5 11l4.5 4.5L16.5 11M5 20h14" /></Icon></a>
            <button type="button" class="bare" title={told.remove} aria-label={`${told.remove}: ${one}`} onClick={() => forget(one)}>×</button>
          </li>
        ))}
      </ul>
      <label class="lens file">{told.load}<input type="file" id="move-file" class="hidden" accept=".json,application/json" onChange={loaded} /></label>
      <p class="note" role="status">{refused.value}</p>
    </section>
  );
}

function saveKeys(): void {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([keysFile()], { type: "application/json" })), download: "mien-keys.json" });
  link.click();
  URL.revokeObjectURL(link.href);
}

async function loadKeys(event: Event): Promise<void> {
  const input = event.currentTarget as HTMLInputElement;
  const text = await input.files?.[0]?.text();
  if (text !== undefined) refused.value = takeKeys(text) ? "" : words().noKeys;
  input.value = "";
}

function nameOf(what: string): string {
  const [, told] = what.split(/:(.*)/s);
  return (feelings() as Record<string, string>)[told] ?? (marks() as Record<string, string>)[told] ?? told;
}

function Keys() {
  const told = words();
  const list = Object.entries(keys.value);
  return (
    <section class="moves">
      <h3 class="over">{told.keys}</h3>
      {!list.length && <p class="soft">{told.none}</p>}
      <ul class="list" id="play-keys">
        {list.map(([key, what]) => (
          <li key={key}>
            <kbd>{key}</kbd> <span>{nameOf(what)}</span>
            <button type="button" class="bare" title={told.remove} aria-label={`${told.remove}: ${key}`} onClick={() => assign(key, "")}>×</button>
          </li>
        ))}
      </ul>
      <div class="row">
        <button type="button" class="lens" disabled={!list.length} onClick={saveKeys}>{told.saveKeys}</button>
        <label class="lens file">{told.loadKeys}<input type="file" class="hidden" accept=".json,application/json" onChange={loadKeys} /></label>
      </div>
    </section>
  );
}
