// What is said of camera and microphone. The notices are those of `mien.show.director`, in three languages.

import { texts } from "../language.ts";

export const senses = texts({
  en: {
    tab: "Me", title: "Voice and camera", refuse: "Not now", answersAs: "She answers as", opening: "Opening…",
    camera: {
      name: "Camera", before: "Before the camera opens", agree: "I agree, open the camera",
      uses: ["Mirror me", "Answer me"],
      about: "She does what your face does, or answers how you seem to feel.",
      denied: "The browser did not allow the camera.", none: "No camera was found.", busy: "Another program holds the camera.",
      failed: "The camera could not be opened.", unplugged: "The camera was disconnected.",
      taken: "Another page uses its camera now; this one is closed.",
      notice: [
        "The camera's pictures are read for faces alone: key points, muscles, and an estimate of the expression, which is not what anybody feels.",
        "All of it happens on this machine; no picture is stored or sent on.",
        "Tell everyone who may be seen that expressions are read here (EU AI Act, Art. 50), and let nobody's face drive the character without their consent.",
      ],
    },
    microphone: {
      name: "Microphone", before: "Before the microphone opens", agree: "I agree, open the microphone",
      uses: ["I am her voice", "She listens to me"],
      about: "Your voice moves her lips, or she listens, and falls silent when you speak.",
      denied: "The browser did not allow the microphone.", none: "No microphone was found.", busy: "Another program holds the microphone.",
      failed: "The microphone could not be opened.", unplugged: "The microphone was disconnected.",
      taken: "Another page uses its microphone now; this one is closed.",
      notice: [
        "The microphone's sound is listened to for the mouth, for whether somebody speaks, and for how loud and how high; words are not understood, and nobody is recognised.",
        "All of it happens on this machine; no sound is stored or sent on.",
        "Tell everyone who may be heard that a program listens here and may answer how excited a voice sounds (EU AI Act, Art. 50), and let nobody's voice drive the character without their consent.",
      ],
    },
    rest: "This is my face at rest", nobody: "No face in sight", others: "following one of #", own: "Make a character of your own face →",
  },
  zh: {
    tab: "我", title: "声音和摄像头", refuse: "暂不", answersAs: "她的反应：", opening: "正在打开……",
    camera: {
      name: "摄像头", before: "打开摄像头之前", agree: "我同意，打开摄像头",
      uses: ["学我的表情", "回应我"],
      about: "她学你的表情，或者回应你看上去的心情。",
      denied: "浏览器没有允许使用摄像头。", none: "没有找到摄像头。", busy: "摄像头正被其他程序占用。", failed: "摄像头打不开。",
      unplugged: "摄像头断开了。", taken: "另一个页面正在使用摄像头，这里已关闭。",
      notice: [
        "摄像头的画面只用来读取人脸：关键点、面部肌肉，以及对表情的估计；估计并不等于任何人的真实感受。",
        "一切都在这台电脑上完成，画面不保存，也不发送到别处。",
        "请告知每一位可能入镜的人：这里会读取表情（欧盟《人工智能法》第 50 条）；未经本人同意，不得用其面部驱动角色。",
      ],
    },
    microphone: {
      name: "话筒", before: "打开话筒之前", agree: "我同意，打开话筒",
      uses: ["替她说", "听我说"],
      about: "你的声音带动她的口型；或者她听你说，你一开口她就停下。",
      denied: "浏览器没有允许使用话筒。", none: "没有找到话筒。", busy: "话筒正被其他程序占用。", failed: "话筒打不开。",
      unplugged: "话筒断开了。", taken: "另一个页面正在使用话筒，这里已关闭。",
      notice: [
        "话筒的声音只用来听口型、是否有人在说话、多响、多高；不识别说了什么，也不识别是谁。",
        "一切都在这台电脑上完成，声音不保存，也不发送到别处。",
        "请告知每一位可能被听到的人：这里有程序在听，并可能回应声音有多激动（欧盟《人工智能法》第 50 条）；未经本人同意，不得用其声音驱动角色。",
      ],
    },
    rest: "这是我平静时的脸", nobody: "没有看到人脸", others: "跟随 # 人中的一人", own: "把自己的脸做成角色 →",
  },
  ja: {
    tab: "自分", title: "声とカメラ", refuse: "今はしない", answersAs: "反応は", opening: "準備中…",
    camera: {
      name: "カメラ", before: "カメラを開く前に", agree: "同意してカメラを開く",
      uses: ["まねする", "こたえる"],
      about: "あなたの表情をまねするか、気持ちにこたえます。",
      denied: "ブラウザがカメラを許可しませんでした。", none: "カメラが見つかりません。", busy: "カメラはほかのプログラムが使っています。",
      failed: "カメラを開けませんでした。", unplugged: "カメラの接続が切れました。",
      taken: "別のページがカメラを使い始めたので、ここでは閉じました。",
      notice: [
        "カメラの映像から読み取るのは顔だけです。特徴点、表情筋の動き、そして表情の推定で、推定は誰かの本当の気持ちではありません。",
        "処理はすべてこのパソコンの中で行われ、映像は保存も送信もされません。",
        "映る可能性のあるすべての人に、表情を読み取っていることを伝えてください（EU AI法 第50条）。本人の同意なしに、その顔でキャラクターを動かさないでください。",
      ],
    },
    microphone: {
      name: "マイク", before: "マイクを開く前に", agree: "同意してマイクを開く",
      uses: ["かわりに話す", "聞いてもらう"],
      about: "あなたの声で口が動きます。または、あなたの話を聞き、話し出すと黙ります。",
      denied: "ブラウザがマイクを許可しませんでした。", none: "マイクが見つかりません。", busy: "マイクはほかのプログラムが使っています。",
      failed: "マイクを開けませんでした。", unplugged: "マイクの接続が切れました。",
      taken: "別のページがマイクを使い始めたので、ここでは閉じました。",
      notice: [
        "マイクの音から聞き取るのは、口の形、誰かが話しているか、声の大きさと高さだけです。言葉は理解せず、誰かを見分けることもありません。",
        "処理はすべてこのパソコンの中で行われ、音声は保存も送信もされません。",
        "聞こえる可能性のあるすべての人に、ここでプログラムが聞いており、声の高ぶりに反応することがあると伝えてください（EU AI法 第50条）。本人の同意なしに、その声でキャラクターを動かさないでください。",
      ],
    },
    rest: "これがふだんの顔です", nobody: "顔が見えません", others: "#人のうち1人を追っています", own: "自分の顔をキャラクターにする →",
  },
});
