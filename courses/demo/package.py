"""A small interactive lesson as a SCORM 1.2 package, packed here so that its text can be read and mended."""

import io
import zipfile

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="NHO-BA-DIEU" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="O"><organization identifier="O"><title>Nên và không nên khi gặp lần đầu</title>
    <item identifier="GAP-LAN-DAU" identifierref="R"><title>Năm câu nói: nên hay không nên?</title>
      <adlcp:masteryscore>80</adlcp:masteryscore></item></organization></organizations>
  <resources><resource identifier="R" type="webcontent" adlcp:scormtype="sco" href="index.html"/></resources>
</manifest>"""

PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Nên hay không nên?</title>
<style>body{font:18px/1.6 system-ui,sans-serif;margin:16px;color:#1f1b24;background:#fffdf8}
button{font:inherit;padding:10px 18px;margin:0 8px 8px 0;border:2px solid #2b3f87;border-radius:10px;
background:#fff;color:#2b3f87}
p.said{font-size:22px}</style>
<script>
var api = window.parent.API;
var said = [
  ["“Bây giờ bạn cần gì trước nhất?”", true, "Hỏi nhu cầu trước: nước, áo ấm, chỗ ngồi yên tĩnh."],
  ["“Kể lại từ đầu cho tôi nghe xem nào.”", false, "Không bắt kể lại. Chuyện đã qua chỉ nói khi người ấy muốn."],
  ["“Bạn có thể dừng lại bất cứ lúc nào.”", true, "Quyền dừng lại phải được nói ra."],
  ["“Sao lúc ấy lại tin người ta?”", false, "Câu hỏi ấy đổ lỗi. Lỗi ở kẻ lừa."],
  ["“Tôi sẽ gọi cho nhà bạn ngay.”", false, "Chỉ báo cho người mà họ đồng ý."]
];
var at = 0, right = 0, began = Date.now();
function two(n) { return (n < 10 ? "0" : "") + n; }
function spent() {
  var s = Math.round((Date.now() - began) / 1000);
  return "00" + two(Math.floor(s / 3600)) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
}
function show(note) {
  document.getElementById("note").textContent = note || "";
  if (at < said.length) {
    document.getElementById("count").textContent = (at + 1) + " / " + said.length;
    document.getElementById("said").textContent = said[at][0];
    return;
  }
  var score = Math.round(100 * right / said.length);
  document.getElementById("said").textContent = "Xong. Bạn chọn đúng " + right + " trong " + said.length + " câu.";
  document.getElementById("ask").hidden = true;
  api.LMSSetValue("cmi.core.score.raw", String(score));
  api.LMSSetValue("cmi.core.session_time", spent());
  api.LMSFinish("");
}
function choose(good) {
  var one = said[at];
  var hit = good === one[1];
  right += hit ? 1 : 0;
  at += 1;
  if (at < said.length) {
    api.LMSSetValue("cmi.suspend_data", at + "," + right);
    api.LMSSetValue("cmi.core.lesson_status", "incomplete");
    api.LMSSetValue("cmi.core.session_time", spent());
    api.LMSSetValue("cmi.core.exit", "suspend");
    api.LMSCommit("");
  }
  show((hit ? "Đúng. " : "Chưa đúng. ") + one[2]);
}
function begin() {
  api.LMSInitialize("");
  var kept = api.LMSGetValue("cmi.suspend_data").split(",");
  if (kept.length === 2 && api.LMSGetValue("cmi.core.entry") === "resume") { at = +kept[0]; right = +kept[1]; }
  show();
}
</script></head><body onload="begin()">
<p id="count"></p><p class="said" id="said"></p>
<div id="ask"><button onclick="choose(true)">Nên nói</button><button onclick="choose(false)">Không nên</button></div>
<p id="note" role="status"></p></body></html>"""


def demo_package() -> io.BytesIO:
    """The ZIP; the same bytes every time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("imsmanifest.xml", MANIFEST), ("index.html", PAGE)):
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)
    out.seek(0)
    return out
