// Chat: the crowd, and whom she answers.

import { texts } from "../language.ts";
import type { Panel } from "../panel.ts";

const words = texts({
  en: { tab: "Chat", title: "Chat", empty: "No room is connected." },
  zh: { tab: "聊天", title: "聊天室", empty: "还没有连接聊天室。" },
  ja: { tab: "チャット", title: "チャット", empty: "まだ配信部屋につながっていません。" },
});

export const panel: Panel = { name: "chat", icon: <><path d="M3 5h12v8H8l-3 3v-3H3z" /><path d="M18 9h3v8h-2v3l-3-3h-5v-1.5" /></>, words, View };

function View() {
  return <p class="soft">{words().empty}</p>;
}
