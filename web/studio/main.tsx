// The studio's page: the face, the line that one types to it, and panels beside.

import "./styles/page.css";
import "./styles/parts.css";
import "./styles/panels.css";
import "./styles/play.css";
import "./styles/record.css";

import { render } from "preact";

import { Bar } from "./bar.tsx";
import { Composer } from "./composer.tsx";
import { Desk, Rail } from "./desk.tsx";
import { begin } from "./link.ts";
import { SenseButtons, Notices } from "./senses/senses.tsx";
import { Stage, StageTools } from "./stage.tsx";

function Page() {
  return (
    <>
      <Bar />
      <main class="studio">
        <section class="hero">
          <Stage />
          <div class="under"><StageTools /><SenseButtons /></div>
          <Composer />
        </section>
        <Rail />
        <Desk />
      </main>
      <Notices />
    </>
  );
}

begin(); // the studio greets meanwhile
render(<Page />, document.body);
