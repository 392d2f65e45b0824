// What all cards of the Select page share.

// One line below a card's controls: what was wrong, else what came of it.
function answerLine(model) {
  const line = node("p", {class: "answer", role: "status"})
  const show = () => {
    line.textContent = model.complaint || model.said
    line.classList.toggle("bad", Boolean(model.complaint))
    line.setAttribute("role", model.complaint ? "alert" : "status")
  }
  show()
  model.on(["complaint", "said"], show)
  return line
}

function options(select, items, value) {
  select.replaceChildren(...items.map(([key, text]) => node("option", {value: key}, text)))
  if (items.some(([key]) => key === value)) select.value = value
}

async function copyText(button, text) {
  const label = button.textContent
  let copied = true
  try { await navigator.clipboard.writeText(text) } catch { copied = false }
  if (!copied) {
    const area = node("textarea", {style: "position:fixed;opacity:0"})
    area.value = text
    document.body.append(area)
    area.select()
    copied = document.execCommand("copy")
    area.remove()
  }
  button.textContent = copied ? "Copied" : "Not copied"
  setTimeout(() => { button.textContent = label }, 1600)
}

// Files come as an address of this server, or, where it has none for them, as base64.
function takeFiles(model) {
  model.on("msg:custom", (event) => {
    const file = event.data ?? event
    if (file.kind !== "file") return
    let href = file.url ? new URL(file.url, document.baseURI).href : ""
    if (!href) href = URL.createObjectURL(new Blob([Uint8Array.from(atob(file.data), (c) => c.charCodeAt(0))]))
    const link = node("a", {href, download: file.name, style: "display:none"})
    document.body.append(link)
    link.click()
    setTimeout(() => { link.remove(); if (!file.url) URL.revokeObjectURL(href) }, 4000)
  })
}

// A second press within a few seconds does what cannot be taken back.
function askTwice(button, question, act) {
  const label = button.textContent
  let timer = null
  const rest = () => { clearTimeout(timer); timer = null; button.textContent = label; button.classList.remove("sure") }
  button.addEventListener("click", () => {
    if (timer) { rest(); act(); return }
    button.textContent = question
    button.classList.add("sure")
    timer = setTimeout(rest, 4000)
  })
  button.addEventListener("blur", rest)
}

