const FORMS = [["text", "Text"], ["python", "Python"], ["adql", "ADQL"], ["topcat", "TOPCAT"]]

export function render({model, el}) {
  dress(model, el)
  const draftKey = `penumbra-text:${model.dataset}`
  let form = "text"
  const tabs = node("div", {class: "tabs", role: "tablist", "aria-label": "Form of the selection"}, ...FORMS.map(([key, title]) =>
    node("button", {role: "tab", "data-form": key, onclick: () => { form = key; show() }}, title)))
  const area = node("textarea", {rows: 4, spellcheck: "false", autocapitalize: "off", "aria-label": "Selection as text", placeholder: "Nothing is cut. Type for example: ruwe > 1.4 and parallax > 2"})
  const code = node("pre", {class: "code", tabindex: 0, "aria-label": "Selection as code"})
  const note = node("p", {class: "small"})
  const apply = node("button", {title: "Make this text the selection (Ctrl+Enter)", onclick: () => send()}, "Apply")
  const revert = node("button", {title: "Show the cuts as they are", onclick: () => { keep(""); area.value = model.forms.text; show() }}, "Revert")
  const copy = node("button", {onclick: () => copyText(copy, form === "text" ? area.value : model.forms[form])}, "Copy")
  const meanwhile = node("p", {class: "small"}, "The cuts have changed since you began to type. Apply puts your text in their place.")
  el.append(node("section", {class: "card first"}, node("h3", {}, "The selection"), tabs, area, code, note, meanwhile,
    node("div", {class: "row"}, apply, revert, node("span", {class: "grow"}), copy), answerLine(model)))

  const keep = (text) => { try { text ? sessionStorage.setItem(draftKey, text) : sessionStorage.removeItem(draftKey) } catch { /* storage may be off */ } }
  const kept = () => { try { return sessionStorage.getItem(draftKey) ?? "" } catch { return "" } }
  let shown = model.forms.text
  const isEdited = () => area.value !== shown
  const send = () => model.send_msg({kind: "apply", text: area.value})
  const show = () => {
    for (const tab of tabs.children) tab.setAttribute("aria-selected", String(tab.dataset.form === form))
    const editing = form === "text"
    area.style.display = editing ? "" : "none"
    code.style.display = editing ? "none" : ""
    code.textContent = model.forms[form] ?? ""
    note.textContent = model.notes[form] ?? ""
    apply.style.display = revert.style.display = editing ? "" : "none"
    apply.disabled = revert.disabled = !isEdited() && shown === model.forms.text
    meanwhile.style.display = editing && isEdited() && shown !== model.forms.text ? "" : "none"
  }
  area.value = shown
  if (kept() && kept() !== shown) { area.value = kept() }
  area.addEventListener("input", () => { keep(isEdited() ? area.value : ""); show() })
  area.addEventListener("keydown", (event) => {
    event.stopPropagation()
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { event.preventDefault(); send() }
  })
  model.on("forms", () => {
    if (!isEdited()) area.value = shown = model.forms.text
    show()
  })
  model.on("applied", () => { keep(""); area.value = shown = model.forms.text; show() })
  model.on("position", () => {
    if (model.position >= 0) { area.focus(); area.setSelectionRange(model.position, Math.min(model.position + 1, area.value.length)) }
  })
  show()
}
