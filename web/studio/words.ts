// The words that more than one part of the page says, and lines to try: one for each feeling, in their order.

import { texts } from "./language.ts";

export const FEELINGS = ["happy", "sad", "angry", "surprised", "disgusted", "afraid", "shy", "relaxed"] as const;
export type Feeling = (typeof FEELINGS)[number];

export const HUES: Record<Feeling | "neutral", string> = {
  happy: "#eaa420", sad: "#4f86e8", angry: "#e0474c", surprised: "#d865c0",
  disgusted: "#7a9a3f", afraid: "#8a6ad6", shy: "#f07f9f", relaxed: "#35a896", neutral: "#9a8fa1",
};

/** The hue of a feeling, as ink. */
export const ink = (feeling: Feeling | "neutral"): string => `color-mix(in oklab, ${HUES[feeling]} 72%, var(--ink))`;

export const feelings = texts({
  en: { happy: "happy", sad: "sad", angry: "angry", surprised: "surprised", disgusted: "disgusted", afraid: "afraid", shy: "shy", relaxed: "relaxed", neutral: "neutral" },
  zh: { happy: "开心", sad: "难过", angry: "生气", surprised: "惊讶", disgusted: "嫌弃", afraid: "害怕", shy: "害羞", relaxed: "放松", neutral: "平静" },
  ja: { happy: "うれしい", sad: "かなしい", angry: "おこる", surprised: "おどろき", disgusted: "いや", afraid: "こわい", shy: "てれる", relaxed: "リラックス", neutral: "ふつう" },
});

/** The policies that ship; one of a user's own is called by its name. */
const shipped = texts({
  en: { mirror: "a mirror", streamer: "a streamer", service: "customer service", companion: "a companion" },
  zh: { mirror: "照镜子", streamer: "主播", service: "客服", companion: "伙伴" },
  ja: { mirror: "鏡", streamer: "配信者", service: "接客", companion: "相棒" },
});
export const policyName = (name: string): string => (shipped() as Record<string, string>)[name] ?? name;

export const common = texts({
  en: { title: "mien studio", language: "Language", theme: "Light or dark", system: "As the system", light: "Light", dark: "Dark", panels: "Panels", waiting: "Connecting…", stopped: "Connection lost, trying again. Is mien studio still running?" },
  zh: { title: "mien 工作室", language: "语言", theme: "浅色或深色", system: "跟随系统", light: "浅色", dark: "深色", panels: "面板", waiting: "正在连接……", stopped: "连接断开了，正在重试。mien studio 还在运行吗？" },
  ja: { title: "mien スタジオ", language: "言語", theme: "明るさ", system: "システムに合わせる", light: "明るい", dark: "暗い", panels: "パネル", waiting: "接続中…", stopped: "接続が切れました。再接続しています。mien studio は動いていますか？" },
});
