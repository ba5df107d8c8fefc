// Chat: what the rooms feel, lines and gifts as they come, whom she answers; a name may be muted.

import { signal } from "@preact/signals";

import { texts } from "../language.ts";
import { hears, send } from "../link.ts";
import type { Crowd, Heard } from "../news.ts";
import { open, type Panel } from "../panel.ts";
import { hello } from "../state.ts";
import { FEELINGS, HUES, feelings, policyName } from "../words.ts";

const MOST = 60; // lines that are shown

const words = texts({
  en: {
    tab: "Chat", title: "Chat", none: "Once a room is connected, its lines come here, and she answers what it feels.", connect: "Connect a room",
    feels: "The room feels", by: "She answers as", all: "She answers everybody together", one: "She answers #", silent: "Nobody is answered",
    own: "as is her nature", mute: "Mute", unmute: "Hear again", muted: "Muted", gave: "gave",
  },
  zh: {
    tab: "聊天", title: "聊天室", none: "连接聊天室以后，弹幕会出现在这里，她会回应大家的心情。", connect: "连接聊天室",
    feels: "聊天室的心情", by: "她的反应：", all: "她在回应所有人", one: "她在回应 #", silent: "现在不回应任何人",
    own: "按她的本性", mute: "屏蔽", unmute: "取消屏蔽", muted: "已屏蔽", gave: "送出",
  },
  ja: {
    tab: "チャット", title: "チャット", none: "配信部屋につなぐと、コメントがここに流れ、みんなの気持ちにこたえます。", connect: "部屋につなぐ",
    feels: "部屋の気持ち", by: "反応は", all: "みんなにこたえています", one: "#さんにこたえています", silent: "今は誰にもこたえていません",
    own: "もとの性格で", mute: "ミュート", unmute: "ミュート解除", muted: "ミュート中", gave: "贈り物",
  },
});

export const panel: Panel = {
  name: "chat",
  icon: <><path d="M3 5h12v8H8l-3 3v-3H3z" /><path d="M18 9h3v8h-2v3l-3-3h-5v-1.5" /></>,
  words,
  View,
};

const lines = signal<readonly (Heard & { n: number })[]>([]);
const crowd = signal<Crowd | null>(null);
let count = 0;

hears((news) => {
  if (news.hello) crowd.value = news.hello.crowd ?? null;
  if (news.crowd) crowd.value = news.crowd;
  if (news.chat) {
    const fresh = news.chat.map((line) => ({ ...line, n: (count += 1) })).reverse();
    lines.value = [...fresh, ...lines.value].slice(0, MOST);
  }
});

function View() {
  const told = words();
  const now = crowd.value;
  if (!now || (now.answers === null && !lines.value.length)) {
    return <><p class="soft">{told.none}</p><div class="row"><button type="button" class="lens" onClick={() => open("connect")}>{told.connect}</button></div></>;
  }
  return <><Room now={now} /><Lines now={now} /><Muted now={now} /></>;
}

function Room({ now }: { now: Crowd }) {
  const told = words();
  const whom = now.answers === null ? told.silent : now.answers ? told.one.replace("#", now.answers) : told.all;
  const sum = FEELINGS.reduce((all, name) => all + (now.feels?.[name] ?? 0), 0);
  return (
    <>
      <label class="voice">
        <span>{told.by}</span>
        <select id="room-policy" value={now.policy} onChange={(event) => send({ answers: event.currentTarget.value })}>
          <option value="">{told.own} ({policyName(now.own)})</option>
          {(hello.value?.policies ?? []).map((name) => <option value={name}>{policyName(name)}</option>)}
        </select>
      </label>
      <div class="crowd">
        <span class="over">{told.feels}</span>
        <div class="mixed" role="img" aria-label={FEELINGS.filter((name) => (now.feels?.[name] ?? 0) > 0.05).map((name) => feelings()[name]).join(", ")}>
          {sum > 0.05 && FEELINGS.map((name) => <i style={{ background: HUES[name], flexGrow: String(now.feels?.[name] ?? 0) }} />)}
        </div>
        <strong id="whom" aria-live="polite">{whom}</strong>
      </div>
    </>
  );
}

function Lines({ now }: { now: Crowd }) {
  const told = words();
  const muted = new Set(now.muted);
  return (
    <ol class="room" id="room" tabIndex={0} aria-label={told.title}>
      {lines.value.filter((line) => !muted.has(line.author)).map((line) => (
        <li key={line.n} style={{ "--hue": HUES[line.feels ?? "neutral"] }} aria-current={now.answers && now.answers === line.author ? "true" : undefined}>
          <i /><b>{line.author}</b>
          {line.gave && <mark>{told.gave} {line.name || line.gave} {line.amount ? `${line.amount} ${line.currency ?? ""}` : ""}</mark>}
          <span>{line.text}</span>
          {line.author && <button type="button" class="bare" aria-label={`${told.mute} ${line.author}`} title={told.mute} onClick={() => send({ mute: line.author, on: true })}>×</button>}
        </li>
      ))}
    </ol>
  );
}

function Muted({ now }: { now: Crowd }) {
  const told = words();
  if (!now.muted.length) return <></>;
  return (
    <div class="chips" role="group" aria-label={told.muted}>
      <span class="over">{told.muted}</span>
      {now.muted.map((author) => <button type="button" title={told.unmute} onClick={() => send({ mute: author, on: false })}>{author} ×</button>)}
    </div>
  );
}
