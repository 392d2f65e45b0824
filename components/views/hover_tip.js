// Hovering: one question in flight; the answer is shown beside the pointer.
function makeHover(hub) {
  const tip = document.createElement("div")
  tip.setAttribute("role", "tooltip")
  tip.className = "pen-tip"
  document.body.append(tip)
  let wanted = null
  let waiting = false
  let number = 0
  let place = [0, 0]
  document.addEventListener("pointermove", (event) => { place = [event.clientX, event.clientY] }, {passive: true})
  const ask = () => {
    if (!wanted || waiting) return
    waiting = true
    number += 1
    hub.send({kind: "hover", number, ...wanted})
    wanted = null
    setTimeout(() => { waiting = false }, 1000)
  }
  hub.hover = (slot, x, y) => {
    if (slot === null) {
      wanted = null
      number += 1
      tip.style.display = "none"
      return
    }
    wanted = {slot, x, y}
    setTimeout(ask, 60)
  }
  hub.on("hover", (message) => {
    waiting = false
    if (message.number === number) {
      tip.replaceChildren(...message.lines.map((line, i) => {
        const row = document.createElement("div")
        row.textContent = line
        if (i === 0) row.style.fontWeight = "600"
        return row
      }))
      tip.style.display = message.lines.length ? "block" : "none"
      const {offsetWidth: w, offsetHeight: h} = tip
      tip.style.left = `${Math.min(place[0] + 14, innerWidth - w - 6)}px`
      tip.style.top = `${place[1] + 16 + h > innerHeight ? place[1] - h - 10 : place[1] + 16}px`
    }
    ask()
  })
  return tip
}
