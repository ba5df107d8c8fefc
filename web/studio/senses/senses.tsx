// What is seen of camera and microphone beside their panel: the buttons below the stage, and the notices.

import { useEffect, useRef } from "preact/hooks";

import { camera as cameraIcon, Icon, microphone as microphoneIcon } from "../icons.tsx";
import { camera } from "./camera.ts";
import { microphone } from "./microphone.ts";
import type { Sense } from "./sense.ts";
import { senses } from "./words.ts";

export function SenseButtons() {
  const told = senses();
  return (
    <div class="senses">
      <Toggle sense={camera} id="camera" icon={cameraIcon} text={told.camera.name} />
      <Toggle sense={microphone} id="mic" icon={microphoneIcon} text={told.microphone.name} />
    </div>
  );
}

function Toggle({ sense, id, icon, text }: { sense: Sense; id: string; icon: preact.JSX.Element; text: string }) {
  return (
    <button class="lens" id={id} type="button" aria-pressed={sense.on.value} onClick={() => sense.toggle()}>
      <Icon size={18}>{icon}</Icon><span>{text}</span>
    </button>
  );
}

export function Notices() {
  return <><Notice sense={camera} id="notice" lines="notice-lines" /><Notice sense={microphone} id="mic-notice" lines="mic-lines" /></>;
}

function Notice({ sense, id, lines }: { sense: Sense; id: string; lines: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const asking = sense.asking.value;
  useEffect(() => {
    if (!asking) return;
    const notice = dialog.current as HTMLDialogElement;
    notice.returnValue = "";
    notice.showModal();
  }, [asking]);
  const told = senses();
  const words = told[sense.kind.name];
  return (
    <dialog class="notice" id={id} ref={dialog} aria-labelledby={`${id}-title`} onClose={(event) => sense.consent(event.currentTarget.returnValue === "yes")}>
      <form method="dialog">
        <h2 id={`${id}-title`}>{words.before}</h2>
        <ul id={lines}>{words.notice.map((line) => <li>{line}</li>)}</ul>
        <div class="choice">
          <button value="no">{told.refuse}</button>
          <button value="yes" class="main">{words.agree}</button>
        </div>
      </form>
    </dialog>
  );
}
