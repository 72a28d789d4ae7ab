"""The demo bulletin: a real script from the plan's substance, in Vietnamese and English.

Sources: the plan of 2021 (III-1a: tricks, law, where to report), article 7 of law 53/2024/QH15 (prevention topics),
the launch of 111 as the national line on 19/9/2025. Fictional voices; no place, no case. Minority-language versions
are deliberately absent: only native translators write those.
"""

TITLE = "Việc nhẹ, lương cao: hỏi kỹ trước khi đi"
TITLE_EN = "Easy work, high pay: ask before you go"
THEME = "Kiểm tra kỹ lời mời đi làm xa"

# Place in SEGMENTS → the shortest broadcast it belongs to: the three things to do make a minute.
CUTS = {9: "60"}

# (kind, Vietnamese, English); a pause carries its seconds instead of a text.
SEGMENTS = [
    ("jingle", None, None),
    (
        "announcer",
        "Kính chào bà con. Đây là bản tin phòng, chống mua bán người của tháng này. "
        "Hôm nay chúng tôi xin nói về những lời mời đi làm xa, và ba việc nên làm trước khi nhận lời.",
        "Good day to you all. This is this month's bulletin on preventing human trafficking. "
        "Today we talk about offers of work far from home, and three things to do before you say yes.",
    ),
    ("pause", 1.0, None),
    (
        "voice-a",
        "Chị ơi, có người nhắn tin rủ em đi làm ở thành phố. Việc nhẹ, lương cao, không cần giấy tờ gì, "
        "họ ứng tiền xe cho luôn. Em đang tính đi.",
        "Sister, somebody has sent me a message about work in the city. Easy work, high pay, no papers needed, "
        "and they will even pay for the bus. I am thinking of going.",
    ),
    (
        "voice-b",
        "Em khoan đã. Công ty tên gì, ở đâu, ai ký hợp đồng với em? Người tốt thì không ngại mình hỏi. "
        "Còn ai giục em đi ngay, dặn em giấu gia đình, thì em phải dừng lại.",
        "Wait a little. What is the company called, where is it, who signs the contract with you? Honest people do "
        "not mind questions. If someone hurries you, or tells you to hide it from your family, then stop.",
    ),
    (
        "voice-a",
        "Họ bảo đưa căn cước cho họ giữ để làm thủ tục.",
        "They say I should let them keep my identity card, to arrange things.",
    ),
    (
        "voice-b",
        "Căn cước, hộ chiếu là của em, em giữ lấy. Mình cùng lên ủy ban xã, nhờ cán bộ xem giúp công ty ấy "
        "có thật và có được phép tuyển người hay không.",
        "Your identity card and passport are yours. Keep them. Let us go to the commune office together and ask the "
        "officer to check whether that company is real and allowed to recruit.",
    ),
    ("pause", 1.0, None),
    (
        "announcer",
        "Thưa bà con, kẻ mua bán người có thể là người lạ trên mạng, cũng có thể là người quen. "
        "Họ hay hứa việc nhẹ lương cao, hứa kết hôn, hứa đi học, đi du lịch. "
        "Người bị lừa không có lỗi. Lỗi thuộc về kẻ đi lừa.",
        "Traffickers may be strangers on the internet, or people we know. They promise easy work and high pay, "
        "marriage, study or travel. The person who is deceived is not to blame. The deceiver is.",
    ),
    (
        "announcer",
        "Ba việc nên làm trước khi đi. Một: hỏi rõ tên công ty, địa chỉ, công việc, tiền lương, và đòi hợp đồng viết. "
        "Hai: tự giữ giấy tờ và điện thoại của mình. "
        "Ba: cho gia đình biết mình đi đâu, đi với ai, và hẹn nhau một câu nói riêng để báo khi không ổn.",
        "Three things to do before you leave. One: ask for the company's name, its address, the work and the pay, and "
        "ask for a written contract. Two: keep your papers and your phone yourself. Three: tell your family where you "
        "are going and with whom, and agree on a phrase that means something is wrong.",
    ),
    (
        "announcer",
        "Nếu người thân đi xa mà bỗng mất liên lạc, bị giữ giấy tờ, bị ép làm việc hay bị đòi tiền chuộc, "
        "xin đừng tự đi giải cứu và đừng trả tiền. Hãy gọi ngay cho tổng đài hoặc công an gần nhất.",
        "If a relative far away can no longer be reached, has lost their papers to someone, is forced to work, or money "
        "is demanded for them, do not go to free them yourself and do not pay. Call the help line or the nearest "
        "police at once.",
    ),
    (
        "key-message",
        "Xin bà con nhớ: hỏi kỹ trước khi đi, tự giữ giấy tờ, và thấy nghi ngờ thì gọi một một một.",
        "Please remember: ask before you go, keep your own papers, and when in doubt call one one one.",
    ),
    (
        "hotline",
        "Tổng đài quốc gia phòng, chống mua bán người và bảo vệ trẻ em: một một một. "
        "Gọi miễn phí, hai mươi bốn giờ mỗi ngày. Người trực sẽ lắng nghe và chỉ cho bà con việc cần làm, nơi giúp đỡ gần nhất. "
        "Xin nhắc lại: một một một.",
        "The national line against human trafficking and for child protection: one one one. "
        "Free of charge, twenty-four hours a day. The person who answers will listen and tell you what to do and where "
        "the nearest help is. Once more: one one one.",
    ),
]

# Next month's bulletin: written, and waiting for a voice. (kind, Vietnamese)
NEXT_TITLE = "Lấy chồng xa qua người môi giới: biết rõ rồi hãy nhận lời"
NEXT_TITLE_EN = "Marrying far away through a broker: know before you say yes"
NEXT_SEGMENTS = [
    (
        "announcer",
        "Kính chào bà con. Bản tin tháng này nói về những lời mai mối lấy chồng ở xa, ở nước ngoài. "
        "Nhiều người mai mối tử tế. Nhưng cũng có kẻ mượn chuyện cưới xin để lừa bán người.",
    ),
    (
        "voice-a",
        "Bà mối bảo nhà trai giàu lắm, cưới xong gửi tiền về nuôi bố mẹ. Chỉ cần đi ngay tháng này, giấy tờ để họ lo.",
    ),
    (
        "voice-b",
        "Cưới hỏi là việc cả đời, sao phải vội. Mình đã gặp người ta chưa, biết nhà cửa, tên tuổi chưa? "
        "Lấy chồng nước ngoài phải đăng ký ở cơ quan nhà nước, không ai làm thay được.",
    ),
    (
        "announcer",
        "Trước khi nhận lời, bà con nhớ mấy điều. Lên ủy ban xã hỏi thủ tục đăng ký kết hôn có yếu tố nước ngoài. "
        "Tự giữ giấy tờ của mình. Không nhận tiền trước. "
        "Cho gia đình biết mình đi với ai, đến đâu, và giữ số điện thoại để gọi về.",
    ),
    (
        "key-message",
        "Xin bà con nhớ: chưa biết rõ thì chưa nhận lời, tự giữ giấy tờ, thấy nghi ngờ thì gọi một một một.",
    ),
    (
        "hotline",
        "Tổng đài quốc gia phòng, chống mua bán người và bảo vệ trẻ em: một một một. "
        "Gọi miễn phí, hai mươi bốn giờ mỗi ngày. Xin nhắc lại: một một một.",
    ),
]
