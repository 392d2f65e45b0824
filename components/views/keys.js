// All keys of the page are heard here. What concerns the page itself goes to its other components through
// window.penumbra, as "act"; the rest goes to the server.

const FIELDS = "input:not([type=checkbox]):not([type=radio]):not([type=button]),textarea,select,[contenteditable='true'],[contenteditable='']"
const OWN_KEYS = "button,a[href],summary,input,[role=slider],[role=tab],[role=radio],[role=gridcell],[role=menuitem],[tabindex]"
const ON_THE_PAGE = new Set(["verdict", "confidence", "priority", "flag", "comment"])

function element(tag, text = "", name = "") {
  const made = document.createElement(tag)
  made.textContent = text
  if (name) made.className = name
  return made
}

function makeSheet(groups) {
  const dialog = element("dialog")
  dialog.setAttribute("aria-labelledby", "keys-title")
  const title = element("h2", "Keys")
  title.id = "keys-title"
  const close = element("button", "Close")
  close.addEventListener("click", () => dialog.close())
  const head = element("div", "", "head")
  head.append(title, close)
  const body = element("div", "", "groups")
  for (const [name, lines] of groups) {
    const section = element("section")
    const list = element("dl")
    for (const [keys, text] of lines) {
      const term = element("dt")
      for (const key of keys.split(" ")) term.append(element("kbd", key))
      list.append(term, element("dd", text))
    }
    section.append(element("h3", name), list)
    body.append(section)
  }
  dialog.append(head, body, element("p", "Keys do nothing while you type. Verdict keys act while the Judge page is open.", "foot"))
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close() })
  return dialog
}

export function render({model, el}) {
  const sheet = new CSSStyleSheet()
  const paint = () => sheet.replaceSync(model.sheet)
  paint()
  model.on("sheet", paint)
  el.getRootNode().adoptedStyleSheets = [...el.getRootNode().adoptedStyleSheets, sheet]
  const dialog = makeSheet(model.groups)
  el.append(dialog)

  const hear = (event) => {
    if (event.defaultPrevented || event.isComposing) return
    const path = event.composedPath()
    if (path.some((node) => node.matches?.(FIELDS))) return
    const key = event.key
    if ((event.ctrlKey || event.metaKey) && !event.altKey && /^[zy]$/i.test(key)) {
      event.preventDefault()
      model.send_msg({kind: key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo"})
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return
    const [act, value] = model.keys[key] ?? []
    if (!act) return
    // A focused button, slider or table cell has its own use for these.
    if ((key.startsWith("Arrow") || key === "Enter") && path.some((node) => node.matches?.(OWN_KEYS))) return
    // A key that is held down walks, but gives no row of verdicts.
    if (event.repeat && act !== "next" && act !== "previous") return
    event.preventDefault()
    if (act === "help") dialog.showModal()
    else if (ON_THE_PAGE.has(act)) window.penumbra?.emit("act", {act, value})
    else model.send_msg({kind: act})
  }
  document.addEventListener("keydown", hear)
  const show = () => { if (!dialog.open) dialog.showModal() }
  const forget = window.penumbra?.on("help", show)
  model.on("remove", () => {
    document.removeEventListener("keydown", hear)
    forget?.()
  })
}
