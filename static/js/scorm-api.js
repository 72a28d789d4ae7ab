// Put before everything else into each page of a package. The page lies in a sandbox: it reaches neither the site, nor its
// cookies, nor the frame around it. So the SCORM 1.2 interface is made here, inside: values come in by the name of the frame,
// and go out as messages to the player, which alone may talk to the server. Frames inside a page find it in that page.
(() => {
  // What a package keeps in the browser lives as long as its visit: its own storage is these two, and
  // nothing is missing where a browser keeps no storage for frames.
  function storage(values, changed) {
    const own = {
      getItem: (key) => values.get(String(key)) ?? null,
      setItem: (key, value) => { values.set(String(key), String(value)); changed(); },
      removeItem: (key) => { values.delete(String(key)); changed(); },
      clear: () => { values.clear(); changed(); },
      key: (place) => [...values.keys()][place] ?? null,
    };
    return new Proxy(own, {
      get: (_, key) => (key === "length" ? values.size : (own[key] ?? values.get(key))),
      set: (_, key, value) => { own.setItem(key, value); return true; },
      deleteProperty: (_, key) => { own.removeItem(key); return true; },
      has: (_, key) => key in own || values.has(key),
      ownKeys: () => [...values.keys()],
      getOwnPropertyDescriptor: (_, key) =>
        values.has(key) ? { value: values.get(key), enumerable: true, configurable: true, writable: true } : undefined,
    });
  }
  const stores = ["localStorage", "sessionStorage"];
  const lend = (make) => stores.forEach((name) => Object.defineProperty(window, name, { value: make(name), configurable: true }));
  let kept = null;
  try { kept = JSON.parse(window.name); } catch { /* Not our name. */ }
  if (kept?.kind !== "scorm-1.2") {
    // A frame inside a page: the page's own, where it can be reached.
    try { lend((name) => window.parent[name]); } catch { return lend(() => storage(new Map(), () => {})); }
    // A sandbox lets no frame change the one beside it, but a page its own frames: links of a menu go through that page.
    addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href], area[href]");
      const target = link?.target || document.querySelector("base[target]")?.target;
      if (!link || !target || target === "_self" || event.defaultPrevented) return;
      let outer;
      for (let page = window.parent; page?.document; page = page.parent) {
        outer = page;
        const frame = [...page.document.querySelectorAll("frame, iframe")].find((one) => one.name === target);
        if (!frame) continue;
        event.preventDefault();
        frame.src = link.href;
        return;
      }
      if (target === "_top" || target === "_parent") {
        event.preventDefault();
        outer.openInstead(link.href);
      }
    });
    return;
  }
  const held = Object.fromEntries(stores.map((name) => [name, new Map(kept.held?.[name])]));
  const player = window.parent;
  const { cmi } = kept;
  const texts = {
    0: "No error", 101: "General exception", 201: "Invalid argument error", 202: "Element cannot have children",
    203: "Element not an array - cannot have count", 301: "Not initialized", 401: "Not implemented error",
    402: "Invalid set value, element is a keyword", 403: "Element is read only", 404: "Element is write only",
    405: "Incorrect data type",
  };
  const children = {
    "cmi.core": "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,session_time",
    "cmi.core.score": "raw,min,max", "cmi.student_data": "mastery_score,max_time_allowed,time_limit_action",
    "cmi.objectives": "id,score,status", "cmi.interactions": "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
    "cmi.student_preference": "",
  };
  const number = (low, high) => (text) => text === "" || (/^-?\d+(\.\d+)?$/.test(text) && +text >= low && +text <= high);
  const one = (...words) => (text) => words.includes(text);
  const upTo = (most) => (text) => text.length <= most;
  const time = (text) => /^\d{2,4}:[0-5]\d:[0-5]\d(\.\d{1,2})?$/.test(text);
  const rules = {
    "cmi.core.lesson_location": upTo(1000), "cmi.suspend_data": upTo(65536), "cmi.comments": upTo(4096),
    "cmi.core.lesson_status": one("passed", "completed", "failed", "incomplete", "browsed"),
    "cmi.core.exit": one("time-out", "suspend", "logout", ""), "cmi.core.session_time": time,
    "cmi.core.score.raw": number(0, 100), "cmi.core.score.min": number(0, 100), "cmi.core.score.max": number(0, 100),
  };
  const writeOnly = ["cmi.core.exit", "cmi.core.session_time"];
  const list = /^cmi\.(objectives|interactions)\.(\d+)\.[a-z_.0-9]+$/;
  let state = kept.running ? 1 : 0;
  let error = 0;
  const fail = (code, value) => { error = code; return value; };
  const remember = () => {
    window.name = JSON.stringify({ ...kept, cmi, held: Object.fromEntries(stores.map((name) => [name, [...held[name]]])), running: state === 1 });
  };
  const count = (name) => new Set(Object.keys(cmi).map((key) => key.match(list)).filter((m) => m?.[1] === name).map((m) => m[2])).size;

  function out(done) {
    remember();
    player.postMessage({ kind: "scorm-1.2", cmi: Object.fromEntries(Object.entries(cmi).filter(([key]) => !list.test(key))), done }, "*");
  }

  const API = {
    LMSInitialize(text) {
      if (text !== "" && text !== undefined) return fail(201, "false");
      if (state) return fail(101, "false");
      state = 1;
      // What a visit says about itself begins empty.
      cmi["cmi.core.session_time"] = "0000:00:00.00";
      cmi["cmi.core.exit"] = "";
      remember();
      return fail(0, "true");
    },
    LMSFinish() {
      if (state !== 1) return fail(301, "false");
      // The standard: who says nothing about the status has completed it.
      if (cmi["cmi.core.lesson_status"] === "not attempted") cmi["cmi.core.lesson_status"] = "completed";
      const mastery = cmi["cmi.student_data.mastery_score"];
      const raw = cmi["cmi.core.score.raw"];
      if (mastery && raw) cmi["cmi.core.lesson_status"] = +raw >= +mastery ? "passed" : "failed";
      state = 2;
      out(true);
      return fail(0, "true");
    },
    LMSCommit() {
      if (state !== 1) return fail(301, "false");
      out(false);
      return fail(0, "true");
    },
    LMSGetValue(name) {
      if (state !== 1) return fail(301, "");
      name = String(name);
      if (name === "cmi._version") return fail(0, "3.4");
      const parent = name.replace(/\._(children|count)$/, "");
      if (name.endsWith("._children")) return parent in children ? fail(0, children[parent]) : fail(202, "");
      if (name.endsWith("._count")) return /^cmi\.(objectives|interactions)$/.test(parent) ? fail(0, String(count(parent.slice(4)))) : fail(203, "");
      if (writeOnly.includes(name) || /^cmi\.interactions\.\d/.test(name)) return fail(404, "");
      if (name in cmi) return fail(0, cmi[name]);
      return list.test(name) ? fail(0, "") : fail(name.startsWith("cmi.") ? 401 : 201, "");
    },
    LMSSetValue(name, value) {
      if (state !== 1) return fail(301, "false");
      name = String(name);
      const text = value === null || value === undefined ? "" : String(value);
      if (/\._(children|count|version)$/.test(name)) return fail(402, "false");
      if (list.test(name)) {
        if (Object.keys(cmi).length < 2000) cmi[name] = text.slice(0, 1000);
        return fail(0, "true");
      }
      if (!(name in rules)) return fail(name in cmi ? 403 : 401, "false");
      if (!rules[name](text)) return fail(405, "false");
      cmi[name] = name === "cmi.comments" ? (cmi[name] + text).slice(0, 4096) : text;
      remember();
      return fail(0, "true");
    },
    LMSGetLastError: () => String(error),
    LMSGetErrorString: (code) => texts[code] ?? "",
    LMSGetDiagnostic: (code) => texts[code || error] ?? "",
  };
  lend((name) => storage(held[name], remember));
  window.openInstead = (address) => { location.href = address; };
  // Packages look for it in the frames around them, which they may not touch: around this page there is only this.
  const around = { API };
  around.parent = around.top = around;
  window.API = API;
  Object.defineProperty(window, "parent", { value: around, configurable: true });
})();
