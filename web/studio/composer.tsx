// Where one types to her: the line, what sends it, and her voice.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { Icon, speaker } from "./icons.tsx";
import { texts } from "./language.ts";
import { hello, past, say } from "./state.ts";
import { audible, hush, setAudible } from "./voice.ts";

const words = texts({
  en: { line: "A line", hint: "Say something and watch her face…", send: "Say", hush: "Stop", sound: "Her voice" },
  zh: { line: "一句话", hint: "说点什么，看看她的反应……", send: "发送", hush: "停", sound: "她的声音" },
  ja: { line: "ひとこと", hint: "話しかけて、表情を見てみよう…", send: "送信", hush: "とめる", sound: "彼女の声" },
});

const line = signal("");
let recalled = -1; // which of the past lines is shown, by the arrows

export function Composer() {
  const input = useRef<HTMLInputElement>(null);
  const told = words();
  useEffect(() => {
    const field = input.current as HTMLInputElement;
    field.focus({ preventScroll: true });
    const slash = (event: KeyboardEvent): void => {
      const typing = (event.target as HTMLElement).matches?.("input:not([type=radio], [type=range]), textarea, select");
      if (event.key !== "/" || typing) return;
      field.focus();
      event.preventDefault();
    };
    document.addEventListener("keydown", slash);
    return () => document.removeEventListener("keydown", slash);
  }, []);

  function recall(event: KeyboardEvent): void {
    if (event.isComposing) {
      if (event.key === "Enter") event.stopPropagation();
      return;
    }
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    recalled = Math.max(-1, Math.min(past.value.length - 1, recalled + (event.key === "ArrowUp" ? 1 : -1)));
    line.value = recalled < 0 ? "" : past.value[recalled].text;
    event.preventDefault();
  }

  function send(event: Event): void {
    event.preventDefault();
    say(line.value);
    line.value = "";
    recalled = -1;
  }

  return (
    <form class="say" id="say" onSubmit={send}>
      <label class="hidden" for="line">{told.line}</label>
      <input
        id="line" type="text" maxlength={2000} autocomplete="off" enterkeyhint="send" placeholder={told.hint} ref={input}
        value={line.value} onInput={(event) => { line.value = event.currentTarget.value; }} onKeyDown={recall}
      />
      <button type="submit">{told.send}</button>
      {hello.value?.voice && (
        <>
          <button type="button" class="lens" id="hush" onClick={hush}>{told.hush}</button>
          <button type="button" class="lens round" id="sound" aria-pressed={audible.value} title={told.sound} aria-label={told.sound} onClick={() => setAudible(!audible.value)}>
            <Icon>{speaker}</Icon>
          </button>
        </>
      )}
    </form>
  );
}
