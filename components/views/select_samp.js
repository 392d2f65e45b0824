export function render({model, el}) {
  dress(model, el)
  const dot = node("span", {class: "dot", "aria-hidden": "true"})
  const state = node("span", {class: "grow"})
  const join = node("button", {onclick: () => model.send_msg({kind: model.connected ? "disconnect" : "connect"})})
  const table = node("button", {onclick: () => model.send_msg({kind: "table"})}, "Send the passing stars")
  const star = node("button", {onclick: () => model.send_msg({kind: "star"})}, "Send the star")
  const buttons = node("div", {class: "row"}, table, star)
  const note = node("p", {class: "small"})
  el.append(node("section", {class: "card"}, node("h3", {}, "TOPCAT, Aladin (SAMP)"),
    node("div", {class: "row"}, dot, state, join), buttons, note, answerLine(model)))
  const show = () => {
    dot.classList.toggle("on", model.connected)
    state.textContent = model.allowed ? (model.connected ? "Connected" : "Not connected") : "Off"
    join.textContent = model.connected ? "Disconnect" : "Connect"
    join.disabled = model.busy || !model.allowed
    buttons.style.display = model.connected ? "" : "none"
    table.disabled = model.busy
    star.disabled = model.busy || !model.has_star
    note.textContent = model.allowed
      ? "Start TOPCAT or Aladin first. A row highlighted there is picked here, and a table sent from there opens here."
      : "SAMP reaches programs on the machine of the server. It is off because other machines can reach this server, or it was not started by penumbra serve."
  }
  model.on(["connected", "allowed", "busy", "has_star"], show)
  show()
}
