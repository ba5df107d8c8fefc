// What to click in every program, in three languages.

import { texts } from "../language.ts";

export const words = texts({
  en: {
    tab: "Connect", title: "Connect", obs: "OBS, or any streaming program", rooms: "Chat rooms", avatars: "Avatars of your own", trackers: "Face trackers",
    others: "Scenes, and programs of your own", copy: "Copy", copied: "Copied", voice: "with her voice", captions: "with captions",
    address: "Address for the browser source", picture: "OBS has no Browser there? A media source shows her too",
    waiting: "waiting", connected: "connected", ended: "over", failed: "failed", again: "again in # s", connect: "Connect", another: "Connect another", disconnect: "Disconnect",
    more: "More settings", keys: "Needs keys, which are never entered here: start the studio with --keys keys.toml, or set environment variables.", guide: "Guide",
    keep: "Keep all of it as a show's file", keepHint: "What is connected lasts until the studio ends. mien studio show.toml opens all of it again; mien show show.toml plays it without this page.", optional: "as usual", off: "This page may not connect: it was opened under another address.",
  },
  zh: {
    tab: "连接", title: "连接", obs: "OBS 或其他直播软件", rooms: "聊天室", avatars: "你自己的虚拟形象", trackers: "面部追踪",
    others: "场景与你自己的程序", copy: "复制", copied: "已复制", voice: "带上她的声音", captions: "带上字幕",
    address: "浏览器源的地址", picture: "OBS 里没有“浏览器”？媒体源也能显示她",
    waiting: "等待中", connected: "已连接", ended: "已结束", failed: "失败", again: "# 秒后重试", connect: "连接", another: "再连接一个", disconnect: "断开",
    more: "更多设置", keys: "需要密钥，密钥从不在这里输入：用 --keys keys.toml 启动，或设置环境变量。", guide: "说明",
    keep: "把全部设置存成一个文件", keepHint: "连接只保持到 studio 结束。mien studio show.toml 会全部恢复；mien show show.toml 不用这个页面也能演出。", optional: "默认", off: "这个页面不能连接：它是从别的地址打开的。",
  },
  ja: {
    tab: "つなぐ", title: "つなぐ", obs: "OBS などの配信ソフト", rooms: "配信部屋のチャット", avatars: "自分のアバター", trackers: "フェイストラッキング",
    others: "シーンと自作プログラム", copy: "コピー", copied: "コピーしました", voice: "声もつける", captions: "字幕もつける",
    address: "ブラウザソースのアドレス", picture: "OBS に「ブラウザ」がない？ メディアソースでも映せます",
    waiting: "待っています", connected: "つながりました", ended: "終わりました", failed: "失敗", again: "#秒後にもう一度", connect: "つなぐ", another: "もう一つつなぐ", disconnect: "切る",
    more: "ほかの設定", keys: "鍵が必要です。鍵はここには入力しません：--keys keys.toml で起動するか、環境変数に入れてください。", guide: "説明書",
    keep: "すべてを1つのファイルに保存", keepHint: "接続はスタジオが終わるまでです。mien studio show.toml ですべて元どおりに開き、mien show show.toml でこのページなしで上演できます。", optional: "いつも通り", off: "このページからはつなげません：別のアドレスで開かれています。",
  },
});

/** Of the program's own window: what to do there, step by step. */
export const steps = texts({
  en: {
    stage: ["In OBS: Sources, +, Browser.", "Paste the address; width and height 800.", "For her voice: tick Control audio via OBS."],
    picture: ["In OBS: Sources, +, Media Source; clear Local File.", "Paste this address as Input.", "Her ground is green there: on the source Filters, +, Chroma Key."],
    bilibili: ["Open the room in a browser.", "Enter its address, or the number at its end."],
    "bilibili-open": ["On open-live.bilibili.com, create a project.", "Enter its number; its keys and your identity code go into keys.toml."],
    twitch: ["Enter the channel's address, or the name in twitch.tv/NAME. No account is needed."],
    youtube: ["Make an API key on console.cloud.google.com; it goes into keys.toml.", "Enter the broadcast's address, or the 11 signs behind v=."],
    hook: ["Put MIEN_HOOK_TOKEN, 16 signs at least, into keys.toml or the environment.", "Your program posts {\"text\": …, \"author\": …} to this port."],
    vmc: ["In VSeeFace, Warudo, VMagicMirror …: switch on the VMC receiver.", "Enter its port here, if it is another than 39539."],
    "vtube-studio": ["In VTube Studio's settings: Start API.", "Connect here, then click Allow there."],
    obs: ["In OBS: Tools, WebSocket Server Settings, Enable.", "Where Enable Authentication is on there: start the studio with its password in the environment variable MIEN_OBS_PASSWORD.", "Write which of your scenes comes with which feeling, and one for neutral."],
    json: ["Your program opens a WebSocket at this address."],
    mjpeg: ["Open http:// and this address as a stream: in OBS, ffmpeg, VLC."],
    "virtual-camera": ["Install OBS (Windows, macOS) or v4l2loopback (Linux), and pip install \"mien[virtual-camera]\".", "Choose the virtual camera in Zoom, Discord, a browser …"],
    openseeface: ["Start facetracker with --ip 127.0.0.1 --port 11573."],
    ifacialmocap: ["On the phone: enter this computer's address as the destination."],
    livelink: ["In Live Link Face: mode ARKit, and this computer as a target."],
    meowface: ["Open MeowFace, or VTube Studio's app; enter the phone's address here."],
    "vmc in": ["Let the sender's VMC output go to this computer, port 39540."],
  },
  zh: {
    stage: ["在 OBS 里：来源，＋，浏览器。", "粘贴地址；宽和高填 800。", "要她的声音：勾选“通过 OBS 控制音频”。"],
    picture: ["在 OBS 里：来源，＋，媒体源；取消勾选“本地文件”。", "把这个地址粘贴到“输入”。", "这里她的背景是绿色：在来源上点滤镜，＋，色度键。"],
    bilibili: ["在浏览器里打开直播间。", "填入它的地址，或地址末尾的房间号。"],
    "bilibili-open": ["在 open-live.bilibili.com 创建项目。", "填入项目 ID；密钥和身份码写进 keys.toml。"],
    twitch: ["填入频道的地址，或 twitch.tv/ 后面的名字，不用账号。"],
    youtube: ["在 console.cloud.google.com 生成 API 密钥，写进 keys.toml。", "填入直播的地址，或 v= 后面的 11 个字符。"],
    hook: ["把 MIEN_HOOK_TOKEN（至少 16 个字符）写进 keys.toml 或环境变量。", "你的程序把 {\"text\": …, \"author\": …} 发到这个端口。"],
    vmc: ["在 VSeeFace、Warudo、VMagicMirror 等里打开 VMC 接收。", "端口不是 39539 时在这里填写。"],
    "vtube-studio": ["在 VTube Studio 设置里打开 API。", "在这里连接，再到那边点“允许”。"],
    obs: ["在 OBS 里：工具，WebSocket 服务器设置，启用。", "那里开着“身份认证”时：启动 studio 前把密码放进环境变量 MIEN_OBS_PASSWORD。", "填写每种心情对应你的哪个场景，平静也填一个。"],
    json: ["你的程序用 WebSocket 连接这个地址。"],
    mjpeg: ["在 OBS、ffmpeg、VLC 里打开 http:// 加这个地址。"],
    "virtual-camera": ["安装 OBS（Windows、macOS）或 v4l2loopback（Linux），再 pip install \"mien[virtual-camera]\"。", "在 Zoom、Discord、浏览器里选择虚拟摄像头。"],
    openseeface: ["启动 facetracker：--ip 127.0.0.1 --port 11573。"],
    ifacialmocap: ["在手机上填入这台电脑的地址作为目标。"],
    livelink: ["在 Live Link Face 里选 ARKit 模式，目标填这台电脑。"],
    meowface: ["打开 MeowFace 或 VTube Studio 手机版，在这里填手机的地址。"],
    "vmc in": ["让发送方的 VMC 输出到这台电脑的 39540 端口。"],
  },
  ja: {
    stage: ["OBS で：ソース、＋、ブラウザ。", "アドレスを貼り付け、幅と高さは 800。", "声も出すなら「OBSで音声を制御する」にチェック。"],
    picture: ["OBS で：ソース、＋、メディアソース。「ローカルファイル」のチェックを外す。", "このアドレスを「入力」に貼り付ける。", "背景は緑です：ソースのフィルタ、＋、クロマキー。"],
    bilibili: ["配信部屋をブラウザで開く。", "そのアドレスか、最後の番号を入れる。"],
    "bilibili-open": ["open-live.bilibili.com でプロジェクトを作る。", "その番号を入れる。鍵と身份码は keys.toml に。"],
    twitch: ["チャンネルのアドレスか、twitch.tv/ の後ろの名前を入れる。アカウントは不要です。"],
    youtube: ["console.cloud.google.com で API キーを作り、keys.toml に入れる。", "配信のアドレスか、v= の後ろの11文字を入れる。"],
    hook: ["MIEN_HOOK_TOKEN（16文字以上）を keys.toml か環境変数に入れる。", "プログラムからこのポートに {\"text\": …, \"author\": …} を送る。"],
    vmc: ["VSeeFace、Warudo、VMagicMirror などで VMC の受信を入れる。", "ポートが 39539 でないときは、ここに入れる。"],
    "vtube-studio": ["VTube Studio の設定で API を開始。", "ここでつなぎ、向こうで「許可」を押す。"],
    obs: ["OBS で：ツール、WebSocket サーバー設定、有効にする。", "そこで「認証を有効にする」がオンなら、パスワードを環境変数 MIEN_OBS_PASSWORD に入れてスタジオを起動。", "気持ちごとに自分のシーンの名前を書く。平静にも一つ。"],
    json: ["プログラムからこのアドレスに WebSocket でつなぐ。"],
    mjpeg: ["OBS、ffmpeg、VLC で http:// とこのアドレスを開く。"],
    "virtual-camera": ["OBS（Windows、macOS）か v4l2loopback（Linux）を入れ、pip install \"mien[virtual-camera]\"。", "Zoom、Discord、ブラウザで仮想カメラを選ぶ。"],
    openseeface: ["facetracker を --ip 127.0.0.1 --port 11573 で起動。"],
    ifacialmocap: ["スマホの送り先に、このパソコンのアドレスを入れる。"],
    livelink: ["Live Link Face を ARKit モードにし、送り先をこのパソコンに。"],
    meowface: ["MeowFace か VTube Studio のアプリを開き、スマホのアドレスをここに。"],
    "vmc in": ["送り手の VMC 出力を、このパソコンのポート 39540 に。"],
  },
});

/** Settings by their names in a show's file. */
export const settings = texts({
  en: { room: "Room number", app: "Project number", channel: "Channel", video: "Broadcast", pause: "Seconds between questions", port: "Port", to: "Address", listen: "Listens at", phone: "The phone's address", mirror: "Mirrored", vrm: "VRM 0 or 1", perfect_sync: "Perfect Sync", bones: "Head and eyes too", feelings: "Parameters for feelings", hotkeys: "Hotkeys", expressions: "Expressions", scenes: "Scenes", least: "A feeling leads from", hold: "for seconds at least", rig: "Names of", quality: "Quality, 1..100", device: "Device" },
  zh: { room: "房间号", app: "项目 ID", channel: "频道", video: "直播", pause: "询问间隔（秒）", port: "端口", to: "地址", listen: "监听", phone: "手机地址", mirror: "镜像", vrm: "VRM 0 或 1", perfect_sync: "Perfect Sync", bones: "也动头和眼睛", feelings: "为心情建立参数", hotkeys: "快捷键", expressions: "表情", scenes: "场景", least: "心情领先的强度", hold: "至少持续（秒）", rig: "参数命名", quality: "质量 1..100", device: "设备" },
  ja: { room: "部屋の番号", app: "プロジェクト番号", channel: "チャンネル", video: "配信", pause: "たずねる間隔（秒）", port: "ポート", to: "アドレス", listen: "受けるところ", phone: "スマホのアドレス", mirror: "左右反転", vrm: "VRM 0 か 1", perfect_sync: "Perfect Sync", bones: "頭と目も", feelings: "気持ちのパラメーター", hotkeys: "ホットキー", expressions: "表情", scenes: "シーン", least: "気持ちが表に出る強さ", hold: "続く秒数", rig: "名前のつけ方", quality: "画質 1..100", device: "デバイス" },
});

/** Programs by their kind: names are names, in every language. */
export const kinds: Record<string, string> = {
  bilibili: "bilibili", twitch: "Twitch", youtube: "YouTube", hook: "HTTP / WebSocket", vmc: "VMC", "vtube-studio": "VTube Studio",
  obs: "OBS WebSocket", json: "JSON", mjpeg: "MJPEG", openseeface: "OpenSeeFace", ifacialmocap: "iFacialMocap",
  livelink: "Live Link Face", meowface: "MeowFace",
};

/** Those whose names are words. */
export const kindsInWords = texts({
  en: { "bilibili-open": "bilibili (open platform)", "virtual-camera": "Virtual camera" },
  zh: { "bilibili-open": "bilibili 开放平台", "virtual-camera": "虚拟摄像头" },
  ja: { "bilibili-open": "bilibili（オープンプラットフォーム）", "virtual-camera": "仮想カメラ" },
});
