// Play the face by hand.

import { texts } from "../language.ts";
import type { Panel } from "../panel.ts";

const words = texts({
  en: { tab: "Play", title: "Play the face", empty: "" },
  zh: { tab: "操纵", title: "亲手操纵", empty: "" },
  ja: { tab: "動かす", title: "顔を動かす", empty: "" },
});

export const panel: Panel = { name: "play", icon: <><path d="M6 4v7M6 15v5M12 4v3M12 11v9M18 4v9M18 17v3" /><circle cx="6" cy="13" r="2" /><circle cx="12" cy="9" r="2" /><circle cx="18" cy="15" r="2" /></>, words, View };

function View() {
  return <p class="soft">{words().empty}</p>;
}
