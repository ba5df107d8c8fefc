// The texts of the page that films footage for a character of one's own, and what it asks a face to do.

import { texts } from "./language.ts";

export type Prompt = "rest" | "blink" | "left" | "right" | "up" | "down" | "tilt" | "aside" | "vowels" | "smile" | "laugh" | "angry" | "surprised" | "sad" | "talk" | "wait";

// Seconds of each prompt. What comes last is never learnt from (the last fifth of a film is held out), so free talk ends it.
export const STEPS: [name: Prompt, seconds: number][] = [
  ["rest", 1.2], ["blink", 1.8], ["left", 1.6], ["right", 1.6], ["up", 1.2], ["down", 1.2], ["tilt", 1.8],
  ["aside", 1.6], ["vowels", 3.2], ["smile", 1.4], ["laugh", 1.4], ["angry", 1.4], ["surprised", 1.4], ["sad", 1.4],
];

// Seconds of free talk at least, and of all at most.
export const TALK = 8;
export const MOST = 180;

export const words = texts({
  en: {
    title: "Film yourself for a character of your own",
    what: "Make a dozen faces as you are told, then talk about anything. The film stays on this machine: you save it as a file, and one command makes a character of it.",
    how: ["Head and shoulders in the picture, camera and light still", "Face the camera in good light; no hair or hands over eyes and mouth", "All in one take"],
    agreed: "The person in the picture is me, or has agreed: the film becomes a moving character.",
    start: "Start", stop: "That's it", wait: "Get ready…",
    rest: "Look here, relax", blink: "Blink three times", left: "Turn your head left, and back", right: "Turn your head right, and back",
    up: "Raise your head", down: "Lower your head", tilt: "Tilt your head to each side", aside: "Eyes alone: look to each side",
    vowels: "Slowly: ah – ee – oo – eh – oh", smile: "Smile", laugh: "Laugh", angry: "Be angry", surprised: "Be surprised", sad: "Be sad",
    talk: "Great! Now talk as you like, stop when you want",
    saved: "Save the film", then: "Then, in a terminal (with the path where you saved it):", copy: "Copy", copied: "Copied",
    consent: "me, to a character of my own face", short: "That was too short: film again, through all that you are told to do.",
    denied: "The browser did not allow the camera.", none: "No camera was found.", busy: "Another program holds the camera.", failed: "It cannot be filmed: ",
  },
  zh: {
    title: "为自己的角色录一段视频",
    what: "跟着提示做十几个表情，再随便聊几句。录像只留在这台电脑上，由你保存成文件，再用一条命令变成角色。",
    how: ["头和肩膀都在画面里，镜头不动，灯光不变", "正对镜头，脸部明亮，头发和手不要挡住眼睛和嘴", "一次录完，中间不要停"],
    agreed: "画面里的人是我本人，或已经同意：录像会用来生成一个会动的角色。",
    start: "开始录", stop: "录完了", wait: "准备……",
    rest: "看镜头，放松", blink: "眨三次眼", left: "头转向左边，再转回来", right: "头转向右边，再转回来", up: "抬头", down: "低头",
    tilt: "头向两边歪一歪", aside: "只动眼睛，看看两边", vowels: "慢慢说：啊——衣——乌——诶——哦", smile: "微笑", laugh: "大笑",
    angry: "生气", surprised: "惊讶", sad: "难过", talk: "很好！接着随便聊，想停就停",
    saved: "保存录像", then: "保存后，在终端里运行（把路径换成保存的位置）：", copy: "复制", copied: "已复制",
    consent: "本人，用于我自己面部的角色", short: "太短了，请再录一次，把提示做完。",
    denied: "浏览器没有允许使用摄像头。", none: "没有找到摄像头。", busy: "摄像头正被其他程序占用。", failed: "录不了：",
  },
  ja: {
    title: "自分のキャラクター用に撮影する",
    what: "画面の指示どおりに表情を作り、そのあと自由に話してください。映像はこのパソコンの中だけに残ります。ファイルに保存すると、コマンドひとつでキャラクターになります。",
    how: ["頭と肩を画面に入れ、カメラと照明は動かさない", "明るい場所で正面を向き、髪や手で目と口を隠さない", "途中で止めずに一気に撮る"],
    agreed: "映っているのは私本人、または同意した人です。映像は動くキャラクターになります。",
    start: "撮影開始", stop: "終わる", wait: "準備…",
    rest: "カメラを見て、力を抜く", blink: "3回まばたき", left: "顔を左に向けて、戻す", right: "顔を右に向けて、戻す", up: "上を向く", down: "下を向く",
    tilt: "首を左右にかしげる", aside: "目だけで左右を見る", vowels: "ゆっくり：あ――い――う――え――お", smile: "ほほえむ", laugh: "大きく笑う",
    angry: "怒る", surprised: "驚く", sad: "悲しむ", talk: "ばっちり！あとは自由に話して、好きなところで終わる",
    saved: "映像を保存", then: "保存したら、ターミナルで（パスは保存先に合わせて）：", copy: "コピー", copied: "コピーしました",
    consent: "本人、自分の顔のキャラクターのために", short: "短すぎます。最後まで指示どおりに、もう一度撮ってください。",
    denied: "ブラウザがカメラを許可しませんでした。", none: "カメラが見つかりません。", busy: "カメラはほかのプログラムが使っています。", failed: "撮影できません：",
  },
});
