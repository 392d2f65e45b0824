export function render({model, el}) {
  dress(model, el)
  takeFiles(model)
  const name = node("input", {class: "grow", maxlength: 80, placeholder: "Name of this session", "aria-label": "Name of this session"})
  let replacing = ""
  const save = node("button", {onclick: () => { const text = name.value.trim().replace(/\s+/g, " "); model.send_msg({kind: "save", name: text, replace: replacing === text}); replacing = text }}, "Save")
  name.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Enter") save.click() })
  const file = node("input", {type: "file", accept: ".toml", "aria-label": "Session file", style: "display:none", onchange: async () => {
    const chosen = file.files[0]
    if (chosen) model.send_msg({kind: "upload", name: chosen.name, text: chosen.size > 2e6 ? "x".repeat(2e6) : await chosen.text()})
    file.value = ""
  }})
  const share = node("button", {title: "Make a short link to the page as it is", onclick: () => ask(null, share)}, "Short link")
  const list = node("div", {class: "list", role: "list", "aria-label": "Saved sessions"})
  const nothing = node("p", {class: "small"}, "No session is saved yet. A session keeps the cuts, the planes, the star and the place in the queue.")
  const address = node("input", {class: "grow", readonly: true, "aria-label": "Short link", onfocus: () => address.select()})
  const copy = node("button", {onclick: () => copyText(copy, address.value)}, "Copy")
  const shared = node("div", {class: "row", style: "display:none"}, address, copy)
  el.append(node("section", {class: "card"}, node("h3", {}, "Sessions"),
    node("div", {class: "row"}, name, save), list, nothing, shared,
    node("div", {class: "row"}, share, node("button", {title: "Save the page as a TOML file", onclick: () => model.send_msg({kind: "download"})}, "Download"),
      node("button", {title: "Open a session file", onclick: () => file.click()}, "Open file…"), file),
    answerLine(model)))

  const ask = (saved) => model.send_msg(saved === null ? {kind: "link"} : {kind: "link", name: saved})
  const when = (text) => new Date(text).toLocaleString([], {dateStyle: "medium", timeStyle: "short"})
  const row = (saved) => {
    const title = node("span", {class: "name grow"}, saved.name)
    const open = node("button", {disabled: !saved.here, title: saved.here ? "Show this session" : "Its catalogue is not on offer here: open that file first", onclick: () => model.send_msg({kind: "open", name: saved.name})}, "Open")
    const remove = node("button", {title: "Delete this session"}, "Delete")
    askTwice(remove, "Really delete", () => model.send_msg({kind: "delete", name: saved.name}))
    const field = node("input", {class: "grow", maxlength: 80, "aria-label": "New name"})
    const editor = node("div", {class: "row", style: "display:none"}, field, node("button", {onclick: () => { editor.style.display = "none"; if (field.value.trim() && field.value !== saved.name) model.send_msg({kind: "rename", name: saved.name, new: field.value}) }}, "Rename"))
    field.addEventListener("keydown", (event) => {
      event.stopPropagation()
      if (event.key === "Enter") editor.lastChild.click()
      if (event.key === "Escape") editor.style.display = "none"
    })
    const rename = node("button", {class: "plain", title: "Rename", "aria-label": `Rename ${saved.name}`, onclick: () => { field.value = saved.name; editor.style.display = ""; field.focus(); field.select() }}, "✎")
    const about = `${when(saved.when)} · ${saved.catalogue} · ${saved.cuts === 1 ? "one cut" : `${saved.cuts} cuts`}`
    return node("div", {class: "item", role: "listitem", "data-session": saved.name},
      node("div", {class: "row"}, title, rename, open), editor,
      node("div", {class: "row"}, node("span", {class: "small grow"}, about)),
      node("div", {class: "row"}, node("button", {onclick: () => ask(saved.name)}, "Link"), node("button", {onclick: () => model.send_msg({kind: "download", name: saved.name})}, "TOML"), node("span", {class: "grow"}), remove))
  }
  const show = () => {
    list.replaceChildren(...model.sessions.map(row))
    nothing.style.display = model.sessions.length ? "none" : ""
  }
  model.on("sessions", show)
  model.on("said", () => { if (model.said.startsWith("Saved")) { name.value = ""; replacing = "" } })
  model.on("msg:custom", (event) => {
    const told = event.data ?? event
    if (told.kind !== "link") return
    address.value = `${location.origin}${location.pathname}?s=${told.token}`
    shared.style.display = ""
    copyText(copy, address.value)
  })
  show()
}
