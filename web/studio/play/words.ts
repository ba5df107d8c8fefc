// What muscles, marks and key points are called.

import { texts } from "../language.ts";

/** The sliders, by the part of the face; "*": of both sides, or one of each. */
export const GROUPS = {
  eyes: ["eyeBlink*", "eyeWide*", "eyeSquint*", "cheekSquint*", "eyeLookUp*", "eyeLookDown*", "eyeLookIn*", "eyeLookOut*"],
  brows: ["browInnerUp", "browOuterUp*", "browDown*"],
  mouth: [
    "mouthSmile*", "mouthFrown*", "mouthPucker", "mouthFunnel", "mouthStretch*", "mouthDimple*", "mouthUpperUp*", "mouthLowerDown*", "mouthPress*",
    "mouthClose", "mouthLeft", "mouthRight", "mouthRollUpper", "mouthRollLower", "mouthShrugUpper", "mouthShrugLower",
  ],
  jaw: ["jawOpen", "jawForward", "jawLeft", "jawRight"],
  cheeks: ["cheekPuff", "noseSneer*"],
  tongue: ["tongueOut"],
  head: ["yaw", "pitch", "roll"],
  gaze: ["gaze_x", "gaze_y"],
} as const;

export const MARKS = ["blush", "tears", "sweat", "sparkle", "vein", "gloom"] as const;
/** How far to either side a number goes; the others go from 0 to 1. */
export const TURNS: Readonly<Record<string, number>> = { yaw: 0.44, pitch: 0.27, roll: 0.36, gaze_x: 0.6, gaze_y: 0.6 };

export const groups = texts({
  en: { eyes: "Eyes", brows: "Brows", mouth: "Mouth", jaw: "Jaw", cheeks: "Cheeks and nose", tongue: "Tongue", head: "Head", gaze: "Gaze" },
  zh: { eyes: "眼睛", brows: "眉毛", mouth: "嘴", jaw: "下巴", cheeks: "脸颊和鼻子", tongue: "舌头", head: "头部", gaze: "视线" },
  ja: { eyes: "目", brows: "眉", mouth: "口", jaw: "あご", cheeks: "ほおと鼻", tongue: "舌", head: "頭", gaze: "視線" },
});

const muscles = texts({
  en: {
    eyeBlink: "shut", eyeWide: "wide", eyeSquint: "squint", cheekSquint: "lower lid up", eyeLookUp: "look up", eyeLookDown: "look down", eyeLookIn: "look in", eyeLookOut: "look out",
    browInnerUp: "inner up", browOuterUp: "outer up", browDown: "down", mouthSmile: "smile", mouthFrown: "frown", mouthPucker: "pucker", mouthFunnel: "funnel",
    mouthStretch: "stretch", mouthDimple: "dimple", mouthUpperUp: "upper lip up", mouthLowerDown: "lower lip down", mouthPress: "press", mouthClose: "close",
    mouthLeft: "to her left", mouthRight: "to her right", mouthRollUpper: "upper lip in", mouthRollLower: "lower lip in", mouthShrugUpper: "upper lip shrug", mouthShrugLower: "pout",
    jawOpen: "open", jawForward: "forward", jawLeft: "to her left", jawRight: "to her right", cheekPuff: "puff", noseSneer: "wrinkle the nose", tongueOut: "out",
    yaw: "turn", pitch: "nod", roll: "tilt", gaze_x: "sideways", gaze_y: "up and down",
  },
  zh: {
    eyeBlink: "闭眼", eyeWide: "睁大", eyeSquint: "眯眼", cheekSquint: "下眼睑上抬", eyeLookUp: "向上看", eyeLookDown: "向下看", eyeLookIn: "向内看", eyeLookOut: "向外看",
    browInnerUp: "眉头上扬", browOuterUp: "眉梢上扬", browDown: "皱眉", mouthSmile: "微笑", mouthFrown: "撇嘴", mouthPucker: "嘟嘴", mouthFunnel: "圆唇",
    mouthStretch: "咧嘴", mouthDimple: "酒窝", mouthUpperUp: "抬上唇", mouthLowerDown: "拉下唇", mouthPress: "抿嘴", mouthClose: "合唇",
    mouthLeft: "偏她的左", mouthRight: "偏她的右", mouthRollUpper: "上唇内卷", mouthRollLower: "下唇内卷", mouthShrugUpper: "上唇上推", mouthShrugLower: "撅下唇",
    jawOpen: "张开", jawForward: "前伸", jawLeft: "偏她的左", jawRight: "偏她的右", cheekPuff: "鼓腮", noseSneer: "皱鼻", tongueOut: "吐舌",
    yaw: "转头", pitch: "点头", roll: "歪头", gaze_x: "左右", gaze_y: "上下",
  },
  ja: {
    eyeBlink: "閉じる", eyeWide: "見開く", eyeSquint: "細める", cheekSquint: "下まぶたを上げる", eyeLookUp: "上を見る", eyeLookDown: "下を見る", eyeLookIn: "内を見る", eyeLookOut: "外を見る",
    browInnerUp: "内側を上げる", browOuterUp: "外側を上げる", browDown: "下げる", mouthSmile: "笑う", mouthFrown: "への字", mouthPucker: "すぼめる", mouthFunnel: "丸める",
    mouthStretch: "横に引く", mouthDimple: "えくぼ", mouthUpperUp: "上唇を上げる", mouthLowerDown: "下唇を下げる", mouthPress: "結ぶ", mouthClose: "唇を閉じる",
    mouthLeft: "本人の左へ", mouthRight: "本人の右へ", mouthRollUpper: "上唇を巻く", mouthRollLower: "下唇を巻く", mouthShrugUpper: "上唇を押し上げる", mouthShrugLower: "口をとがらせる",
    jawOpen: "開く", jawForward: "前へ", jawLeft: "本人の左へ", jawRight: "本人の右へ", cheekPuff: "ふくらませる", noseSneer: "鼻にしわ", tongueOut: "出す",
    yaw: "向き", pitch: "うなずき", roll: "かしげる", gaze_x: "左右", gaze_y: "上下",
  },
});

export const marks = texts({
  en: { blush: "Blush", tears: "Tears", sweat: "Sweat drop", sparkle: "Star eyes", vein: "Anger vein", gloom: "Gloom" },
  zh: { blush: "脸红", tears: "眼泪", sweat: "汗滴", sparkle: "星星眼", vein: "青筋", gloom: "阴影" },
  ja: { blush: "ほお染め", tears: "涙", sweat: "汗", sparkle: "キラキラ目", vein: "怒りマーク", gloom: "どんより" },
});

export const full = texts({
  en: { keys: "There are 64 keys already; remove one first." },
  zh: { keys: "已有 64 个快捷键，请先删除一个。" },
  ja: { keys: "キーはすでに 64 個あります。先に1つ削除してください。" },
});

const parts = texts({
  en: { left: "her left", right: "her right", outline: "Outline", chin: "Chin", brow: "Brow", nose: "Nose", lid: "Upper lid", lower: "Lower lid", eye: "Eye corner", corner: "Corner of the mouth", upper: "Upper lip", under: "Lower lip", iris: "Iris" },
  zh: { left: "她的左侧", right: "她的右侧", outline: "脸廓", chin: "下巴", brow: "眉", nose: "鼻", lid: "上眼睑", lower: "下眼睑", eye: "眼角", corner: "嘴角", upper: "上唇", under: "下唇", iris: "虹膜" },
  ja: { left: "本人の左", right: "本人の右", outline: "輪郭", chin: "あご", brow: "眉", nose: "鼻", lid: "上まぶた", lower: "下まぶた", eye: "目尻と目頭", corner: "口角", upper: "上唇", under: "下唇", iris: "瞳" },
});

/** What a slider is called: "mouthSmileLeft", or "mouthSmile*" for both sides. */
export function muscle(name: string): string {
  const known = muscles() as Record<string, string>;
  if (known[name]) return known[name];
  const side = /(Left|Right)$/.exec(name)?.[1];
  const bare = known[name.replace(/(Left|Right|\*)$/, "")] ?? name;
  return side ? `${bare} (${parts()[side === "Left" ? "left" : "right"]})` : bare;
}

/** The part of the face to which each of the 70 points belongs. */
function partOf(point: number): "outline" | "chin" | "brow" | "nose" | "lid" | "lower" | "eye" | "corner" | "upper" | "under" | "iris" {
  if (point > 67) return "iris";
  if (point < 17) return point > 5 && point < 11 ? "chin" : "outline";
  if (point < 27) return "brow";
  if (point < 36) return "nose";
  if ([36, 39, 42, 45].includes(point)) return "eye";
  if (point < 48) return [37, 38, 43, 44].includes(point) ? "lid" : "lower";
  if ([48, 54, 60, 64].includes(point)) return "corner";
  return (point > 48 && point < 54) || (point > 60 && point < 64) ? "upper" : "under";
}

export { partOf };

/** The number of each point in a mirror. */
export const MIRROR: readonly number[] = [
  16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 27, 28, 29, 30, 35, 34, 33, 32, 31,
  45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40, 54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65, 69, 68,
];

/** What a point is called: its part, its side, its number. */
export function pointName(point: number): string {
  const other = MIRROR[point];
  const right = point > 67 ? point === 68 : point < 17 ? point < 8 : point < 27 ? point < 22 : point < 36 ? point < other : point < 48 ? point < 42 : [48, 49, 50, 58, 59, 60, 61, 67].includes(point);
  const told = parts();
  const side = other === point ? "" : ` · ${right ? told.right : told.left}`;
  return `${told[partOf(point)]}${side} · ${point}`;
}
