"""SCORM packages in the shapes that authoring programs write, made by the tests themselves."""

import io
import zipfile

_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="GOI" version="1.0" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="ORG"><organization identifier="ORG"><title>Nhận diện (mẫu)</title>
    <item identifier="BAI1" identifierref="R1" isvisible="true"><title>Bài một</title>
      <adlcp:masteryscore>60</adlcp:masteryscore><adlcp:datafromlms>mau</adlcp:datafromlms></item>
  </organization></organizations>
  <resources><resource identifier="R1" type="webcontent" adlcp:scormtype="sco" href="index.html">
    <file href="index.html"/><file href="data.json"/></resource></resources>
</manifest>"""

# The way most packages look for their interface: through the frames around them, then the window that opened them.
_FINDER = """
function find(win) {
  var tries = 0;
  while (!win.API && win.parent && win.parent != win && tries++ < 500) win = win.parent;
  return win.API || null;
}
function getAPI() {
  var api = null;
  if (window.parent && window.parent != window) api = find(window.parent);
  if (!api && window.top && window.top.opener) api = find(window.top.opener);
  return api;
}
var API_ = getAPI();
"""
PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Bài</title><script>{_FINDER}
var seen = {{}};
function begin() {{
  seen.init = API_.LMSInitialize("");
  seen.entry = API_.LMSGetValue("cmi.core.entry");
  seen.status = API_.LMSGetValue("cmi.core.lesson_status");
  seen.suspend = API_.LMSGetValue("cmi.suspend_data");
  seen.mastery = API_.LMSGetValue("cmi.student_data.mastery_score");
  seen.total = API_.LMSGetValue("cmi.core.total_time");
  if (seen.status === "not attempted") API_.LMSSetValue("cmi.core.lesson_status", "incomplete");
  fetch("data.json").then(function (a) {{ return a.json(); }}).then(function (d) {{
    seen.own = d.word;
    document.getElementById("seen").textContent = JSON.stringify(seen);
  }});
}}
function leave(score, exit) {{
  sessionStorage.setItem("trang", 2);
  API_.LMSSetValue("cmi.suspend_data", "trang=2");
  API_.LMSSetValue("cmi.core.score.raw", String(score));
  API_.LMSSetValue("cmi.core.session_time", "0000:10:05.5");
  API_.LMSSetValue("cmi.core.exit", exit);
  if (exit) API_.LMSCommit(""); else API_.LMSFinish("");
}}
</script></head><body onload="begin()"><p id="seen"></p>
<button id="pause" onclick="leave(40, 'suspend')">Nghỉ</button><button id="end" onclick="leave(80, '')">Xong</button>
<a id="next" href="hai.html">Trang hai</a></body></html>"""
SECOND = f"""<html><head><script>{_FINDER}</script></head><body onload="
document.getElementById('seen').textContent =
  [API_.LMSGetValue('cmi.suspend_data'), API_.LMSGetLastError(), sessionStorage.trang].join('|');">
<p id="seen"></p></body></html>"""
# As older programs write them: a frameset that talks to the player for its frames, which call it and each other.
FRAMED = {
    "index.html": f"""<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Frameset//EN"><html><head>
<meta charset="utf-8"><title>Khung</title><script>{_FINDER}
API_.LMSInitialize("");
var visited = [];
function opened(name) {{ visited.push(name); }}
function finish(score) {{
  API_.LMSSetValue("cmi.core.score.raw", String(score));
  API_.LMSSetValue("cmi.suspend_data", visited.join(","));
  API_.LMSFinish("");
}}
</script></head><frameset cols="40%,60%"><frame name="menu" src="menu.html"><frame name="content" src="bai/mot.html">
</frameset></html>""",
    "menu.html": """<html><head><meta charset="utf-8"></head><body>
<a id="second" target="content" href="bai/hai.html">Bài hai</a>
<a id="anew" target="_top" href="index.html">Làm lại</a></body></html>""",
    "bai/mot.html": """<html><head><meta charset="utf-8"></head><body onload="parent.opened('mot'); localStorage.cau = 'một'">
<p id="here">Bài một</p></body></html>""",
    "bai/hai.html": f"""<html><head><meta charset="utf-8"><script>{_FINDER}</script></head>
<body onload="parent.opened('hai'); document.getElementById('mastery').textContent =
  [API_.LMSGetValue('cmi.student_data.mastery_score'), parent.menu.document.getElementById('second').textContent,
   localStorage.getItem('cau'), Object.keys(localStorage), localStorage.getItem('khong'), sessionStorage.length].join('|');">
<p id="mastery"></p><form onsubmit="parent.finish(this.score.value); return false">
<input name="score" value="90"><button id="end">Nộp</button></form></body></html>""",
}
# What a hostile package would try.
HOSTILE = """<html><head></head><body><p id="seen"></p><script>
var got = [];
function attempt(name, act) {
  try { got.push(name + ":GOT:" + act()); } catch (e) { got.push(name + ":no"); } }
attempt("cookie", function () { return document.cookie.length; });
attempt("storage", function () { return localStorage.length; });
attempt("around", function () { return window.top.document; });
attempt("away", function () { window.top.location = "https://evil.example/"; });
Promise.allSettled([
  fetch("/vi/khoa-hoc/cua-toi/"), fetch("https://evil.example/"), (async () => navigator.serviceWorker.register("hai.html"))(),
]).then(function (all) {
  got.push("fetch:" + all.map(function (one) { return one.status; }).join(","));
  document.getElementById("seen").textContent = got.join(" ");
});
</script></body></html>"""


def make_zip(files: dict[str, str | bytes], compression=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            # Always the same day: the same files make the same package.
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, compression)
    return out.getvalue()


def simple(**changes) -> dict[str, str | bytes]:
    """The files of a package of one item, read by a page of the common kind."""
    files = {"imsmanifest.xml": _MANIFEST, "index.html": PAGE, "hai.html": SECOND, "data.json": '{"word": "có"}'}
    return files | changes


def manifest(old: str = "", new: str = "") -> str:
    return _MANIFEST.replace(old, new) if old else _MANIFEST
