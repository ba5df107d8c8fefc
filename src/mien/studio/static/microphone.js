// The user's own microphone: notice and consent first, then its sound over the WebSocket, 16 kHz, mono, 16 bits.

import { WORDS } from "./words.js";

const RATE = 16000;

const id = (name) => document.getElementById(name);

// send: takes a message for the server, text or bytes, and says whether there is one. kept: what is remembered between two visits.
export function microphone({ send, kept, language, policies }) {
  let stream = null;
  let context = null;
  let opening = false;
  let agreed = false; // anew each time the page is opened
  let loudest = 0;
  let note = "";

  const use = () => document.querySelector("#mic-uses input:checked").value;
  const tell = (what) => send(JSON.stringify({ microphone: what, policy: id("mic-answer").value, consent: agreed }));

  function consent() {
    if (agreed) return Promise.resolve(true);
    const notice = id("mic-notice");
    notice.returnValue = "";
    notice.showModal();
    return new Promise((resolve) => notice.addEventListener("close", () => {
      agreed = notice.returnValue === "yes";
      resolve(agreed);
    }, { once: true }));
  }

  async function open() {
    say("");
    if (opening || !(await consent())) return;
    opening = true;
    try {
      // her own voice is taken out of what is heard
      stream = await navigator.mediaDevices.getUserMedia({
        video: false, audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      });
      stream.getAudioTracks()[0].addEventListener("ended", () => { tell("off"); close("micUnplugged"); });
      await listen();
      if (!tell(use())) throw new Error("the studio does not answer");
    } catch (error) {
      const why = { NotAllowedError: "micDenied", NotFoundError: "micNone", NotReadableError: "micBusy" }[error.name];
      close(why ?? "micFailed");
      return;
    } finally {
      opening = false;
    }
    id("ear").hidden = false;
    show();
  }

  async function listen() {
    context = new AudioContext({ sampleRate: RATE });
    let source = null;
    try {
      source = context.createMediaStreamSource(stream);
    } catch { // a browser that cannot bring it to another rate sends its own
      context.close();
      context = new AudioContext();
      source = context.createMediaStreamSource(stream);
    }
    await context.audioWorklet.addModule("catcher.js");
    const catcher = new AudioWorkletNode(context, "catcher", { numberOfOutputs: 0 });
    catcher.port.addEventListener("message", ({ data }) => {
      loudest = Math.max(loudest * 0.9, ...new Int16Array(data, 8).map(Math.abs));
      id("level").style.setProperty("--value", Math.min(1, loudest / 12000));
      if (!id("ear").hidden) send(data);
    });
    catcher.port.start();
    source.connect(catcher);
  }

  // why: a word of the page that is shown, "" when the user wanted it
  function close(why = "") {
    for (const track of stream?.getTracks() ?? []) track.stop();
    context?.close();
    stream = context = null;
    id("ear").hidden = true;
    say(why);
    show();
  }

  function say(why) {
    note = why;
    id("mic-note").textContent = why ? WORDS[language()][why] : "";
  }

  function show() {
    id("mic").setAttribute("aria-pressed", String(Boolean(stream)));
    id("mic-answers").hidden = use() !== "listens";
  }

  function speak() {
    const words = WORDS[language()];
    id("mic-lines").replaceChildren(...words.micNotice.map((line) => {
      const row = document.createElement("li");
      row.textContent = line;
      return row;
    }));
    const chosen = id("mic-answer").value || kept.get("mic-answer") || "";
    id("mic-answer").replaceChildren(...policies().map((name) => new Option(words.policies[name] ?? name, name)));
    id("mic-answer").value = chosen;
    if (id("mic-answer").selectedIndex < 0) id("mic-answer").selectedIndex = 0;
    say(note);
    show();
  }

  id("mic").addEventListener("click", () => {
    if (!stream) { open(); return; }
    tell("off");
    close();
  });
  for (const radio of document.querySelectorAll("#mic-uses input")) {
    radio.checked = radio.value === (kept.get("mic-use") ?? "speaks");
    radio.addEventListener("change", () => {
      kept.set("mic-use", use());
      if (stream) tell(use());
      show();
    });
  }
  id("mic-answer").addEventListener("change", () => {
    kept.set("mic-answer", id("mic-answer").value);
    if (stream) tell(use());
  });

  return {
    speak,
    // what the server says of the microphone; another page may have opened its own
    told: (news) => { if (news.microphone === "off" && news.why && stream) close(news.why === "taken" ? "micTaken" : ""); },
    // the connection ended: with it, on the server, the microphone
    cut: () => { if (stream) close(); },
  };
}
