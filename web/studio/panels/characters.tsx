// Characters: who plays.

import { texts } from "../language.ts";
import type { Panel } from "../panel.ts";

const words = texts({
  en: { tab: "Cast", title: "Characters", empty: "" },
  zh: { tab: "角色", title: "角色", empty: "" },
  ja: { tab: "役", title: "キャラクター", empty: "" },
});

export const panel: Panel = { name: "characters", icon: <><circle cx="9" cy="9" r="3.5" /><path d="M2.5 19c.6-3.5 3-5 6.5-5s5.9 1.5 6.5 5" /><path d="M15 5.8a3.5 3.5 0 0 1 0 6.4M18 14.5c2 .7 3.1 2.2 3.5 4.5" /></>, words, View };

function View() {
  return <p class="soft">{words().empty}</p>;
}
