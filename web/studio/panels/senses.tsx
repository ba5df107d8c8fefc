// Voice and camera: what they are for, and what is seen and heard.

import { useEffect, useRef } from "preact/hooks";

import type { Panel } from "../panel.ts";
import { camera, drawSeen, saw } from "../senses/camera.ts";
import { level, microphone } from "../senses/microphone.ts";
import type { Sense } from "../senses/sense.ts";
import { senses } from "../senses/words.ts";
import { choosePolicy, hello, policy } from "../state.ts";
import { feelings, ink, policyName } from "../words.ts";

export const panel: Panel = {
  name: "senses",
  icon: <><circle cx="12" cy="8" r="4" /><path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6" /></>,
  words: senses,
  View,
};

function View() {
  const told = senses();
  return (
    <>
      <Head sense={camera} />
      <div class="eye" id="eye" data-face={String(Boolean(saw.value?.face))} hidden={!camera.on.value}>
        <Self />
        <div class="looks">
          <Uses sense={camera} id="uses" name="use" />
          <Answers sense={camera} id="answer" />
          <Saw />
          <button class="lens" id="rest" type="button" onClick={() => camera.tell("rest")}>{told.rest}</button>
        </div>
      </div>
      <p class="note" id="camera-note" role="status">{camera.why.value && told.camera[camera.why.value]}</p>
      <Head sense={microphone} />
      <div class="ears" id="ear" hidden={!microphone.on.value}>
        <Uses sense={microphone} id="mic-uses" name="mic-use" />
        <Answers sense={microphone} id="mic-answer" />
        <i class="level" id="level" style={{ "--value": String(level.value) }} />
      </div>
      <p class="note" id="mic-note" role="status">{microphone.why.value && told.microphone[microphone.why.value]}</p>
      <p><a class="own" href="record.html">{told.own}</a></p>
    </>
  );
}

function Head({ sense }: { sense: Sense }) {
  const { name, about } = senses()[sense.kind.name];
  return (
    <div class="sense">
      <h3>{name}</h3>
      <button class="lens" type="button" aria-pressed={sense.on.value} aria-label={name} onClick={() => sense.toggle()}><i class="light" /></button>
      <p>{about}</p>
    </div>
  );
}

function Uses({ sense, id, name }: { sense: Sense; id: string; name: string }) {
  const told = senses()[sense.kind.name];
  return (
    <fieldset class="switch" id={id}>
      <legend class="hidden">{told.name}</legend>
      {sense.kind.uses.map((use, n) => (
        <label><input type="radio" name={name} value={use} checked={sense.use.value === use} onChange={() => sense.choose(use)} /><span>{told.uses[n]}</span></label>
      ))}
    </fieldset>
  );
}

function Answers({ sense, id }: { sense: Sense; id: string }) {
  function choose(name: string): void {
    sense.follow(name);
    if (sense === camera && policy.value) choosePolicy(name); // face and lines are one viewer's
  }
  return (
    <label class="voice" id={`${id}s`} hidden={!sense.answers}>
      <span>{senses().answersAs}</span>
      <select id={id} value={sense.policy.value} onChange={(event) => choose(event.currentTarget.value)}>
        {(hello.value?.policies ?? []).map((one) => <option value={one}>{policyName(one)}</option>)}
      </select>
    </label>
  );
}

/** The view of oneself, with what was seen. */
function Self() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const seen = saw.value;
  useEffect(() => { if (seen && canvas.current) drawSeen(canvas.current, seen); }, [seen]);
  return <canvas class="self" id="self" width="480" height="360" role="img" aria-label={senses().camera.name} ref={canvas} />;
}

function Saw() {
  const told = senses();
  const seen = saw.value;
  const strength = seen?.face && seen.dominant !== "neutral" ? seen.feelings[seen.dominant] : 0;
  const others = seen && seen.faces > 1 ? ` · ${told.others.replace("#", String(seen.faces))}` : "";
  return (
    <p class="saw">
      {seen?.face
        ? <strong id="saw-feeling" style={{ color: ink(seen.dominant) }}>{feelings()[seen.dominant]}{strength ? ` ${Math.round(strength * 100)}` : ""}</strong>
        : <strong id="saw-feeling">{seen ? told.nobody : told.opening}</strong>}
      <span id="saw-cost">{seen && `${seen.ms.toFixed(1)} ms${others}`}</span>
    </p>
  );
}
