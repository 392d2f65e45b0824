// Verdicts that the server has not yet said to be on the disk, in this browser's keeping.

// localStorage may be full or forbidden: then the server alone keeps drafts, and the desk says so.
const shelf = {
  broken: false,
  get(key) {
    try { return JSON.parse(localStorage.getItem(key)) } catch { return null }
  },
  put(key, value) {
    try {
      if (value === null) localStorage.removeItem(key)
      else localStorage.setItem(key, JSON.stringify(value))
      this.broken = false
    } catch { this.broken = true }
  },
}

const OUTBOX = "penumbra:verdicts not yet saved"
const NAME = "penumbra:reviewer"

class Outbox {
  constructor(changed) {
    this.items = shelf.get(OUTBOX) ?? []
    for (const item of this.items) item.retried = true
    this.errors = new Map()
    this.changed = changed
  }

  // Other pages of this browser have verdicts of their own there.
  keep(change) {
    const others = (shelf.get(OUTBOX) ?? []).filter((item) => !this.items.some((own) => own.token === item.token) && !this.gone?.has(item.token))
    change()
    shelf.put(OUTBOX, [...others, ...this.items])
    this.changed()
  }

  add(item) {
    // A later verdict on the same star takes the place of one that could not be stored.
    this.keep(() => { this.items = [...this.items.filter((kept) => !(kept.star === item.star && kept.dataset === item.dataset && this.errors.has(kept.token))), item] })
    this.send(item)
  }

  take(token) {
    const found = this.items.find((item) => item.token === token)
    this.gone = (this.gone ?? new Set()).add(token)
    this.errors.delete(token)
    this.keep(() => { this.items = this.items.filter((item) => item.token !== token) })
    return found
  }

  send(item) { window.penumbra?.send({kind: "verdict", ...item}) }

  sendAll() {
    for (const item of this.items) this.send({...item, retried: true, advance: false})
  }
}
