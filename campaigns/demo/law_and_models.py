# ruff: noqa: E501 (paragraphs stand as they are read)
"""Four pieces of law in plain words, three models, the campaign, news and the help page, in Vietnamese and English.

Law: 53/2024/QH15, articles 3 (clauses 9 and 10) and 7; decision 793/QĐ-TTg of 10/5/2016. The models are proposals after
the plan (III-3c): no commune runs them yet, and the pages say so.
"""

_LAW = ("Luật Phòng, chống mua bán người", "53/2024/QH15", "2025-07-01")
_LAW_EN = "Law on Preventing and Combating Human Trafficking"

EXPLAINERS = [
    {
        "document": _LAW,
        "document_en": _LAW_EN,
        "article": "Điều 3, khoản 9",
        "article_en": "Article 3, clause 9",
        "terms": ["phap-luat", "chong-ky-thi", "can-bo"],
        "vi": (
            "Không ai được kỳ thị người trở về",
            "Luật cấm xúc phạm, kỳ thị, phân biệt đối xử với nạn nhân. Điều đó có nghĩa gì trong một ngày thường ở thôn.",
            [
                (
                    "law",
                    ("Luật số 53/2024/QH15", "Điều 3, khoản 9", "Cấm xúc phạm, kỳ thị, phân biệt đối xử với nạn nhân."),
                ),
                ("h", "Trong một ngày thường"),
                (
                    "signs",
                    (
                        "Những việc luật không cho phép",
                        [
                            "Gọi người trở về bằng những tên gọi làm họ xấu hổ.",
                            "Không cho con mình ngồi cạnh con của họ.",
                            "Từ chối cho họ học nghề, vay vốn, làm thuê chỉ vì họ từng bị mua bán.",
                            "Nói rằng họ “tự chuốc lấy”.",
                        ],
                    ),
                ),
                (
                    "p",
                    "Việc nên làm thì đơn giản: chào hỏi như mọi người, gọi tên, mời làm việc chung của thôn, nhắc nhau khi có ai nói lời không phải.",
                ),
            ],
        ),
        "en": (
            "Nobody may shun those who come back",
            "The law forbids insulting, stigmatising or discriminating against victims. What that means on an ordinary day in a village.",
            [
                (
                    "law",
                    (
                        "Law 53/2024/QH15",
                        "Article 3, clause 9",
                        "It is forbidden to insult, stigmatise or discriminate against victims.",
                    ),
                ),
                ("h", "On an ordinary day"),
                (
                    "signs",
                    (
                        "What the law does not allow",
                        [
                            "Giving those who return names that shame them.",
                            "Keeping one's children away from theirs.",
                            "Refusing training, a loan or work only because somebody was trafficked.",
                            "Saying that it was their own fault.",
                        ],
                    ),
                ),
                (
                    "p",
                    "What to do is simple: greet them like anyone, use their name, invite them to the village's common work, and speak up when somebody talks badly.",
                ),
            ],
        ),
    },
    {
        "document": _LAW,
        "document_en": _LAW_EN,
        "article": "Điều 3, khoản 10",
        "article_en": "Article 3, clause 10",
        "terms": ["phap-luat", "bao-ve-ho-tro", "can-bo"],
        "vi": (
            "Chuyện của người khác không phải để kể",
            "Không được tiết lộ thông tin về nạn nhân khi chưa được họ hoặc người đại diện hợp pháp đồng ý. Ai cũng phải giữ, cán bộ càng phải giữ.",
            [
                (
                    "law",
                    (
                        "Luật số 53/2024/QH15",
                        "Điều 3, khoản 10",
                        "Cấm tiết lộ thông tin về nạn nhân khi chưa được người đó hoặc người đại diện hợp pháp đồng ý.",
                    ),
                ),
                (
                    "question",
                    (
                        "Không nói tên thì kể được không?",
                        "<p>Chưa chắc. Ở một thôn nhỏ, tuổi, trường học và ngày trở về đủ để ai cũng nhận ra. Nếu người nghe đoán được, đó là tiết lộ.</p>",
                    ),
                ),
                (
                    "question",
                    (
                        "Đăng ảnh che mặt thì sao?",
                        "<p>Quần áo, sân nhà, giọng nói cũng nói lên đó là ai. Đừng đăng.</p>",
                    ),
                ),
                (
                    "question",
                    (
                        "Cán bộ báo cáo lên trên thì sao?",
                        "<p>Báo cáo công việc bằng số liệu chung. Hồ sơ của một người chỉ đi qua những người có nhiệm vụ, theo quy trình riêng; trang này không nhận và không lưu hồ sơ nào.</p>",
                    ),
                ),
            ],
        ),
        "en": (
            "Another person's story is not ours to tell",
            "Information about a victim may not be disclosed without the consent of the person or their lawful representative. Everybody must keep it, officers most of all.",
            [
                (
                    "law",
                    (
                        "Law 53/2024/QH15",
                        "Article 3, clause 10",
                        "It is forbidden to disclose information about victims without the consent of the person or their lawful representative.",
                    ),
                ),
                (
                    "question",
                    (
                        "May I tell it without the name?",
                        "<p>Perhaps not. In a small village an age, a school and the day of return tell everybody who it is. If listeners can guess, it is disclosure.</p>",
                    ),
                ),
                (
                    "question",
                    (
                        "And a picture with the face covered?",
                        "<p>Clothes, a courtyard and a voice also say who it is. Do not post it.</p>",
                    ),
                ),
                (
                    "question",
                    (
                        "And an officer's report?",
                        "<p>Work is reported in general figures. A person's file goes only to those whose duty it is, by a procedure of its own; this site receives and keeps none.</p>",
                    ),
                ),
            ],
        ),
    },
    {
        "document": _LAW,
        "document_en": _LAW_EN,
        "article": "Điều 7",
        "article_en": "Article 7",
        "terms": ["phap-luat", "trach-nhiem", "truyen-thong", "noi-chuyen", "can-bo", "ii-1"],
        "vi": (
            "Truyền thông phòng ngừa: nói gì, nói bằng cách nào",
            "Luật nêu rõ những nội dung và hình thức thông tin, truyền thông, giáo dục về phòng, chống mua bán người. Đây là bản tóm tắt cho người làm truyền thông ở xã.",
            [
                (
                    "law",
                    (
                        "Luật số 53/2024/QH15",
                        "Điều 7",
                        "Nội dung gồm chính sách, pháp luật; thủ đoạn và hậu quả; kỹ năng ứng phó; biện pháp phòng ngừa; trách nhiệm của cá nhân, cơ quan, tổ chức; chống kỳ thị; bảo vệ, hỗ trợ nạn nhân.",
                    ),
                ),
                ("h", "Bằng những cách nào"),
                (
                    "p",
                    "Gặp gỡ, nói chuyện trực tiếp; tài liệu in; báo chí, phát thanh, thông tin cơ sở; hoạt động ngoại khoá ở nhà trường. Danh sách trong luật còn dài hơn; đây là bốn cách xã dùng nhiều nhất.",
                ),
                ("h", "Ở xã thì bắt đầu từ đâu"),
                (
                    "steps",
                    (
                        "Ba việc",
                        [
                            "Mỗi tháng phát bản tin ít nhất một lần, ghi lại đã phát.",
                            "Chọn một nội dung cho một nhóm người nghe, đừng nói hết mọi thứ một lúc.",
                            "Lần nào cũng kết bằng số điện thoại còn hoạt động.",
                        ],
                    ),
                ),
            ],
        ),
        "en": (
            "Telling people in time: what to say, and how",
            "The law names the topics and the forms of information and education against human trafficking. A summary for those who do it in a commune.",
            [
                (
                    "law",
                    (
                        "Law 53/2024/QH15",
                        "Article 7",
                        "Topics are policy and law; methods and consequences; skills to respond; prevention; duties of people, bodies and organisations; work against stigma; protection and support of victims.",
                    ),
                ),
                ("h", "In which ways"),
                (
                    "p",
                    "Direct talks; printed material; press, radio and local information; activities at school. The law's list is longer; these four are what communes use most.",
                ),
                ("h", "Where a commune can begin"),
                (
                    "steps",
                    (
                        "Three things",
                        [
                            "Play the bulletin at least once a month, and note it down.",
                            "Choose one topic for one group of listeners; do not say everything at once.",
                            "End every time with a number that answers.",
                        ],
                    ),
                ),
            ],
        ),
    },
    {
        "document": (
            "Quyết định của Thủ tướng Chính phủ về Ngày toàn dân phòng, chống mua bán người",
            "793/QĐ-TTg",
            "2016-05-10",
        ),
        "document_en": "Decision of the Prime Minister on the National Day against Human Trafficking",
        "article": "Toàn văn",
        "article_en": "The whole text",
        "terms": ["phap-luat", "trach-nhiem", "nong-thon-moi"],
        "vi": (
            "Vì sao là ngày 30 tháng 7",
            "Từ năm 2016, ngày 30/7 hằng năm là Ngày toàn dân phòng, chống mua bán người. Xã, trường, đoàn thể làm gì trong ngày ấy.",
            [
                (
                    "p",
                    "Ngày 10/5/2016, Thủ tướng Chính phủ quyết định lấy ngày 30/7 hằng năm làm Ngày toàn dân phòng, chống mua bán người. Thế giới cũng chọn ngày này.",
                ),
                (
                    "p",
                    "Mỗi năm có một kế hoạch và một chủ đề riêng. Chủ đề năm 2025 là “Mua bán người là tội phạm có tổ chức – hãy chấm dứt sự bóc lột”.",
                ),
                (
                    "steps",
                    (
                        "Một ngày vừa sức của xã",
                        [
                            "Tuần trước: phát bản tin tháng Bảy trên mọi cụm loa.",
                            "Buổi sáng: một buổi nói chuyện ở nhà văn hoá, mời người có uy tín mở đầu bằng tiếng của bà con.",
                            "Buổi chiều: tiểu phẩm của học sinh, bảy phút.",
                            "Cuối ngày: ghi lại số buổi, số người dự, số tờ rơi. Không ghi tên ai.",
                        ],
                    ),
                ),
            ],
        ),
        "en": (
            "Why the 30th of July",
            "Since 2016 the 30th of July is the National Day against Human Trafficking. What communes, schools and unions can do on it.",
            [
                (
                    "p",
                    "On 10 May 2016 the Prime Minister decided that 30 July is the National Day against Human Trafficking. The world keeps the same day.",
                ),
                (
                    "p",
                    "Each year has a plan and a theme of its own. In 2025 it was “Human trafficking is organised crime – end the exploitation”.",
                ),
                (
                    "steps",
                    (
                        "A day that a commune can manage",
                        [
                            "The week before: the July bulletin on every loudspeaker.",
                            "Morning: a talk in the village hall, opened by a respected person in people's own language.",
                            "Afternoon: a skit by pupils, seven minutes.",
                            "Evening: note the number of meetings, of people and of leaflets. No names.",
                        ],
                    ),
                ),
            ],
        ),
    },
]

MODELS = [
    {
        "kind": "prevention",
        "terms": ["nguoi-di-lam-xa", "phong-ngua", "viec-lam", "ii-1"],
        "vi": (
            "Bàn hỏi trước khi đi",
            "Mỗi tuần một buổi, ở uỷ ban xã có một cái bàn để ai sắp đi làm xa đến hỏi. Mười phút, không ghi tên.",
            "Một cái bàn, một điện thoại, một cán bộ lao động và một người nói tiếng của bà con. Không cần kinh phí riêng.",
            [
                ("h", "Cách làm"),
                (
                    "steps",
                    (
                        "",
                        [
                            "Chọn phiên chợ hoặc ngày tiếp dân, tuần nào cũng đúng giờ ấy.",
                            "Người đến chìa tin tuyển dụng; cán bộ cùng tra tên công ty, gọi thử số ghi trên tin.",
                            "Đưa tờ “Ba việc làm trước khi đi”, chỉ số 111.",
                            "Cuối buổi ghi một con số: bao nhiêu lượt hỏi. Không ghi ai hỏi gì.",
                        ],
                    ),
                ),
                ("h", "Nơi khác bắt đầu thế nào"),
                (
                    "p",
                    "Thử bốn tuần. Nếu có hơn mười lượt hỏi, báo trên loa và giữ lại. Nếu ít, dời bàn ra nơi bà con vẫn hay ngồi.",
                ),
            ],
        ),
        "en": (
            "A table to ask at before you go",
            "Once a week there is a table at the commune office for whoever is about to leave for work. Ten minutes, no names.",
            "A table, a phone, a labour officer and somebody who speaks people's language. No budget of its own.",
            [
                ("h", "How it runs"),
                (
                    "steps",
                    (
                        "",
                        [
                            "Choose market day or office day, always at the same hour.",
                            "People show the job offer; the officer looks up the company and tries the number with them.",
                            "Hand out “Three things to do before leaving”, and point at 111.",
                            "At the end write down one figure: how many asked. Never who asked what.",
                        ],
                    ),
                ),
                ("h", "How another commune can begin"),
                (
                    "p",
                    "Try four weeks. With more than ten questions, announce it on the loudspeakers and keep it. With few, move the table to where people sit anyway.",
                ),
            ],
        ),
    },
    {
        "kind": "peer",
        "terms": ["hoc-sinh", "tre-em", "ky-nang-ung-pho", "ngoai-khoa"],
        "vi": (
            "Nhóm đồng đẳng “Bạn nghe bạn”",
            "Học sinh lớp lớn được tập để nghe bạn mình, biết lúc nào phải mời người lớn vào. Không tư vấn thay người có chuyên môn.",
            "Sáu đến mười học sinh, một thầy cô phụ trách, ba buổi tập, và một người lớn luôn gọi được.",
            [
                ("h", "Cách làm"),
                (
                    "p",
                    "Nhóm giữ hai việc: nói chuyện mười phút ở mỗi lớp một tháng một lần, và có mặt ở một góc sân trường mỗi giờ ra chơi thứ tư.",
                ),
                (
                    "signs",
                    (
                        "Ranh giới của nhóm",
                        [
                            "Không giữ bí mật về chuyện nguy hiểm: phải mời người lớn.",
                            "Không hỏi chi tiết, không ghi chép, không nhắn tin riêng lúc khuya.",
                            "Không kể lại với ai ngoài người lớn phụ trách.",
                        ],
                    ),
                ),
                ("p", "Trường khác bắt đầu bằng bài học “Người bạn mới trên mạng”, rồi mời những em muốn làm tiếp."),
            ],
        ),
        "en": (
            "Peer group “A friend who listens”",
            "Older pupils learn to listen to others and to know when an adult must come in. They do not replace trained people.",
            "Six to ten pupils, a teacher, three practice meetings, and an adult who can always be reached.",
            [
                ("h", "How it runs"),
                (
                    "p",
                    "The group does two things: it talks for ten minutes in each class once a month, and stands in one corner of the yard every Wednesday break.",
                ),
                (
                    "signs",
                    (
                        "Where the group stops",
                        [
                            "Danger is never kept secret: an adult is called in.",
                            "No questions about details, no notes, no private messages at night.",
                            "Nothing is passed on except to the adult in charge.",
                        ],
                    ),
                ),
                (
                    "p",
                    "Another school begins with the lesson “A new friend online” and invites those who want to go on.",
                ),
            ],
        ),
    },
    {
        "kind": "self-help",
        "terms": ["phu-nu", "bao-ve-ho-tro", "giam-ngheo", "day-nghe", "ii-3"],
        "vi": (
            "Nhóm tự lực “Cùng làm, cùng vay”",
            "Một nhóm làm ăn như mọi nhóm khác của hội phụ nữ, mở cho tất cả. Ai từng đi qua chuyện khó cũng vào như mọi người, không ai phải nói vì sao.",
            "Một việc làm ra tiền, một người hướng dẫn nghề, sổ góp vốn chung, và hồ sơ vay ở Ngân hàng Chính sách xã hội.",
            [
                ("h", "Cách làm"),
                (
                    "steps",
                    (
                        "",
                        [
                            "Chọn một nghề bán được ở chợ gần: dệt, rau, gà đồi, may.",
                            "Họp hai tuần một lần, mỗi người góp một khoản nhỏ như nhau.",
                            "Học nghề chung; ai xong trước dạy người sau.",
                            "Làm hồ sơ vay chung, hội đứng ra giới thiệu.",
                        ],
                    ),
                ),
                (
                    "p",
                    "Điều giữ cho nhóm an toàn: nhóm mở cho mọi người, danh sách giống mọi nhóm khác, không ai biết ai là ai.",
                ),
            ],
        ),
        "en": (
            "Self-help group “Work together, borrow together”",
            "A working group like any other of the women's union, open to all. Whoever has been through hard times joins like everybody else, and nobody has to say why.",
            "One way to earn, somebody who teaches it, a common savings book, and an application to the social policy bank.",
            [
                ("h", "How it runs"),
                (
                    "steps",
                    (
                        "",
                        [
                            "Choose work that sells at the next market: weaving, vegetables, hill chickens, sewing.",
                            "Meet every two weeks; everybody puts in the same small sum.",
                            "Learn together; who is ahead teaches the next.",
                            "Apply for a loan together, introduced by the union.",
                        ],
                    ),
                ),
                (
                    "p",
                    "What keeps it safe: it is open to everyone, its list is like any other list, and nobody knows who is who.",
                ),
            ],
        ),
    },
]

CAMPAIGN = {
    "terms": ["nguoi-di-lam-xa", "nhom-nguy-co-cao", "thu-doan", "viec-lam", "giam-ngheo", "ii-1"],
    "vi": (
        "Hỏi kỹ trước khi đi",
        "Cả năm một câu nói: trước khi nhận lời đi xa, hãy hỏi. Loa nói, áp phích nhắc, bàn hỏi ở xã trả lời.",
        [
            ("key_message", "Hỏi kỹ trước khi đi, tự giữ giấy tờ, thấy nghi ngờ thì gọi 111."),
            (
                "p",
                "Chiến dịch nói với người sắp đi làm xa, với bố mẹ họ, và với học sinh năm cuối. Không doạ, không kể chuyện thương tâm: chỉ đưa câu hỏi, cách kiểm tra, và nơi hỏi.",
            ),
            ("h", "Xã tham gia thế nào"),
            (
                "steps",
                (
                    "",
                    [
                        "Phát bản tin của tháng và ghi lại.",
                        "Treo áp phích ở ba nơi đông người.",
                        "Mở bàn hỏi trước khi đi, bốn tuần đầu.",
                    ],
                ),
            ),
        ],
    ),
    "en": (
        "Ask before you go",
        "One sentence for a whole year: before you say yes to going far away, ask. Loudspeakers say it, posters recall it, a table at the commune answers.",
        [
            ("key_message", "Ask before you go, keep your own papers, and when in doubt call 111."),
            (
                "p",
                "The campaign speaks to people about to leave for work, to their parents, and to pupils in their last year. No threats and no sad stories: only questions, ways to check, and where to ask.",
            ),
            ("h", "How a commune takes part"),
            (
                "steps",
                (
                    "",
                    [
                        "Play the month's bulletin and note it.",
                        "Hang posters in three busy places.",
                        "Open a table to ask at, for the first four weeks.",
                    ],
                ),
            ),
        ],
    ),
}

NEWS = [
    {
        "vi": (
            "Trang này mở được bằng điện thoại rẻ và mạng yếu",
            "Chữ to, ít hình, không cần cài gì. Chưa có bản dịch tiếng nào thì trang nói rõ và để tiếng Việt.",
            [
                (
                    "p",
                    "Trang được làm cho máy cũ và đường truyền chậm. Âm thanh chỉ tải khi bà con chạm vào, và ghi rõ nặng bao nhiêu, dài bao lâu.",
                ),
                (
                    "p",
                    "Tiếng Cơ Tu, Xơ Đăng, Giẻ Triêng và Cor đang chờ người bản ngữ dịch và người bản ngữ khác đọc lại. Chúng tôi không dùng máy để viết thay.",
                ),
            ],
        ),
        "en": (
            "This site opens on a cheap phone and a weak line",
            "Large letters, few pictures, nothing to install. Where a translation is missing the page says so and keeps the Vietnamese.",
            [
                (
                    "p",
                    "The site is made for old phones and slow lines. Sound is loaded only when it is tapped, and its size and length are shown.",
                ),
                (
                    "p",
                    "Cơ Tu, Xơ Đăng, Giẻ Triêng and Cor wait for native speakers to translate and other native speakers to read it over. No machine writes in their place.",
                ),
            ],
        ),
    },
    {
        "vi": (
            "Bộ tài liệu đầu tiên đã sẵn sàng",
            "Mười hai tài liệu, bốn bài pháp luật dễ hiểu, ba mô hình. Xã và trường lấy về dùng ngay được.",
            [
                (
                    "p",
                    "Bộ đầu tiên nói về lời mời đi làm xa, về bạn mới trên mạng, và về cách đón người trở về. Có bài cho loa, cho lớp học, cho băng rôn.",
                ),
                ("p", "Mọi tình huống trong tài liệu đều là tình huống minh hoạ. Không có chuyện của người thật."),
            ],
        ),
        "en": (
            "The first set of material is ready",
            "Twelve materials, four pieces of law in plain words, three models. Communes and schools can use them at once.",
            [
                (
                    "p",
                    "The first set speaks of offers of work far away, of new friends online, and of welcoming those who come back. There is something for loudspeakers, for classrooms and for banners.",
                ),
                ("p", "Every situation in it is invented. Nobody's real story is told."),
            ],
        ),
    },
]

HELP = {
    "vi": [
        ("h", "Chuyện gì xảy ra khi gọi"),
        (
            "steps",
            (
                "",
                [
                    "Có người nghe máy. Bạn không phải nói tên, không phải kể hết.",
                    "Người trực hỏi: bạn có đang an toàn không? Nếu không, họ nói việc cần làm ngay.",
                    "Họ chỉ nơi gần nhất giúp được, và nếu bạn muốn, báo cho nơi đó.",
                    "Bạn được quyền dừng cuộc gọi bất cứ lúc nào.",
                ],
            ),
        ),
        (
            "question",
            (
                "Người thân mất liên lạc, tôi làm gì trước?",
                "<p>Gọi công an nơi bạn ở hoặc 111. Giữ lại tin nhắn, số điện thoại, ảnh giấy tờ. Đừng tự đi tìm và đừng chuyển tiền chuộc.</p>",
            ),
        ),
        (
            "question",
            (
                "Tôi đang ở nước ngoài thì gọi ai?",
                "<p>Gọi cảnh sát nước sở tại khi đang nguy hiểm, rồi gọi cơ quan đại diện Việt Nam. Bạn không có lỗi vì bị lừa, và được giúp về nước.</p>",
            ),
        ),
        ("question", ("Tôi chỉ nghi ngờ thôi, gọi được không?", "<p>Được. Gọi để hỏi cũng là một việc đúng.</p>")),
    ],
    "en": [
        ("h", "What happens when you call"),
        (
            "steps",
            (
                "",
                [
                    "Somebody answers. You need not give a name or tell everything.",
                    "They ask: are you safe now? If not, they say what to do at once.",
                    "They name the nearest place that can help and, if you wish, tell it that you are coming.",
                    "You may end the call at any moment.",
                ],
            ),
        ),
        (
            "question",
            (
                "A relative cannot be reached. What first?",
                "<p>Call the police where you live, or 111. Keep messages, numbers and pictures of papers. Do not go looking by yourself and do not pay a ransom.</p>",
            ),
        ),
        (
            "question",
            (
                "I am abroad. Whom do I call?",
                "<p>In danger, the local police; then the Vietnamese embassy or consulate. Being deceived is not your fault, and you will be helped to come home.</p>",
            ),
        ),
        ("question", ("I only suspect something. May I call?", "<p>Yes. Calling to ask is right as well.</p>")),
    ],
}

# kind, Vietnamese name, English name, what it offers (vi, en); no numbers: the demonstration invents none.
SERVICES = [
    (
        "reception",
        "Uỷ ban nhân dân xã, bộ phận một cửa",
        "Commune people's committee, front desk",
        "Hỏi gì cũng được, cán bộ chỉ đúng nơi. Không phải kể chuyện ở quầy: xin gặp riêng.",
        "Ask anything; an officer names the right place. Nobody has to tell a story at the desk: ask to talk alone.",
    ),
    (
        "health",
        "Trạm y tế xã",
        "Commune health post",
        "Khám, chăm sóc ban đầu, giới thiệu lên tuyến trên.",
        "Examination, first care, referral to a hospital.",
    ),
    (
        "law",
        "Trung tâm Trợ giúp pháp lý nhà nước",
        "State legal aid centre",
        "Tư vấn và bảo vệ quyền lợi, miễn phí cho người thuộc diện được trợ giúp.",
        "Advice and representation, free for those entitled to it.",
    ),
    (
        "work",
        "Ngân hàng Chính sách xã hội, điểm giao dịch xã",
        "Social policy bank, commune desk",
        "Vay vốn làm ăn, học nghề, theo chương trình đang có.",
        "Loans for work and training, under the programmes of the day.",
    ),
    (
        "police",
        "Công an xã, đồn biên phòng gần nhất",
        "Commune police, nearest border guard post",
        "Báo tin, được bảo vệ khi đang nguy hiểm.",
        "Report what you know; protection when in danger.",
    ),
]
