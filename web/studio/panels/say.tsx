// Say: whose the line is, lines to try, a script that is said line by line, and what was said.

import { signal } from "@preact/signals";

import { language, texts } from "../language.ts";
import type { Panel } from "../panel.ts";
import { clear, enqueue, leaveOut, linesOf, playing, queue, saying, start, stop } from "../queue.ts";
import { camera } from "../senses/camera.ts";
import { choosePolicy, hello, past, policy, say } from "../state.ts";
import { HUES, feelings, policyName } from "../words.ts";

const LARGEST = 1_000_000; // bytes of a script's file
const [HISTORY, WAITING] = [8, 6]; // lines that are shown

const words = texts({
  en: {
    tab: "Say", title: "Say", whose: "A line is", own: "her own, she says it", viewer: "a viewer's, she answers as", examples: "Try these",
    script: "Script", hint: "Lines, one below the other, or drop a text file here", play: "Play", stop: "Stop", clear: "Clear", go: "Go on",
    waits: "# wait", leave: "Leave out", past: "Said before", again: "Say again", large: "This file is too large: a script has at most 1 MB.",
  },
  zh: {
    tab: "说话", title: "说话", whose: "这句话是", own: "她自己说的", viewer: "观众说的，她的反应：", examples: "试试这些",
    script: "台词", hint: "一行一句，或把文本文件拖到这里", play: "播放", stop: "停", clear: "清空", go: "继续",
    waits: "还有 # 句", leave: "去掉这句", past: "说过的话", again: "再说一遍", large: "文件太大了：台词最多 1 MB。",
  },
  ja: {
    tab: "話す", title: "話す", whose: "この言葉は", own: "本人のセリフ", viewer: "視聴者から・反応は", examples: "試してみる",
    script: "台本", hint: "1行に1つのセリフ。テキストファイルをここに置いてもOK", play: "再生", stop: "とめる", clear: "空にする", go: "続ける",
    waits: "あと#行", leave: "はずす", past: "話したこと", again: "もう一度", large: "ファイルが大きすぎます。台本は1 MBまでです。",
  },
});

const examples = texts({
  en: { lines: ["We finally beat the boss!! lol", "I miss my cat so much…", "How dare you lie to me!", "Wait, WHAT?! No way!", "Eww, that is disgusting", "There's something behind me, I'm scared", "You're making me blush >///<", "A hot bath, so relaxing…"] },
  zh: { lines: ["今天终于通关了！！", "呜呜呜，我的蛋糕没了……", "你居然骗我，太过分了！", "诶？！真的假的！？", "呕，好恶心，拿走", "后面……是不是有人，好可怕", "被你这么夸，人家好害羞//", "泡个热水澡，好舒服呀～"] },
  ja: { lines: ["やったー！クリアしたよ！", "うう、悲しくて泣きそう…", "もう許さない！怒ったぞ！", "えっ！？うそでしょ！？", "うわ、気持ち悪い…", "後ろに何かいる…怖いよ", "そ、そんな、照れちゃう///", "お風呂、気持ちいい〜"] },
});

const script = signal("");
const refused = signal(false);

export const panel: Panel = { name: "say", icon: <path d="M4 5.5h16v11h-9l-4.5 4v-4H4z" />, words, View };

function View() {
  return <><Whose /><Examples /><Script /><Waiting /><Past /></>;
}

function Whose() {
  const told = words();
  function choose(name: string): void {
    choosePolicy(name);
    camera.follow(name); // face and lines are one viewer's
  }
  return (
    <label class="voice">
      <span>{told.whose}</span>
      <select id="policy" value={policy.value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{told.own}</option>
        {(hello.value?.policies ?? []).map((name) => <option value={name}>{told.viewer} {policyName(name)}</option>)}
      </select>
    </label>
  );
}

/** Lines to try: first the one that she greets with. */
function Examples() {
  const greeting = hello.value?.greeting[language.value];
  const lines = [...(greeting ? [greeting] : []), ...examples().lines];
  return (
    <div class="chips" id="chips" role="group" aria-label={words().examples}>
      {lines.map((line) => <button type="button" onClick={() => say(line)}>{line}</button>)}
    </div>
  );
}

async function dropped(event: DragEvent): Promise<void> {
  const file = event.dataTransfer?.files[0];
  if (!file) return;
  event.preventDefault();
  refused.value = file.size > LARGEST;
  if (!refused.value) script.value = await file.text();
}

function Script() {
  const told = words();
  const lines = linesOf(script.value);
  return (
    <div class="script">
      <label class="over" for="script">{told.script}</label>
      <textarea
        id="script" rows={3} placeholder={told.hint} value={script.value} onInput={(event) => { script.value = event.currentTarget.value; }}
        onDragOver={(event) => event.preventDefault()} onDrop={dropped}
      />
      <p class="note" role="status">{refused.value && told.large}</p>
      <div class="row">
        <button type="button" class="lens main" id="play-script" disabled={!lines.length} onClick={() => { enqueue(lines); script.value = ""; }}>{told.play}</button>
        <button type="button" class="lens" id="stop-script" disabled={!playing.value} onClick={stop}>{told.stop}</button>
        {!playing.value && queue.value.length > 0 && <button type="button" class="lens" onClick={start}>{told.go}</button>}
        {queue.value.length > 0 && <button type="button" class="lens" onClick={clear}>{told.clear}</button>}
      </div>
    </div>
  );
}

function Waiting() {
  const told = words();
  const waits = queue.value;
  if (!saying.value && !waits.length) return <></>;
  return (
    <ol class="queue" id="queue">
      {saying.value && <li aria-current="true"><span>{saying.value}</span></li>}
      {waits.slice(0, WAITING).map((line, n) => (
        <li><span>{line}</span><button type="button" class="bare" aria-label={`${told.leave}: ${line}`} onClick={() => leaveOut(n)}>×</button></li>
      ))}
      {waits.length > WAITING && <li class="more">{told.waits.replace("#", String(waits.length - WAITING))}</li>}
    </ol>
  );
}

function Past() {
  const told = words();
  return (
    <ol class="past" id="past" aria-label={told.past}>
      {past.value.slice(0, HISTORY).map((read) => (
        <li style={{ "--hue": HUES[read.dominant] }}>
          <i /><span title={read.text}>{read.text}</span><em>{feelings()[read.dominant]}</em>
          <button type="button" class="bare" aria-label={`${told.again}: ${read.text}`} title={told.again} onClick={() => say(read.text)}>↻</button>
        </li>
      ))}
    </ol>
  );
}
