// The key points on the face, as handles: a finger, a mouse or the arrow keys drag them, and the generator follows.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { onPicture, pointsNow } from "../painting.ts";
import { both, drag, drop, handles, pinned, stays } from "./hand.ts";
import { MIRROR, partOf, pointName } from "./words.ts";

const POINTS = 70;
const NEAR = 26; // pixels of the screen around a point in which it can be grabbed
const [STEP, STRIDE] = [0.006, 0.03]; // of the picture: an arrow key, and with shift
const PAUSE = 700; // ms after the last arrow key until the point is let go
const SIDEWAYS = { ArrowLeft: -1, ArrowRight: 1 } as Record<string, number>;
const UPDOWN = { ArrowUp: -1, ArrowDown: 1 } as Record<string, number>;

/** The point that is chosen, -1 for none. */
const chosen = signal(-1);

/** What one finger has grabbed: points, and how far each is from the finger. */
type Grab = Map<number, readonly [number, number]>;

/** A point and, where both sides are to do the same and a muscle of each can, the one across. */
function grouped(point: number): number[] {
  const whole = ["outline", "nose", "eye", "iris", "chin"].includes(partOf(point)); // these turn the head, the eyes, the jaw
  return both.value && !whole && MIRROR[point] !== point ? [point, MIRROR[point]] : [point];
}

export function Handles() {
  const overlay = useRef<HTMLDivElement>(null);
  const label = useRef<HTMLOutputElement>(null);
  const bands = useRef<SVGPathElement>(null);
  const grabs = useRef(new Map<number, Grab>());
  const at = useRef<Float32Array>(new Float32Array(2 * POINTS));
  const start = useRef<Float32Array>(new Float32Array(2 * POINTS)); // where the points were when the first was grabbed
  const resting = useRef(0);

  useEffect(() => {
    const place = (): void => {
      const points = pointsNow();
      const box = overlay.current;
      if (!box) return;
      box.classList.toggle("blind", !points);
      if (!points) return;
      at.current = points;
      const dots = box.querySelectorAll<HTMLElement>(".dot");
      let lines = "";
      for (let n = 0; n < POINTS; n++) {
        const [x, y] = [points[2 * n], points[2 * n + 1]];
        dots[n].style.left = `${100 * x}%`;
        dots[n].style.top = `${100 * y}%`;
        const hand = pinned(n);
        dots[n].classList.toggle("pulled", Boolean(hand));
        if (hand) lines += `M${100 * x} ${100 * y}L${100 * hand[0]} ${100 * hand[1]}`;
      }
      bands.current?.setAttribute("d", lines);
      if (label.current && chosen.value >= 0) {
        label.current.style.left = `${100 * Math.min(Math.max(points[2 * chosen.value], 0.15), 0.85)}%`;
        label.current.style.top = `${100 * points[2 * chosen.value + 1]}%`;
      }
    };
    place();
    return onPicture(place);
  }, []);

  /** Where on the picture a finger is. */
  function placeOf(event: PointerEvent): [number, number] {
    const box = (overlay.current as HTMLDivElement).getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  /** The point nearest to a finger, -1 where none is near. */
  function nearest(event: PointerEvent): number {
    const [x, y] = placeOf(event);
    const side = (overlay.current as HTMLDivElement).clientWidth;
    let [best, least] = [-1, NEAR / side];
    for (let n = 0; n < POINTS; n++) {
      const far = Math.hypot(at.current[2 * n] - x, at.current[2 * n + 1] - y) * (n > 67 ? 0.6 : 1); // irises lie amid lids
      if (far < least) [best, least] = [n, far];
    }
    return best;
  }

  function grab(event: PointerEvent): void {
    const point = nearest(event);
    chosen.value = point;
    if (point < 0) return;
    event.preventDefault();
    (overlay.current as HTMLDivElement).setPointerCapture(event.pointerId);
    overlay.current?.querySelectorAll<HTMLElement>(".dot")[point].focus({ preventScroll: true });
    if (!grabs.current.size) start.current = at.current.slice();
    const [x, y] = placeOf(event);
    grabs.current.set(event.pointerId, new Map(grouped(point).map((one) => [one, [at.current[2 * one] - x, at.current[2 * one + 1] - y]])));
  }

  function move(event: PointerEvent): void {
    const grabbed = grabs.current.get(event.pointerId);
    if (!grabbed) {
      if (event.pointerType === "mouse" && !grabs.current.size) chosen.value = nearest(event);
      return;
    }
    const [x, y] = placeOf(event);
    const [own, other] = [...grabbed.keys()];
    const [dx, dy] = grabbed.get(own) as readonly [number, number];
    const places = new Map([[own, [x + dx, y + dy] as const]]);
    if (other !== undefined) places.set(other, across(own, other, [x + dx, y + dy]));
    drag(places);
  }

  /** Where the point across goes: as far, and mirrored. */
  function across(own: number, other: number, [x, y]: readonly [number, number]): readonly [number, number] {
    const from = start.current;
    return [from[2 * other] - (x - from[2 * own]), from[2 * other + 1] + (y - from[2 * own + 1])];
  }

  function letGo(event: PointerEvent): void {
    const grabbed = grabs.current.get(event.pointerId);
    grabs.current.delete(event.pointerId);
    if (grabbed && [...grabbed.keys()].some((point) => pinned(point))) drop(grabbed.keys());
  }

  function typed(event: KeyboardEvent): void {
    const { key } = event;
    const now = Math.max(chosen.value, 0);
    const step = event.shiftKey ? STRIDE : STEP;
    if (key === "PageDown" || key === "PageUp") {
      choose((now + (key === "PageDown" ? 1 : POINTS - 1)) % POINTS);
    } else if (key in SIDEWAYS || key in UPDOWN) {
      const group = grouped(now);
      if (!pinned(now)) start.current = at.current.slice();
      const [x, y] = pinned(now) ?? [at.current[2 * now], at.current[2 * now + 1]];
      const to = [x + step * (SIDEWAYS[key] ?? 0), y + step * (UPDOWN[key] ?? 0)] as const;
      drag(new Map(group.map((one, n) => [one, n ? across(now, one, to) : to])));
      clearTimeout(resting.current);
      if (stays.value) resting.current = setTimeout(() => drop(group), PAUSE) as unknown as number;
    } else if (key === "Escape") {
      drop(grouped(now));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function choose(point: number): void {
    chosen.value = point;
    overlay.current?.querySelectorAll<HTMLElement>(".dot")[point].focus({ preventScroll: true });
  }

  const one = Math.max(chosen.value, 0);
  return (
    <div
      class="handles" ref={overlay} hidden={!handles.value} role="application" onPointerDown={grab} onPointerMove={move} onPointerUp={letGo}
      onPointerCancel={letGo} onPointerLeave={() => { if (!grabs.current.size) chosen.value = -1; }} onKeyDown={typed}
    >
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true"><path ref={bands} /></svg>
      {Array.from({ length: POINTS }, (_, n) => (
        <button
          type="button" key={n} class={`dot ${partOf(n)}${n === chosen.value ? " chosen" : ""}`} tabIndex={n === one ? 0 : -1} aria-label={pointName(n)}
          data-point={n} onFocus={() => { chosen.value = n; }}
        />
      ))}
      <output ref={label} class="tip" hidden={chosen.value < 0}>{chosen.value >= 0 && pointName(chosen.value)}</output>
    </div>
  );
}
