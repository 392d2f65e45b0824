// What all views share: an element with attributes, listeners (on…) and children; numbers; a token for one message; its look.

function node(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, "")
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value)
  }
  element.append(...children)
  return element
}

const newToken = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

const thousands = (number) => Math.round(number).toLocaleString("en-US").replaceAll(",", "\u2009")

// Give a view its stylesheet, and the new one when the appearance changes.
function dress(model, el) {
  el.style.width = "100%"
  const sheet = new CSSStyleSheet()
  const wear = () => sheet.replaceSync(model.sheet)
  wear()
  el.getRootNode().adoptedStyleSheets = [...el.getRootNode().adoptedStyleSheets, sheet]
  model.on("sheet", wear)
}

