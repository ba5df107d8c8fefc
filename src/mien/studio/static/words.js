// Every text of the page, in its three languages, and lines to try: one for each feeling, in the order below.

export const FEELINGS = ["happy", "sad", "angry", "surprised", "disgusted", "afraid", "shy", "relaxed"];

export const HUES = {
  happy: "#eaa420", sad: "#4f86e8", angry: "#e0474c", surprised: "#d865c0",
  disgusted: "#7a9a3f", afraid: "#8a6ad6", shy: "#f07f9f", relaxed: "#35a896", neutral: "#9a8fa1",
};

export const WORDS = {
  zh: {
    title: "mien 工作室", language: "语言", ground: "背景", checker: "透明", light: "浅色", dark: "深色", green: "绿幕",
    line: "一句话", send: "发送", hint: "说点什么，看看她的反应……", made: "AI生成", examples: "试试这些",
    waiting: "正在连接……", stopped: "连接断开了，正在重试。mien studio 还在运行吗？",
    unread: "输入一句话，或点一个例子", sure: "把握", strength: "强度", face: "现在的表情：",
    whose: "这句话是", own: "她自己说的", viewer: "观众说的，她的反应：",
    policies: { mirror: "照镜子", streamer: "主播", service: "客服", companion: "伙伴" },
    zh: "中文", en: "英文", ja: "日文", und: "语言不明",
    happy: "开心", sad: "难过", angry: "生气", surprised: "惊讶", disgusted: "嫌弃", afraid: "害怕", shy: "害羞",
    relaxed: "放松", neutral: "平静",
    lines: ["今天终于通关了！！", "呜呜呜，我的蛋糕没了……", "你居然骗我，太过分了！", "诶？！真的假的！？", "呕，好恶心，拿走",
      "后面……是不是有人，好可怕", "被你这么夸，人家好害羞//", "泡个热水澡，好舒服呀～"],
  },
  en: {
    title: "mien studio", language: "Language", ground: "Background", checker: "Transparent", light: "Light",
    dark: "Dark", green: "Green screen",
    line: "A line", send: "Say", hint: "Say something and watch her face…", made: "AI-generated", examples: "Try these",
    waiting: "Connecting…", stopped: "Connection lost, trying again. Is mien studio still running?",
    unread: "Type a line, or pick one above", sure: "sure", strength: "strength", face: "The face now: ",
    whose: "This line is", own: "her own, she says it", viewer: "a viewer's, she answers as",
    policies: { mirror: "a mirror", streamer: "a streamer", service: "customer service", companion: "a companion" },
    zh: "Chinese", en: "English", ja: "Japanese", und: "language unknown",
    happy: "happy", sad: "sad", angry: "angry", surprised: "surprised", disgusted: "disgusted", afraid: "afraid",
    shy: "shy", relaxed: "relaxed", neutral: "neutral",
    lines: ["We finally beat the boss!! lol", "I miss my cat so much…", "How dare you lie to me!", "Wait, WHAT?! No way!",
      "Eww, that is disgusting", "There's something behind me, I'm scared", "You're making me blush >///<",
      "A hot bath, so relaxing…"],
  },
  ja: {
    title: "mien スタジオ", language: "言語", ground: "背景", checker: "透明", light: "明るい", dark: "暗い", green: "グリーン",
    line: "ひとこと", send: "送信", hint: "話しかけて、表情を見てみよう…", made: "AI生成", examples: "試してみる",
    waiting: "接続中…", stopped: "接続が切れました。再接続しています。mien studio は動いていますか？",
    unread: "ひとこと入力するか、例を選んでください", sure: "確信度", strength: "強さ", face: "今の表情：",
    whose: "この言葉は", own: "本人のセリフ", viewer: "視聴者から・反応は",
    policies: { mirror: "鏡", streamer: "配信者", service: "接客", companion: "相棒" },
    zh: "中国語", en: "英語", ja: "日本語", und: "言語不明",
    happy: "うれしい", sad: "かなしい", angry: "おこる", surprised: "おどろき", disgusted: "いや", afraid: "こわい",
    shy: "てれる", relaxed: "リラックス", neutral: "ふつう",
    lines: ["やったー！クリアしたよ！", "うう、悲しくて泣きそう…", "もう許さない！怒ったぞ！", "えっ！？うそでしょ！？", "うわ、気持ち悪い…",
      "後ろに何かいる…怖いよ", "そ、そんな、照れちゃう///", "お風呂、気持ちいい〜"],
  },
};
