// Characters: who plays, what she looks like when she answers a viewer, how she takes things, and in which colours.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { language, texts } from "../language.ts";
import { send } from "../link.ts";
import type { Panel } from "../panel.ts";
import { colours, hello, policy, recolour, temper } from "../state.ts";
import { FEELINGS, feelings, ink, policyName } from "../words.ts";

const SETTLES = 400; // ms after which colours are no longer being picked
const PARTS = ["hair", "iris", "skin", "cloth"] as const;

/** Of the temper's settings those that one sees at once, with their ranges as in `mien.mood.Temper`. */
const TEMPER = { expressive: [0, 1.5], lively: [0.3, 2], sway: [0, 3], roam: [0, 2], blink_every: [1, 12] } as const;
type Setting = keyof typeof TEMPER;

const words = texts({
  en: {
    tab: "Cast", title: "Characters", plays: "On stage", answers: "A viewer feels this, she looks like that", as: "She answers as", nature: "Temper", own: "As she is by nature",
    expressive: "Expressive", lively: "Lively", sway: "Sways", roam: "Looks around", blink_every: "Blinks every (s)",
    colours: "Colours", hair: "Hair", iris: "Eyes", skin: "Skin", cloth: "Clothes", undye: "As she was",
  },
  zh: {
    tab: "角色", title: "角色", plays: "正在台上", answers: "观众有这种心情时，她的样子", as: "她的反应：", nature: "性情", own: "恢复她的本性",
    expressive: "表情幅度", lively: "活泼", sway: "摇晃", roam: "四处看", blink_every: "眨眼间隔（秒）",
    colours: "颜色", hair: "头发", iris: "眼睛", skin: "肤色", cloth: "衣服", undye: "恢复原色",
  },
  ja: {
    tab: "役", title: "キャラクター", plays: "出演中", answers: "視聴者の気持ちと、そのときの顔", as: "反応は", nature: "気質", own: "もとの気質に戻す",
    expressive: "表情の大きさ", lively: "活発さ", sway: "体のゆれ", roam: "よそ見", blink_every: "まばたきの間隔（秒）",
    colours: "色", hair: "髪", iris: "瞳", skin: "肌", cloth: "服", undye: "元の色",
  },
});

export const panel: Panel = {
  name: "characters",
  icon: <><circle cx="9" cy="9" r="3.5" /><path d="M2.5 19c.6-3.5 3-5 6.5-5s5.9 1.5 6.5 5" /><path d="M15 5.8a3.5 3.5 0 0 1 0 6.4M18 14.5c2 .7 3.1 2.2 3.5 4.5" /></>,
  words,
  View,
};

/** By which policy the pictures show her; "" is the one that viewers' lines have now. */
const previewed = signal("");
/** Colours that are no longer being picked. */
const settled = signal<Record<string, string>>({});

function View() {
  const now = colours.value;
  useEffect(() => {
    const later = setTimeout(() => { settled.value = now; }, Object.keys(settled.value).length ? SETTLES : 0);
    return () => clearTimeout(later);
  }, [now]);
  return <><Cast /><Answers /><Nature /><Colours /></>;
}

const address = (who: string, asked: Record<string, string>): string => `look/${encodeURIComponent(who)}?${new URLSearchParams(asked)}`;

function Cast() {
  const told = words();
  const who = hello.value;
  return (
    <div class="cast" role="group" aria-label={told.title}>
      {(who?.characters ?? []).map(({ name, title }) => {
        const plays = name === who?.character;
        return (
          <button type="button" aria-pressed={plays} onClick={() => { if (!plays) send({ character: name }); }}>
            <img loading="lazy" src={address(name, plays ? settled.value : {})} alt="" width="72" height="72" />
            <span>{title[language.value] ?? name}{plays && <em>{told.plays}</em>}</span>
          </button>
        );
      })}
    </div>
  );
}

function Answers() {
  const told = words();
  const who = hello.value;
  if (!who) return <></>;
  const by = previewed.value && who.policies.includes(previewed.value) ? previewed.value : policy.value || who.policies[0];
  return (
    <>
      <label class="voice">
        <span>{told.as}</span>
        <select id="previewed" value={by} onChange={(event) => { previewed.value = event.currentTarget.value; }}>
          {who.policies.map((name) => <option value={name}>{policyName(name)}</option>)}
        </select>
      </label>
      <p class="over">{told.answers}</p>
      <ul class="looks-of">
        {FEELINGS.map((feeling) => (
          <li>
            <img loading="lazy" src={address(who.character, { policy: by, feeling, ...settled.value })} alt="" width="96" height="96" />
            <span style={{ color: ink(feeling) }}>{feelings()[feeling]}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Nature() {
  const told = words();
  const now = temper.value;
  const set = (name: Setting, value: number): void => {
    const shown = Object.fromEntries((Object.keys(TEMPER) as Setting[]).map((one) => [one, now[one]]));
    send({ temper: { ...shown, [name]: value } });
  };
  return (
    <fieldset class="sliders">
      <legend class="over">{told.nature}</legend>
      {(Object.entries(TEMPER) as [Setting, readonly [number, number]][]).map(([name, [least, most]]) => (
        <label>
          <span>{told[name]}</span>
          <input type="range" name={name} min={least} max={most} step="0.05" value={now[name]} onInput={(event) => set(name, Number(event.currentTarget.value))} />
          <output>{now[name]?.toFixed(1)}</output>
        </label>
      ))}
      <button type="button" class="lens" id="untemper" onClick={() => send({ temper: {} })}>{told.own}</button>
    </fieldset>
  );
}

function Colours() {
  const told = words();
  const now = colours.value;
  const parts = PARTS.filter((part) => now[part]);
  return (
    <fieldset class="dyes" id="dyes" hidden={!parts.length}>
      <legend class="over">{told.colours}</legend>
      {parts.map((part) => (
        <label><input type="color" name={part} value={now[part]} onInput={(event) => recolour({ ...now, [part]: event.currentTarget.value })} /><span>{told[part]}</span></label>
      ))}
      <button class="lens" id="undye" type="button" onClick={() => recolour({})}>{told.undye}</button>
    </fieldset>
  );
}
