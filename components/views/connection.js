// Says, in a strip at the top, that the server does not answer, for as long as it does not.

export function render({model, el}) {
  tendPage()
  const sheet = new CSSStyleSheet()
  const paint = () => sheet.replaceSync(model.sheet)
  paint()
  model.on("sheet", paint)
  el.getRootNode().adoptedStyleSheets = [...el.getRootNode().adoptedStyleSheets, sheet]
  const strip = document.createElement("div")
  strip.className = "strip"
  strip.hidden = true
  strip.setAttribute("role", "alert")
  el.append(strip)
  let timer = null
  const say = (lost) => {
    clearTimeout(timer)
    strip.hidden = !lost
    if (lost) strip.textContent = "The server does not answer. What you typed is kept in this browser, and the page comes back by itself."
  }
  const forget = []
  const wait = setInterval(() => {
    const hub = window.penumbra
    if (!hub) return
    clearInterval(wait)
    forget.push(hub.on("lost", () => { if (strip.hidden && timer === null) timer = setTimeout(() => say(true), 900) }),
      hub.on("open", () => { clearTimeout(timer); timer = null; say(false) }))
  }, 40)
  model.on("remove", () => {
    clearInterval(wait)
    clearTimeout(timer)
    forget.forEach((end) => end())
  })
}
