import { Face } from "./face.ts";
import { idle } from "./idle.ts";
import { NUMBERS } from "./numbers.ts";
import { PARTS } from "./tint.ts";

const [PATIENCE, FADE] = [1, 0.6]; // seconds without numbers until the idle sets in, and until it has the face # ours

/** In a browser an element; elsewhere, where nothing is painted, a class that nobody makes. */
const Base = typeof HTMLElement === "undefined" ? (class {} as typeof HTMLElement) : HTMLElement;

/**
 * `<mien-face src="momo/" size="512">`: a character that lives in a page.
 *
 * Attributes: src, the folder of the bundle; size, pixels a side of the picture, 512 where it is not told; hair, iris, skin
 * and cloth, other colours than its own, as #rrggbb; still: it does nothing by itself. Whoever prefers reduced motion sees it still too, unless it is fed.
 * Events: "load" once it can be seen; "error" (detail: the Error) when it cannot; "lost" and "restored" of the graphics card.
 */
export class MienFace extends Base {
  static readonly observedAttributes = ["src", "size", ...PARTS];
  /** The face, once it is loaded. */
  face: Face | null = null;
  private readonly root: ShadowRoot = this.attachShadow({ mode: "open" });
  private loading: AbortController | null = null;
  private numbers: Float32Array | null = null;
  private fed = -Infinity;
  private begun = 0;
  private ticking = 0;
  private seen = true;
  private readonly watch = new IntersectionObserver(([entry]) => { this.seen = entry.isIntersecting; });
  private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");

  constructor() {
    super();
    const style = new CSSStyleSheet();
    style.replaceSync(":host { display: inline-block; aspect-ratio: 1 } :host([hidden]) { display: none } canvas { display: block; width: 100%; height: 100% }");
    this.root.adoptedStyleSheets = [style];
  }

  connectedCallback(): void {
    this.watch.observe(this);
    void this.load();
  }

  disconnectedCallback(): void {
    this.watch.disconnect();
    this.drop();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === "src") void this.load();
    else if (name === "size" && this.face) this.guarded(() => { (this.face as Face).size = this.size; });
    else if (this.face) this.guarded(() => { (this.face as Face).colours = this.colours; });
  }

  /** Other colours than its own, as #rrggbb. */
  get colours(): Record<string, string> {
    const told = PARTS.filter((part) => this.hasAttribute(part));
    return Object.fromEntries(told.map((part) => [part, this.getAttribute(part) as string]));
  }

  /** Pixels a side of the picture. */
  get size(): number {
    return Number(this.getAttribute("size") ?? 512);
  }

  /** Feed it: 79 numbers, painted with the next frame of the page. Throws RangeError when they are others. */
  paint(numbers: ArrayLike<number>): void {
    const told = Float32Array.from(numbers);
    if (told.length !== NUMBERS || !told.every(Number.isFinite)) throw new RangeError(`expected ${NUMBERS} finite numbers, got ${told.length}`);
    this.numbers = told;
    this.fed = performance.now() / 1000;
  }

  private async load(): Promise<void> {
    this.drop();
    const source = this.getAttribute("src");
    if (!source) return;
    const loading = (this.loading = new AbortController());
    try {
      const face = await Face.load(source, { size: this.size, colours: this.colours, signal: loading.signal });
      if (loading.signal.aborted) {
        face.close();
        return;
      }
      this.show(face);
    } catch (error) {
      if (!loading.signal.aborted) this.tell("error", error);
    }
  }

  private show(face: Face): void {
    this.face = face;
    this.root.replaceChildren(face.canvas);
    if (!this.hasAttribute("role")) this.setAttribute("role", "img");
    if (!this.hasAttribute("aria-label")) {
      const { title, name } = face.bundle;
      this.setAttribute("aria-label", title[(document.documentElement.lang || "en").slice(0, 2)] ?? title.en ?? name);
    }
    for (const kind of ["lost", "restored"]) face.addEventListener(kind, () => this.tell(kind));
    face.addEventListener("error", (event) => this.tell("error", (event as CustomEvent).detail));
    this.begun = performance.now() / 1000;
    this.ticking = requestAnimationFrame(this.tick);
    this.tell("load");
  }

  private drop(): void {
    this.loading?.abort();
    cancelAnimationFrame(this.ticking);
    this.face?.close();
    this.face = null;
    this.root.replaceChildren();
  }

  private readonly tick = (): void => {
    this.ticking = requestAnimationFrame(this.tick);
    if (this.seen && !this.face?.busy) this.guarded(() => this.face?.paint(this.now()));
  };

  /** What is shown now: what it was fed, and when that was long ago the idle. */
  private now(): Float32Array {
    const now = performance.now() / 1000;
    const rest = idle(this.hasAttribute("still") || this.calm.matches ? 0 : now - this.begun);
    if (!this.numbers) return rest;
    const share = Math.min(Math.max((now - this.fed - PATIENCE) / FADE, 0), 1);
    return share ? this.numbers.map((number, n) => number + share * (rest[n] - number)) : this.numbers;
  }

  /** Do it; a failure is told, and ends the ticking. */
  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      cancelAnimationFrame(this.ticking);
      this.tell("error", error);
    }
  }

  private tell(kind: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
