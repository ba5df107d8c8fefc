// The one WebSocket: JSON and sound and pictures go in; news, frames, numbers and sound come out.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { News } from "./news.ts";

const [FIRST, LONGEST] = [500, 4000]; // ms until it is tried again
const WAITING = 5; // lines that wait for a connection

const listeners = new Set<(news: News) => void>();
const takers = new Set<(data: ArrayBuffer) => void>();
const unsent: string[] = [];
let socket: WebSocket | null = null;
let pause = FIRST;

/** "waiting" at first, "open", or "stopped" when it broke off and is tried again. */
export const connection = signal<"waiting" | "open" | "stopped">("waiting");

/** A window of its own in which she is seen, also while this page is hidden. */
export const pet = signal<Window | null>(null);

const unseen = (): boolean => document.hidden && !pet.peek();

/** Hear all news, until the function that it gives is called. */
export function hears(listener: (news: News) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Hear all news while a component is there. */
export function useNews(listener: (news: News) => void): void {
  useEffect(() => hears(listener), []);
}

/** Take what comes as bytes: frames, numbers, sound. */
export function takes(taker: (data: ArrayBuffer) => void): void {
  takers.add(taker);
}

/** Send a message, an object or bytes. Whether there was anybody to take it. */
export function send(message: object | ArrayBuffer): boolean {
  if (socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(message instanceof ArrayBuffer ? message : JSON.stringify(message));
  return true;
}

/** Send it now, or once there is a connection. */
export function sendSoon(message: object): void {
  if (!send(message) && unsent.length < WAITING) unsent.push(JSON.stringify(message));
}

/** Connect, and stay so. A hidden page watches nothing: without a connection the studio paints nothing. */
export function begin(): void {
  document.addEventListener("visibilitychange", look);
  pet.subscribe(look);
}

function look(): void {
  if (unseen()) socket?.close();
  else connect();
}

function connect(): void {
  if (socket || unseen()) return;
  socket = new WebSocket(`ws://${location.host}/live`);
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => {
    pause = FIRST;
    connection.value = "open";
    for (const message of unsent.splice(0)) socket?.send(message);
  });
  socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (data instanceof ArrayBuffer) takers.forEach((taker) => taker(data));
    else {
      const news = JSON.parse(data) as News;
      listeners.forEach((listener) => listener(news));
    }
  });
  socket.addEventListener("close", () => {
    socket = null;
    if (unseen()) return;
    connection.value = "stopped";
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, LONGEST);
  });
}
