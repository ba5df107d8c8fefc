// Inspect: what each sense felt, and how it goes.

import { texts } from "../language.ts";
import type { Panel } from "../panel.ts";

const words = texts({
  en: { tab: "Inspect", title: "Inspect", empty: "" },
  zh: { tab: "查看", title: "查看", empty: "" },
  ja: { tab: "中身", title: "中身を見る", empty: "" },
});

export const panel: Panel = { name: "inspect", icon: <path d="M3 12h4l2.5-7 5 14 2.5-7h4" />, words, View };

function View() {
  return <p class="soft">{words().empty}</p>;
}
