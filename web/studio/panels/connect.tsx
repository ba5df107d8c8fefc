// Connect: other programs.

import { texts } from "../language.ts";
import type { Panel } from "../panel.ts";

const words = texts({
  en: { tab: "Connect", title: "Connect", empty: "" },
  zh: { tab: "连接", title: "连接", empty: "" },
  ja: { tab: "つなぐ", title: "つなぐ", empty: "" },
});

export const panel: Panel = { name: "connect", icon: <path d="M9 15l6-6M10.5 6.5l1.8-1.8a4.2 4.2 0 0 1 6 6l-1.8 1.8M13.5 17.5l-1.8 1.8a4.2 4.2 0 0 1-6-6l1.8-1.8" />, words, View };

function View() {
  return <p class="soft">{words().empty}</p>;
}
