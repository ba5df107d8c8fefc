// All panels, in the order of the rail.

import type { Panel } from "./panel.ts";
import { panel as characters } from "./panels/characters.tsx";
import { panel as chat } from "./panels/chat.tsx";
import { panel as connect } from "./panels/connect.tsx";
import { panel as inspect } from "./panels/inspect.tsx";
import { panel as play } from "./panels/play.tsx";
import { panel as record } from "./panels/record.tsx";
import { panel as say } from "./panels/say.tsx";
import { panel as senses } from "./panels/senses.tsx";

export const PANELS: readonly Panel[] = [say, chat, senses, play, characters, connect, record, inspect];
