// Record: pictures and films.

import { texts } from "../language.ts";
import type { Panel } from "../panel.ts";

const words = texts({
  en: { tab: "Record", title: "Record", empty: "" },
  zh: { tab: "录制", title: "录制", empty: "" },
  ja: { tab: "録画", title: "録画", empty: "" },
});

export const panel: Panel = { name: "record", icon: <><circle cx="12" cy="12" r="8.5" /><circle cx="12" cy="12" r="3.5" fill="currentColor" /></>, words, View };

function View() {
  return <p class="soft">{words().empty}</p>;
}
