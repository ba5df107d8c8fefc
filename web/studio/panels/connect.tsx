// Connect: a card for each program with what to click there, its settings, and a light that says whether it hears us.

import { effect, signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

import { kinds, kindsInWords, settings as names, steps, words } from "../connecting/words.ts";
import { connection, hears, send } from "../link.ts";
import type { Connection, Program } from "../news.ts";
import type { Panel } from "../panel.ts";
import { hello, stats } from "../state.ts";
import { FEELINGS, feelings } from "../words.ts";

type Role = Program["role"];
type Told = Record<string, string | number | boolean | Record<string, string>>;

const GROUPS: [group: "rooms" | "avatars" | "others" | "trackers", role: Role, kinds: string[]][] = [
  ["rooms", "source", ["bilibili", "bilibili-open", "twitch", "youtube", "hook"]],
  ["avatars", "sink", ["vtube-studio", "vmc"]],
  ["others", "sink", ["obs", "virtual-camera", "mjpeg", "json"]],
  ["trackers", "source", ["openseeface", "ifacialmocap", "livelink", "meowface", "vmc"]],
];
const FIRST = ["to", "listen", "phone", "scenes", "expressions", "port", "mirror"]; // settings that are shown at once
const BY_FEELING = ["scenes", "expressions", "hotkeys"];

export const panel: Panel = {
  name: "connect",
  icon: <path d="M9 15l6-6M10.5 6.5l1.8-1.8a4.2 4.2 0 0 1 6 6l-1.8 1.8M13.5 17.5l-1.8 1.8a4.2 4.2 0 0 1-6-6l1.8-1.8" />,
  words,
  View,
};

const connections = signal<readonly Connection[]>([]);
const refused = signal({ card: "", why: "" }); // what was wrong with what was asked for last
const copied = signal("");
let asked = "";

hears((news) => {
  if (news.hello) connections.value = news.hello.connections ?? [];
  if (news.connections) {
    if (news.connections.length > connections.value.length) asked = "";
    connections.value = news.connections;
  }
  if (news.error && asked) {
    refused.value = { card: asked, why: news.error };
    asked = "";
  }
});

effect(() => { if (connection.value === "stopped") connections.value = []; }); // what it is connected to, it says when it is back

function View() {
  const told = words();
  const programs = hello.value?.programs;
  if (!programs) return <p class="soft">{told.off}</p>;
  return (
    <>
      <Obs />
      {GROUPS.map(([group, role, order]) => {
        const here = order.map((kind) => programs.find((one) => one.role === role && one.kind === kind)).filter((one) => one !== undefined);
        return <section class="programs"><h3>{told[group]}</h3>{here.map((one) => <Card key={`${role} ${one.kind}`} of={one} />)}</section>;
      })}
      <div class="row"><a class="lens" href="show.toml" download="show.toml" id="keep">{told.keep}</a><span class="soft">{told.keepHint}</span></div>
    </>
  );
}

function Steps({ of }: { of: string }) {
  return <ol class="steps">{((steps() as Record<string, readonly string[]>)[of] ?? []).map((step) => <li>{step}</li>)}</ol>;
}

function Light({ light, why }: { light: Connection["light"] | "off"; why?: string }) {
  const said = light === "off" ? "" : words()[light];
  return <span class="lit" data-light={light}><i aria-hidden="true" />{said}{why && light !== "connected" ? `: ${why}` : ""}</span>;
}

function Copy({ text, id }: { text: string; id: string }) {
  const told = words();
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    copied.value = id;
    setTimeout(() => { if (copied.value === id) copied.value = ""; }, 2000);
  }
  return (
    <span class="copy">
      <input class="field" id={id} readOnly value={text} aria-label={text} onFocus={(event) => event.currentTarget.select()} />
      <button type="button" class="lens" onClick={() => void copy()}>{copied.value === id ? told.copied : told.copy}</button>
    </span>
  );
}

const heard = signal({ voice: false, captions: false });

function Obs() {
  const told = words();
  const stage = `${location.origin}/${hello.value?.stage ?? ""}`;
  const outside = connection.value === "open" && stats.value?.outside;
  const extra = `${heard.value.voice ? "&voice=on" : ""}${heard.value.captions ? "&captions=on" : ""}`;
  const box = (name: "voice" | "captions") => (
    <label class="check"><input type="checkbox" checked={heard.value[name]} onChange={(event) => { heard.value = { ...heard.value, [name]: event.currentTarget.checked }; }} />{told[name]}</label>
  );
  return (
    <section class="programs">
      <h3>{told.obs}</h3>
      <div class="program" id="program-stage">
        <div class="row"><span class="over">{told.address}</span><Light light={outside ? "connected" : "waiting"} /></div>
        <Copy id="stage-address" text={stage + extra} />
        <div class="row">{hello.value?.voice && box("voice")}{box("captions")}</div>
        <Steps of="stage" />
        <details><summary class="soft">{told.picture}</summary><Copy id="mjpeg-address" text={stage.replace("stage?", "stage.mjpeg?")} /><Steps of="picture" /></details>
      </div>
    </section>
  );
}

function Card({ of: { role, kind, settings, keys } }: { of: Program }) {
  const told = words();
  const id = `${role}-${kind}`;
  const mine = connections.value.filter((one) => one.role === role && one.kind === kind);
  const worst = mine.find((one) => one.light === "failed") ?? mine.find((one) => one.light !== "connected") ?? mine[0];
  const shown = settings.filter(({ name, needed }) => needed || FIRST.includes(name));
  const rest = settings.filter((one) => !shown.includes(one) && one.name in names());
  const wrong = mine.filter((one) => one.light === "failed" && one.retry === undefined); // and stays so: the next takes its place
  const opened = useRef(false); // what was let go of may be wanted again
  opened.current ||= mine.length > 0;
  function connect(event: Event): void {
    event.preventDefault();
    asked = id;
    refused.value = { card: "", why: "" };
    for (const { name } of wrong) send({ disconnect: role, name });
    send({ connect: role, kind, settings: read(event.currentTarget as HTMLFormElement, settings) });
  }
  return (
    <details class="program" id={`program-${id}`} open={opened.current || undefined}>
      <summary><b>{kinds[kind] ?? (kindsInWords() as Record<string, string>)[kind] ?? kind}</b><Light light={worst?.light ?? "off"} /></summary>
      <Steps of={role === "source" && kind === "vmc" ? "vmc in" : kind} />
      {keys && !hello.value?.keys && <p class="soft">{told.keys}</p>}
      {mine.map((one) => (
        <div class="row connected" key={one.name}>
          <b>{one.name}</b>
          <Light light={one.light} why={[one.why, one.retry === undefined ? "" : told.again.replace("#", String(one.retry))].filter(Boolean).join("; ")} />
          <button type="button" class="lens" onClick={() => send({ disconnect: role, name: one.name })}>{told.disconnect}</button>
        </div>
      ))}
      <form onSubmit={connect}>
        {shown.map((one) => <Setting key={one.name} of={one} />)}
        {rest.length > 0 && <details><summary class="soft">{told.more}</summary>{rest.map((one) => <Setting key={one.name} of={one} />)}</details>}
        <button type="submit" class="lens main">{mine.length > wrong.length ? told.another : told.connect}</button>
      </form>
      {refused.value.card === id && <p class="note" role="alert">{refused.value.why}</p>}
    </details>
  );
}

function Setting({ of: { name, expects, needed } }: { of: Program["settings"][number] }): ComponentChildren {
  const label = (names() as Record<string, string>)[name];
  if (label === undefined) return null;
  if (expects === "true or false") return <label class="check"><input type="checkbox" name={name} />{label}</label>;
  if (BY_FEELING.includes(name)) {
    return (
      <details class="by-feeling" open={name === "scenes" || undefined}>
        <summary>{label}</summary>
        {[...FEELINGS, "neutral" as const].map((feeling) => <label class="setting"><span>{feelings()[feeling]}</span><input class="field" name={`${name}.${feeling}`} maxLength={200} /></label>)}
      </details>
    );
  }
  const number = expects.includes("number") && !expects.includes("text");
  return (
    <label class="setting">
      <span>{label}</span>
      <input class="field" name={name} required={needed} maxLength={200} placeholder={needed ? "" : words().optional} inputMode={number ? "decimal" : "text"} autocomplete="off" />
    </label>
  );
}

/** What a form says; what is left empty is left out. Of an address in place of a number, such as a room's, its last part is
 *  taken. Numbers that are none go as they are, to be told what is wrong. */
function read(form: HTMLFormElement, settings: Program["settings"]): Told {
  const told: Told = {};
  const data = new FormData(form);
  for (const { name, expects } of settings) {
    if (BY_FEELING.includes(name)) {
      const by = [...FEELINGS, "neutral"].map((feeling) => [feeling, String(data.get(`${name}.${feeling}`) ?? "").trim()]).filter(([, value]) => value);
      if (by.length) told[name] = Object.fromEntries(by) as Record<string, string>;
      continue;
    }
    const box = form.elements.namedItem(name);
    if (box instanceof HTMLInputElement && box.type === "checkbox") {
      if (box.checked) told[name] = true;
      continue;
    }
    const value = String(data.get(name) ?? "").trim();
    if (!value) continue;
    const number = Number(/^\S+\/(\d+)\/?(?:[?#]\S*)?$/.exec(value)?.[1] ?? value);
    told[name] = expects.includes("number") && !expects.includes("text") && Number.isFinite(number) ? number : value;
  }
  return told;
}
