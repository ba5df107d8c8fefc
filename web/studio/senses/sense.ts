// What a camera and a microphone share: notice and consent first, then a stream, a use, a policy by which it is answered.

import { effect, signal, type Signal } from "@preact/signals";

import { kept } from "../kept.ts";
import { connection, hears, send } from "../link.ts";
import { open as openPanel } from "../panel.ts";
import { hello } from "../state.ts";

/** Why it is closed although nobody closed it here; "" when somebody did. */
export type Why = "" | "denied" | "none" | "busy" | "failed" | "unplugged" | "taken";

const REASONS: Record<string, Why> = { NotAllowedError: "denied", NotFoundError: "none", NotReadableError: "busy" };

export interface Kind {
  /** Its name in messages to the server. */
  name: "camera" | "microphone";
  /** What it may be for, the usual first; for the last it has a policy. */
  uses: readonly [string, string];
  /** What is asked of the browser. */
  wants: MediaStreamConstraints;
  /** The stream is there. */
  begin(stream: MediaStream): Promise<void>;
  /** It has gone. */
  end(): void;
}

/** A camera or a microphone of the user. */
export class Sense {
  readonly on = signal(false);
  readonly why = signal<Why>("");
  readonly use: Signal<string>;
  readonly policy: Signal<string>;
  /** Whether the notice is shown; consent is asked for anew each time the page is opened. */
  readonly asking = signal(false);
  private agreed = false;
  private opening = false;
  private stream: MediaStream | null = null;
  private decide: (agreed: boolean) => void = () => {};

  constructor(readonly kind: Kind) {
    const { name, uses } = kind;
    const before = kept.get(`${name}-use`);
    this.use = signal(before === uses[1] ? before : uses[0]);
    this.policy = signal(kept.get(`${name}-policy`) ?? "");
    hears((news) => {
      const told = name === "camera" ? news.camera : news.microphone;
      if (told === "off" && news.why && this.on.value) this.close("taken"); // another page has opened its own
    });
    effect(() => { if (connection.value === "stopped") this.close(); }); // with it, on the server, went the sense
    effect(() => {
      const policies = hello.value?.policies ?? [];
      if (policies.length && !policies.includes(this.policy.value)) this.policy.value = policies[0];
    });
  }

  /** Whether it answers by a policy. */
  get answers(): boolean {
    return this.use.value === this.kind.uses[1];
  }

  toggle(): void {
    if (!this.on.value) void this.open();
    else {
      this.tell("off");
      this.close();
    }
  }

  choose(use: string): void {
    this.use.value = use;
    kept.set(`${this.kind.name}-use`, use);
    if (this.on.value) this.tell(use);
  }

  follow(policy: string): void {
    if (!policy || policy === this.policy.value) return;
    this.policy.value = policy;
    kept.set(`${this.kind.name}-policy`, policy);
    if (this.on.value) this.tell(this.use.value);
  }

  /** What the person decided. */
  consent(agreed: boolean): void {
    this.agreed = agreed;
    this.asking.value = false;
    this.decide(agreed);
  }

  tell(what: string): boolean {
    return send({ [this.kind.name]: what, policy: this.policy.value, consent: this.agreed });
  }

  private allowed(): Promise<boolean> {
    if (this.agreed) return Promise.resolve(true);
    this.asking.value = true;
    return new Promise((decide) => { this.decide = decide; });
  }

  private async open(): Promise<void> {
    this.why.value = "";
    if (this.opening || !(await this.allowed())) return;
    this.opening = true;
    openPanel("senses");
    try {
      this.stream = await navigator.mediaDevices.getUserMedia(this.kind.wants);
      this.stream.getTracks()[0].addEventListener("ended", () => { this.tell("off"); this.close("unplugged"); });
      await this.kind.begin(this.stream);
      if (!this.tell(this.use.value)) throw new Error("the studio does not answer");
      this.on.value = true;
    } catch (error) {
      this.on.value = true; // so that what has begun is ended
      this.close(REASONS[(error as Error).name] ?? "failed");
    } finally {
      this.opening = false;
    }
  }

  private close(why: Why = ""): void {
    if (!this.on.peek()) return;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.kind.end();
    this.why.value = why;
    this.on.value = false;
  }
}
