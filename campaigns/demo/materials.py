# ruff: noqa: E501 (paragraphs stand as they are read)
"""Twelve materials to begin with, in Vietnamese and English, from the plan's substance (III-1a, III-1c, V-7).

Invented situations only; no place, school or family that exists. Each entry: kind, grade, terms (codes), and per language
title, summary, key message and body. Bodies are (block, value); campaigns.demo.site turns them into blocks.
"""

MATERIALS = [
    {
        "kind": "poster",
        "terms": ["nguoi-di-lam-xa", "nhom-nguy-co-cao", "thu-doan", "tai-lieu-in", "viec-lam", "ii-1"],
        "vi": (
            "Việc nhẹ, lương cao: hỏi kỹ trước khi đi",
            "Áp phích cho nhà văn hoá, bến xe, trạm y tế. Bốn câu hỏi mà người tuyển dụng thật nào cũng trả lời được.",
            "Hỏi kỹ trước khi đi. Người tốt không ngại mình hỏi.",
            [
                (
                    "steps",
                    (
                        "Bốn câu cần hỏi",
                        [
                            "Công ty tên gì, địa chỉ ở đâu?",
                            "Làm việc gì, mấy giờ một ngày?",
                            "Lương bao nhiêu, ai trả, trả khi nào?",
                            "Hợp đồng đâu, cho tôi mang về nhà đọc được không?",
                        ],
                    ),
                ),
                (
                    "p",
                    "Họ trả lời được cả bốn câu, bà con vẫn nên nhờ cán bộ xã xem giúp tên công ty. Họ lảng đi một câu thôi, hãy dừng lại.",
                ),
            ],
        ),
        "en": (
            "Easy work, high pay: ask before you go",
            "A poster for village halls, bus stations and health posts. Four questions that any honest recruiter can answer.",
            "Ask before you go. Honest people do not mind questions.",
            [
                (
                    "steps",
                    (
                        "Four questions",
                        [
                            "What is the company called, and where is it?",
                            "What is the work, and how many hours a day?",
                            "How much is the pay, who pays it, and when?",
                            "Where is the contract, and may I take it home to read?",
                        ],
                    ),
                ),
                (
                    "p",
                    "Even if all four are answered, let a commune officer check the company's name. If one is dodged, stop.",
                ),
            ],
        ),
    },
    {
        "kind": "poster",
        "terms": ["nhom-nguy-co-cao", "dan-toc-thieu-so", "ky-nang-ung-pho", "tai-lieu-in", "ii-1"],
        "vi": (
            "111: gọi miễn phí, lúc nào cũng có người nghe",
            "Áp phích một con số. Treo ở nơi ai cũng đi qua và đứng lại được một mình.",
            "Lo cho mình, lo cho người thân: gọi 111, miễn phí, cả ngày lẫn đêm.",
            [
                ("p", "Không cần biết chắc mới được gọi. Thấy lo là gọi được."),
                (
                    "question",
                    (
                        "Gọi rồi thì sao?",
                        "<p>Người trực nghe, hỏi vài điều để hiểu, rồi nói cho bạn biết nên làm gì và nơi nào gần nhất giúp được. Bạn không phải nói tên.</p>",
                    ),
                ),
                (
                    "question",
                    (
                        "Tôi nói tiếng phổ thông không rõ thì sao?",
                        "<p>Cứ gọi và nói chậm. Có thể nhờ một người mình tin ngồi bên cạnh nói giúp.</p>",
                    ),
                ),
                (
                    "question",
                    (
                        "Có ai biết tôi đã gọi không?",
                        "<p>Máy của bạn vẫn lưu số vừa gọi. Nếu sợ người khác xem máy, hãy xoá số ấy trong danh sách cuộc gọi, hoặc gọi nhờ máy của người mình tin.</p>",
                    ),
                ),
            ],
        ),
        "en": (
            "111: a free call, somebody always listens",
            "A poster with one number. Hang it where everybody passes and one can stand alone for a moment.",
            "Worried about yourself or somebody close? Call 111: free, day and night.",
            [
                ("p", "You need not be sure to call. Being worried is enough."),
                (
                    "question",
                    (
                        "What happens after I call?",
                        "<p>Somebody listens, asks a few things to understand, and tells you what to do and where the nearest help is. You need not give your name.</p>",
                    ),
                ),
                (
                    "question",
                    (
                        "What if my Vietnamese is not good?",
                        "<p>Call all the same and speak slowly. Somebody you trust may sit beside you and speak for you.</p>",
                    ),
                ),
                (
                    "question",
                    (
                        "Will anybody know that I called?",
                        "<p>Your phone keeps the number you called. If somebody may look at it, delete the call from the list, or use the phone of a person you trust.</p>",
                    ),
                ),
            ],
        ),
    },
    {
        "kind": "leaflet",
        "terms": ["nguoi-di-lam-xa", "vung-bien-gioi", "phong-ngua", "tai-lieu-in", "viec-lam", "giam-ngheo", "ii-1"],
        "vi": (
            "Ba việc làm trước khi đi làm xa",
            "Tờ rơi một mặt, phát kèm khi xã tư vấn việc làm. Làm xong ba việc này hãy lên xe.",
            "Có hợp đồng, giữ giấy tờ, gia đình biết đường: đủ ba thì đi.",
            [
                (
                    "steps",
                    (
                        "Ba việc",
                        [
                            "Cầm hợp đồng trên tay. Đọc hoặc nhờ người đọc: tên công ty, việc làm, tiền lương, ngày về.",
                            "Tự giữ căn cước, hộ chiếu, điện thoại. Chụp lại giấy tờ và gửi ảnh cho người nhà.",
                            "Nói với gia đình: đi đâu, đi với ai, số điện thoại nơi đến. Hẹn một câu riêng, nghe câu ấy là biết có chuyện.",
                        ],
                    ),
                ),
                (
                    "p",
                    "Đi làm ở nước ngoài thì công ty phải có giấy phép đưa người đi. Giấy phép ấy kiểm tra được: hỏi cơ quan lao động hoặc cán bộ xã trước khi đóng một đồng nào.",
                ),
            ],
        ),
        "en": (
            "Three things to do before leaving for work",
            "A one-page leaflet to go with the commune's job advice. Do these three, then get on the bus.",
            "A contract, your own papers, a family that knows the way: with all three, go.",
            [
                (
                    "steps",
                    (
                        "Three things",
                        [
                            "Have the contract in your hand. Read it, or have it read: company, work, pay, day of return.",
                            "Keep your identity card, passport and phone yourself. Photograph your papers and send the pictures home.",
                            "Tell your family where you go, with whom, and a number at the other end. Agree on a phrase that means something is wrong.",
                        ],
                    ),
                ),
                (
                    "p",
                    "For work abroad the company needs a licence. A licence can be checked: ask the labour authority or the commune before you pay anything.",
                ),
            ],
        ),
    },
    {
        "kind": "folded",
        "terms": ["phu-nu", "nhom-nguy-co-cao", "thu-doan", "ky-nang-ung-pho", "tai-lieu-in", "ii-1"],
        "vi": (
            "Sáu dấu hiệu của một lời mời nguy hiểm",
            "Tờ gấp bỏ túi. Bên ngoài không có chữ nào nói về mua bán người, cầm về nhà không ai để ý.",
            "Một lời mời phải giấu gia đình là một lời mời nên từ chối.",
            [
                (
                    "signs",
                    (
                        "Thấy một dấu hiệu, hãy hỏi thêm. Thấy hai, hãy dừng lại.",
                        [
                            "Quen qua mạng chưa lâu đã rủ đi xa, rủ cưới, rủ đi chơi nước ngoài.",
                            "Việc gì cũng nhận, không cần tay nghề, không cần giấy tờ, lương lại rất cao.",
                            "Giục đi ngay, sợ mình có thời gian suy nghĩ.",
                            "Dặn đừng kể với bố mẹ, chồng, bạn bè.",
                            "Đòi giữ căn cước, hộ chiếu, điện thoại “cho khỏi mất”.",
                            "Ứng tiền trước, mua sắm cho, rồi nói mình đang nợ.",
                        ],
                    ),
                ),
                ("h", "Đã nhận lời rồi thì sao?"),
                (
                    "p",
                    "Vẫn đổi ý được, kể cả khi đã nhận tiền, kể cả khi đã lên xe. Tiền nợ không phải là lý do để ai giữ người. Gọi tổng đài hoặc công an nơi mình đang đứng.",
                ),
                ("p", "Người bị lừa không có lỗi. Lỗi thuộc về kẻ đi lừa."),
            ],
        ),
        "en": (
            "Six signs of a dangerous offer",
            "A folded leaflet for the pocket. Nothing on its outside speaks of trafficking: nobody at home will notice.",
            "An offer that must be hidden from the family is an offer to refuse.",
            [
                (
                    "signs",
                    (
                        "At one sign, ask more. At two, stop.",
                        [
                            "Somebody met online not long ago invites you far away, to marry, or to travel abroad.",
                            "Any work at all, no skill and no papers needed, and yet very high pay.",
                            "You are hurried, so that there is no time to think.",
                            "You are told not to tell parents, husband or friends.",
                            "They want to keep your identity card, passport or phone “so that it is not lost”.",
                            "They pay in advance and buy you things, then say that you owe them.",
                        ],
                    ),
                ),
                ("h", "And if I have already said yes?"),
                (
                    "p",
                    "You can still change your mind, also after taking money, also on the bus. A debt is no reason for anybody to hold a person. Call the help line, or the police where you are.",
                ),
                ("p", "Whoever is deceived is not to blame. The deceiver is."),
            ],
        ),
    },
    {
        "kind": "banner",
        "terms": ["nhom-nguy-co-cao", "trach-nhiem", "tai-lieu-in", "nong-thon-moi", "ii-1"],
        "vi": (
            "Băng rôn cho Ngày toàn dân phòng, chống mua bán người 30/7",
            "Bốn câu ngắn cho băng rôn, cổng chào và bảng điện tử. Mỗi câu đọc hết trong một nhịp xe chạy qua.",
            "Hỏi kỹ trước khi đi, gọi 111 khi thấy lo.",
            [
                ("p", "<b>Hỏi kỹ trước khi đi, gọi 111 khi thấy lo.</b>"),
                ("p", "<b>Giữ giấy tờ là giữ đường về.</b>"),
                ("p", "<b>Người trở về là người nhà.</b>"),
                ("p", "<b>Cả thôn cùng biết, kẻ xấu hết đường.</b>"),
                ("h", "Cách dùng"),
                (
                    "p",
                    "Chữ cao ít nhất một phần tư chiều cao băng rôn, không viết hoa toàn bộ để dấu không dính nhau. Không dùng hình xiềng xích, song sắt, mặt người khóc.",
                ),
            ],
        ),
        "en": (
            "Banners for the National Day against Human Trafficking, 30 July",
            "Four short lines for banners, gates and display boards. Each can be read while a motorbike passes.",
            "Ask before you go; call 111 when in doubt.",
            [
                ("p", "<b>Ask before you go; call 111 when in doubt.</b>"),
                ("p", "<b>Keep your papers and you keep the way home.</b>"),
                ("p", "<b>Who comes back is family.</b>"),
                ("p", "<b>When a whole village knows, traffickers find no road.</b>"),
                ("h", "How to use them"),
                (
                    "p",
                    "Letters at least a quarter of the banner's height, and not all in capitals, so that Vietnamese marks do not touch. No chains, no bars, no crying faces.",
                ),
            ],
        ),
    },
    {
        "kind": "skit",
        "terms": ["hoc-sinh", "phu-nu", "thu-doan", "ky-nang-ung-pho", "noi-chuyen", "ngoai-khoa", "ii-1"],
        "vi": (
            "Tiểu phẩm: Tin nhắn lúc chín giờ tối",
            "Ba vai, bảy phút, không cần phông màn. Diễn ở nhà văn hoá hoặc giờ sinh hoạt, rồi hỏi người xem nghĩ gì.",
            "Ai giục mình giấu gia đình, người ấy không phải bạn.",
            [
                (
                    "p",
                    "Nhân vật: <b>Em</b>, mười bảy tuổi; <b>Chị Hai</b>; <b>Bác trưởng thôn</b>. Cả ba đều là nhân vật nghĩ ra.",
                ),
                (
                    "speech",
                    [
                        (
                            "Em (cầm điện thoại, cười)",
                            "Chị Hai ơi, anh ấy lại nhắn. Anh bảo thứ bảy có xe đón, làm quán nước, tháng mười lăm triệu.",
                        ),
                        ("Chị Hai", "Anh nào? Em gặp lần nào chưa?"),
                        (
                            "Em",
                            "Chưa, nhưng nói chuyện hai tuần rồi. Anh dặn đừng nói với ai, sợ người khác giành mất chỗ.",
                        ),
                        ("Chị Hai", "Quán tên gì, ở đường nào?"),
                        ("Em (ngập ngừng)", "Anh bảo lên xe rồi anh nói."),
                        ("Bác trưởng thôn (đi ngang, dừng lại)", "Hai chị em bàn gì mà khuya thế?"),
                        ("Chị Hai", "Bác ơi, có người rủ em cháu đi làm. Tên quán không nói, lại dặn giấu nhà."),
                        (
                            "Bác trưởng thôn",
                            "Việc thật thì tên thật. Cháu nhắn lại một câu này thôi: “Anh cho em tên và địa chỉ quán, mai em nhờ xã hỏi giúp.” Rồi mình chờ xem.",
                        ),
                        ("Em (nhắn, đợi, rồi ngẩng lên)", "Anh ấy chặn cháu rồi."),
                        ("Chị Hai", "Vậy là em biết câu trả lời."),
                        (
                            "Bác trưởng thôn (quay về phía người xem)",
                            "Còn bà con, nếu là bà con thì hỏi thêm câu gì nữa?",
                        ),
                    ],
                ),
                ("h", "Hỏi người xem"),
                (
                    "p",
                    "Dấu hiệu nào khiến Chị Hai dừng lại? Nếu Em đã lên xe rồi, còn làm được gì? Ở thôn ta, tối khuya gọi được cho ai?",
                ),
            ],
        ),
        "en": (
            "Skit: A message at nine in the evening",
            "Three parts, seven minutes, no stage needed. Play it in the village hall or in class, then ask what people think.",
            "Whoever tells you to hide it from your family is not your friend.",
            [
                (
                    "p",
                    "Characters: <b>Younger sister</b>, seventeen; <b>Elder sister</b>; the <b>Village head</b>. All three are invented.",
                ),
                (
                    "speech",
                    [
                        (
                            "Younger sister (with her phone, smiling)",
                            "He has written again! A car comes on Saturday, work in a café, fifteen million a month.",
                        ),
                        ("Elder sister", "Who? Have you ever met him?"),
                        (
                            "Younger sister",
                            "No, but we have talked for two weeks. He says to tell nobody, or others will take the place.",
                        ),
                        ("Elder sister", "What is the café called? Which street?"),
                        ("Younger sister (slowly)", "He says he will tell me in the car."),
                        ("Village head (passing, stops)", "What are you two talking about so late?"),
                        ("Elder sister", "Somebody offers her work. No name, and she must hide it from us."),
                        (
                            "Village head",
                            "Real work has a real name. Write just one line: “Give me the name and address, and tomorrow the commune will ask for me.” Then let us wait.",
                        ),
                        ("Younger sister (writes, waits, looks up)", "He has blocked me."),
                        ("Elder sister", "Then you have your answer."),
                        ("Village head (to the audience)", "And you, what else would you have asked?"),
                    ],
                ),
                ("h", "Ask the audience"),
                (
                    "p",
                    "Which sign made the elder sister stop? If the car had already left, what could still be done? In our village, whom can one call at night?",
                ),
            ],
        ),
    },
    {
        "kind": "feature",
        "terms": ["vung-sau-vung-xa", "dan-toc-thieu-so", "trach-nhiem", "truyen-thong", "ii-1"],
        "vi": (
            "Một buổi sáng ở cụm loa đầu bản",
            "Phóng sự minh hoạ: vì sao một bản tin ba phút, phát đúng giờ, bằng tiếng mẹ đẻ, lại khiến người ta nhớ.",
            "Nói đúng giờ, nói bằng tiếng của bà con, bà con sẽ nhớ.",
            [
                (
                    "situation",
                    (
                        "Trước khi mặt trời lên",
                        "<p>Năm giờ kém mười lăm, người phát thanh của xã đã ngồi trước máy. Anh nghe lại bản tin một lượt bằng tai nghe, xem pin, xem giờ. Bà cụ nhà bên dậy nấu cám cũng canh tiếng loa ấy.</p><p>Hôm nay loa nói chuyện hỏi kỹ trước khi đi. Ba phút, một giọng nữ, một câu nhắc lại hai lần. Tắt máy, anh ghi vào sổ điện thoại: đã phát, cụm một và cụm hai, đủ bài.</p><p>Trưa, một người mẹ ghé uỷ ban, hỏi nhờ xem giúp tên công ty mà con trai bà nhận được. Bà nói: “Loa bảo hỏi thì tôi hỏi.”</p>",
                        "Một câu ngắn, nói lại nhiều lần, đúng lúc người ta đang nghe, có ích hơn một bài dài.",
                    ),
                ),
                (
                    "p",
                    "Kế hoạch của tỉnh đặt mục tiêu mỗi tháng mỗi xã có ít nhất một lần phát. Muốn vậy cần ba thứ: bài hay, tiếng của người nghe, và người bấm nút nhớ ghi lại.",
                ),
            ],
        ),
        "en": (
            "One morning at the first loudspeaker of the village",
            "An illustrative feature: why three minutes, on time, in people's own language, are remembered.",
            "Said on time and in people's own language, it is remembered.",
            [
                (
                    "situation",
                    (
                        "Before sunrise",
                        "<p>At a quarter to five the commune's radio operator sits at his set. He listens once through headphones, looks at the battery, looks at the clock. The old woman next door, cooking for her pigs, waits for the sound too.</p><p>Today the loudspeaker speaks of asking before leaving. Three minutes, a woman's voice, one sentence said twice. He switches off and notes on his phone: played, clusters one and two, in full.</p><p>At noon a mother stops at the commune office and asks them to check the company that has written to her son. “The loudspeaker said to ask,” she says, “so I ask.”</p>",
                        "A short sentence, often repeated, at the hour when people listen, does more than a long speech.",
                    ),
                ),
                (
                    "p",
                    "The province's plan wants at least one broadcast a month in every commune. That takes three things: a good script, the listeners' language, and somebody who remembers to note it down.",
                ),
            ],
        ),
    },
    {
        "kind": "video",
        "terms": ["nguoi-di-lam-xa", "hoc-sinh", "thu-doan", "truyen-thong", "viec-lam", "ii-1"],
        "vi": (
            "Kịch bản video 60 giây: Cuốn hộ chiếu",
            "Quay bằng điện thoại, không thoại, xem không cần tiếng. Không thấy mặt ai; chỉ thấy bàn tay và một cuốn sổ nhỏ.",
            "Giấy tờ của mình, mình giữ.",
            [
                (
                    "steps",
                    (
                        "Sáu cảnh",
                        [
                            "Cận: hai bàn tay gói một cuốn hộ chiếu vào khăn. Chữ: “Sáng nay tôi đi làm.”",
                            "Một bàn tay khác chìa ra: “Để tôi giữ cho khỏi mất.” Bàn tay cầm khăn dừng lại.",
                            "Màn hình điện thoại: chụp trang đầu hộ chiếu, gửi cho “Mẹ”. Tin nhắn trả lời: “Mẹ nhận rồi.”",
                            "Bàn tay cất hộ chiếu vào túi trong áo, kéo khoá.",
                            "Chữ trên nền giấy: “Không ai được giữ giấy tờ của bạn.”",
                            "Chữ: “Thấy lo, gọi 111. Miễn phí, cả ngày lẫn đêm.” Giữ bốn giây.",
                        ],
                    ),
                ),
                ("p", "Phụ đề gắn liền trong hình. Không nhạc dồn dập, không cắt nhanh: người đang sợ cũng xem được."),
            ],
        ),
        "en": (
            "Script for a 60-second video: The passport",
            "Filmed with a phone, no dialogue, works without sound. No face is seen; only hands and a small book.",
            "Your papers stay with you.",
            [
                (
                    "steps",
                    (
                        "Six shots",
                        [
                            "Close: two hands wrap a passport in a scarf. Text: “This morning I leave for work.”",
                            "Another hand reaches out: “Let me keep it safe for you.” The hands with the scarf stop.",
                            "A phone screen: the first page is photographed and sent to “Mother”. The answer: “I have it.”",
                            "The hand puts the passport into an inner pocket and closes the zip.",
                            "Text on paper: “Nobody may keep your papers.”",
                            "Text: “Worried? Call 111. Free, day and night.” Hold for four seconds.",
                        ],
                    ),
                ),
                (
                    "p",
                    "Captions are part of the picture. No pressing music, no fast cuts: somebody who is afraid can watch it too.",
                ),
            ],
        ),
    },
    {
        "kind": "audio",
        "terms": ["phu-nu", "dan-toc-thieu-so", "chong-ky-thi", "truyen-thong", "ii-1", "ii-3"],
        "vi": (
            "Bài đọc trên loa: Người về là người nhà",
            "Bài hai phút về cách đón một người trở về. Không kể chuyện của ai, chỉ nói điều hàng xóm làm được.",
            "Đừng hỏi chuyện cũ. Hãy hỏi: hôm nay cần gì?",
            [
                (
                    "speech",
                    [
                        (
                            "Người đọc",
                            "Thưa bà con. Có người đi xa lâu ngày, nay trở về. Trở về đã là một việc khó. Người ở nhà có thể làm cho việc ấy nhẹ hơn.",
                        ),
                        (
                            "Người đọc",
                            "Xin đừng hỏi chuyện đã qua, trừ khi người ấy muốn nói. Xin đừng đoán, đừng kể lại, đừng chụp ảnh.",
                        ),
                        (
                            "Người đọc",
                            "Hãy hỏi một câu giản dị: hôm nay cần gì? Một bữa cơm, một chuyến xe ra trạm y tế, một người đi cùng lên xã.",
                        ),
                        (
                            "Người đọc",
                            "Luật cấm xúc phạm, kỳ thị, phân biệt đối xử với nạn nhân. Luật cũng cấm tiết lộ thông tin về họ khi chưa được họ đồng ý.",
                        ),
                        ("Người đọc", "Người bị lừa không có lỗi. Người về là người nhà."),
                    ],
                ),
                (
                    "law",
                    (
                        "Luật Phòng, chống mua bán người số 53/2024/QH15",
                        "Điều 3, khoản 9 và khoản 10",
                        "Cấm xúc phạm, kỳ thị, phân biệt đối xử với nạn nhân; cấm tiết lộ thông tin về nạn nhân khi chưa được người đó hoặc người đại diện hợp pháp đồng ý.",
                    ),
                ),
            ],
        ),
        "en": (
            "For the loudspeaker: Who comes back is family",
            "Two minutes on how to welcome somebody who returns. Nobody's story; only what neighbours can do.",
            "Do not ask about the past. Ask: what do you need today?",
            [
                (
                    "speech",
                    [
                        (
                            "Reader",
                            "Good day to you all. Somebody who was far away for a long time comes home. Coming home is hard already. Those at home can make it lighter.",
                        ),
                        (
                            "Reader",
                            "Please do not ask what happened, unless the person wishes to speak. Do not guess, do not pass it on, do not take pictures.",
                        ),
                        (
                            "Reader",
                            "Ask one simple thing: what do you need today? A meal, a ride to the health post, somebody to come along to the commune office.",
                        ),
                        (
                            "Reader",
                            "The law forbids insulting, shunning or treating a victim as less than others. It also forbids telling others about them without their consent.",
                        ),
                        ("Reader", "Whoever was deceived is not to blame. Who comes back is family."),
                    ],
                ),
                (
                    "law",
                    (
                        "Law on Preventing and Combating Human Trafficking, 53/2024/QH15",
                        "Article 3, clauses 9 and 10",
                        "It is forbidden to insult, stigmatise or discriminate against victims, and to disclose information about them without the consent of the person or their lawful representative.",
                    ),
                ),
            ],
        ),
    },
    {
        "kind": "lesson",
        "grade": "1-5",
        "terms": ["tre-em", "hoc-sinh", "ky-nang-ung-pho", "ngoai-khoa", "ii-1"],
        "vi": (
            "Bài học lớp 1 đến 5: Bí mật vui, bí mật làm em lo",
            "Một tiết ngoại khoá 35 phút. Các em tập nói “không”, tập đi tìm người lớn mình tin, tập nhớ số 111.",
            "Bí mật làm em lo thì kể ngay cho người lớn em tin.",
            [
                ("h", "Chuẩn bị"),
                (
                    "p",
                    "Hai hộp giấy, một xanh một vàng; mười mẩu giấy ghi tình huống; phấn vẽ bàn tay. Không hỏi chuyện riêng của em nào; em nào muốn nói, gặp riêng sau giờ.",
                ),
                (
                    "steps",
                    (
                        "Các bước",
                        [
                            "Khởi động (5 phút): đoán xem bí mật nào vui. Tổ chức sinh nhật cho mẹ là bí mật vui.",
                            "Hai chiếc hộp (10 phút): đọc từng tình huống, bỏ vào hộp “vui” hoặc hộp “lo”. “Chú lạ cho quà và dặn đừng kể với mẹ”: hộp lo.",
                            "Bàn tay tin cậy (10 phút): vẽ bàn tay, mỗi ngón là một người lớn em tin. Ngón cái là 111.",
                            "Tập nói (7 phút): đứng thẳng, nói to “Không, em phải hỏi mẹ đã”, rồi chạy đến người lớn em tin.",
                            "Nhớ (3 phút): cả lớp đọc số một, một, một.",
                        ],
                    ),
                ),
                ("p", "Dặn phụ huynh: tối nay hỏi con đã vẽ những ai trên bàn tay."),
            ],
        ),
        "en": (
            "Lesson for grades 1 to 5: Happy secrets and worrying secrets",
            "One activity of 35 minutes. Children practise saying no, finding an adult they trust, and remembering 111.",
            "A secret that worries you is a secret to tell an adult you trust.",
            [
                ("h", "Prepare"),
                (
                    "p",
                    "Two paper boxes, one green and one yellow; ten slips with situations; chalk to draw a hand. Ask no child about private matters; whoever wishes to talk does so alone with you afterwards.",
                ),
                (
                    "steps",
                    (
                        "Steps",
                        [
                            "Warm-up (5 minutes): which secrets are happy? A birthday surprise for mother is one.",
                            "Two boxes (10 minutes): read each situation and put it into “happy” or “worrying”. “A stranger gives a present and says not to tell mother”: worrying.",
                            "The hand I trust (10 minutes): draw a hand; each finger is an adult you trust. The thumb is 111.",
                            "Say it (7 minutes): stand straight, say loudly “No, I must ask my mother first”, then run to that adult.",
                            "Remember (3 minutes): the class says one, one, one.",
                        ],
                    ),
                ),
                ("p", "For parents: ask tonight whose names stand on the hand."),
            ],
        ),
    },
    {
        "kind": "lesson",
        "grade": "6-9",
        "terms": ["tre-em", "hoc-sinh", "thu-doan", "ky-nang-ung-pho", "ngoai-khoa", "ii-1"],
        "vi": (
            "Bài học lớp 6 đến 9: Người bạn mới trên mạng",
            "Một tiết 45 phút. Học sinh làm người kiểm tra: mở một trang cá nhân bịa, tìm điều không khớp, tập cách dừng lại.",
            "Chưa gặp thì chưa biết. Rủ đi xa thì hỏi người lớn.",
            [
                (
                    "situation",
                    (
                        "Trang cá nhân số 7",
                        "<p>Một tài khoản mới lập ba tuần, ảnh rất đẹp, khen bạn nhiều, biết bạn đang buồn. Sau mười ngày, người ấy rủ bạn đi chơi ở thành phố, hứa mua điện thoại, dặn xoá tin nhắn.</p>",
                        "Khen nhiều, hứa nhiều, bắt giấu: ba điều ấy đi với nhau thì dừng lại.",
                    ),
                ),
                (
                    "steps",
                    (
                        "Các bước",
                        [
                            "Nhóm bốn bạn đọc trang số 7, gạch chân mọi điều không kiểm tra được (12 phút).",
                            "Mỗi nhóm viết ba câu hỏi để thử người bạn ấy (8 phút).",
                            "Đóng vai: một bạn hỏi, một bạn lảng. Cả lớp ghi lại cách lảng (10 phút).",
                            "Tập dừng: chặn, chụp màn hình, kể cho một người lớn, gọi 111 (10 phút).",
                            "Viết cho mình một câu dặn, dán vào vở (5 phút).",
                        ],
                    ),
                ),
                ("p", "Thầy cô không cho xem tài khoản thật và không hỏi em nào từng gặp chuyện tương tự."),
            ],
        ),
        "en": (
            "Lesson for grades 6 to 9: A new friend online",
            "One lesson of 45 minutes. Pupils play inspector: they read an invented profile, find what does not fit, and practise stopping.",
            "Not met means not known. An invitation far away is a question for an adult.",
            [
                (
                    "situation",
                    (
                        "Profile number 7",
                        "<p>An account three weeks old, with beautiful pictures, praises you a lot and knows that you are sad. After ten days it invites you to the city, promises a phone, and tells you to delete the messages.</p>",
                        "Much praise, many promises, and a secret: when the three come together, stop.",
                    ),
                ),
                (
                    "steps",
                    (
                        "Steps",
                        [
                            "In fours, read profile 7 and underline everything that cannot be checked (12 minutes).",
                            "Each group writes three questions that would test this friend (8 minutes).",
                            "Play it: one asks, one dodges. The class notes how (10 minutes).",
                            "Practise stopping: block, take a screenshot, tell an adult, call 111 (10 minutes).",
                            "Write yourself one sentence of advice and glue it into your book (5 minutes).",
                        ],
                    ),
                ),
                ("p", "Show no real account, and ask no pupil whether it has happened to them."),
            ],
        ),
    },
    {
        "kind": "lesson",
        "grade": "10-12",
        "terms": ["hoc-sinh", "nguoi-di-lam-xa", "thu-doan", "phap-luat", "ngoai-khoa", "viec-lam", "day-nghe", "ii-1"],
        "vi": (
            "Bài học lớp 10 đến 12: Đọc một tin tuyển dụng",
            "Hai tiết cho năm cuối, ngay trước mùa đi làm. Học sinh chấm điểm năm tin tuyển dụng và gọi thử một cuộc để hỏi.",
            "Tin tuyển dụng thật thì kiểm tra được.",
            [
                (
                    "signs",
                    (
                        "Năm chỗ cần soi",
                        [
                            "Tên pháp lý và địa chỉ: có tra được không?",
                            "Công việc: nói rõ làm gì, hay “việc nhẹ, làm đâu cũng được”?",
                            "Tiền: lương khớp với việc không, có bắt đặt cọc không?",
                            "Giấy tờ: ai giữ? Chỉ có một câu trả lời đúng.",
                            "Thời gian: có cho mang hợp đồng về đọc không?",
                        ],
                    ),
                ),
                (
                    "steps",
                    (
                        "Tiết hai: gọi điện",
                        [
                            "Soạn bốn câu hỏi, phân vai người gọi và người ghi.",
                            "Gọi cho một người đóng vai nhà tuyển dụng (thầy cô). Người ấy lảng hai câu.",
                            "Nhóm quyết định: nhận, hỏi thêm, hay bỏ. Nói lý do.",
                            "Ghi lại nơi hỏi thật ở địa phương: cán bộ lao động của xã, trung tâm dịch vụ việc làm, 111.",
                        ],
                    ),
                ),
                ("p", "Đi làm xa không có gì sai. Bài này giúp các em đi và về theo ý mình."),
            ],
        ),
        "en": (
            "Lesson for grades 10 to 12: Reading a job offer",
            "Two lessons for the last year, just before people leave for work. Pupils mark five offers and practise one phone call.",
            "A real job offer can be checked.",
            [
                (
                    "signs",
                    (
                        "Five places to look",
                        [
                            "Legal name and address: can they be found?",
                            "The work: said clearly, or “easy work, anywhere”?",
                            "The money: does the pay fit the work, is a deposit asked for?",
                            "Papers: who keeps them? There is only one right answer.",
                            "Time: may the contract be taken home and read?",
                        ],
                    ),
                ),
                (
                    "steps",
                    (
                        "Second lesson: the call",
                        [
                            "Prepare four questions; one calls, one takes notes.",
                            "Call somebody who plays the recruiter (a teacher). Two answers are dodged.",
                            "The group decides: accept, ask more, or drop it. Say why.",
                            "Write down where one really asks here: the commune's labour officer, the job centre, 111.",
                        ],
                    ),
                ),
                (
                    "p",
                    "There is nothing wrong with leaving for work. This lesson helps you to go and to come back as you choose.",
                ),
            ],
        ),
    },
]
