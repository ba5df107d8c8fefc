// How she feels now, as eight bars, and how the newest line was read.

import { useRef } from "preact/hooks";
import { useSignalEffect } from "@preact/signals";

import { texts } from "./language.ts";
import { felt, note, read } from "./state.ts";
import { FEELINGS, HUES, ink, feelings, type Feeling } from "./words.ts";

const words = texts({
  en: { title: "Her feelings", unread: "Type a line, or pick one", sure: "sure", strength: "strength", zh: "Chinese", en: "English", ja: "Japanese", und: "language unknown" },
  zh: { title: "她的心情", unread: "输入一句话，或点一个例子", sure: "把握", strength: "强度", zh: "中文", en: "英文", ja: "日文", und: "语言不明" },
  ja: { title: "今の気持ち", unread: "ひとこと入力するか、例を選んでください", sure: "確信度", strength: "強さ", zh: "中国語", en: "英語", ja: "日本語", und: "言語不明" },
});

export function Mood() {
  return (
    <section class="card mood" aria-label={words().title}>
      <Reading />
      <dl class="bars" id="bars">{FEELINGS.map((name) => <Bar name={name} />)}</dl>
    </section>
  );
}

function Reading() {
  const told = words();
  const last = read.value;
  if (note.value || !last) return <div class="reading" id="reading" aria-live="polite"><span>{note.value || told.unread}</span></div>;
  return (
    <div class="reading" id="reading" aria-live="polite">
      <strong style={{ color: ink(last.dominant) }}>{feelings()[last.dominant]}</strong>
      <span>{told.strength} {Math.round(last.strength * 100)}</span>
      <span>{told.sure} {Math.round(last.confidence * 100)}%</span>
      <span>{(told as Record<string, string>)[last.language] ?? last.language}</span>
    </div>
  );
}

/** One bar; it moves ten times a second, and is not rendered for that. */
function Bar({ name }: { name: Feeling }) {
  const track = useRef<HTMLElement>(null);
  const value = useRef<HTMLElement>(null);
  useSignalEffect(() => {
    const now = felt.value[name];
    track.current?.style.setProperty("--value", String(now));
    if (value.current) value.current.textContent = String(Math.round(now * 100));
  });
  return (
    <div style={{ "--hue": HUES[name] }}>
      <dt>{feelings()[name]}</dt>
      <dd class="track"><i ref={track} /></dd>
      <dd class="value" ref={value}>0</dd>
    </div>
  );
}
