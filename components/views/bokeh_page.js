// How the page takes what the server changes, where Bokeh's own way loses changes or is slow.

const PATIENCE_MS = 8000

// Changes are put into the page in whole steps. Bokeh builds views of new models over several turns of the event loop; a
// change of one of them that comes meanwhile finds a view that is not drawn yet, fails, and takes the rest of its message
// with it. So changes wait until all views are built; should one never be, they go on after a while.
function keepPatchesInOrder(document) {
  const builders = Bokeh.require("core/build_views")
  const waiting = []
  let building = 0
  const drain = () => {
    while (building === 0 && waiting.length) {
      const apply = waiting.shift()
      try { apply() } catch (error) { reportError(error) }
    }
  }
  const watch = (name) => {
    const build = builders[name]
    builders[name] = (...items) => {
      building += 1
      let counted = true
      const settle = () => {
        if (!counted) return
        counted = false
        building -= 1
        drain()
        if (building === 0) window.penumbra?.emit("built")
      }
      const late = setTimeout(() => {
        console.error(`${name} waits for ${[items[0], items[1]].flat().map((model) => model?.type).filter(Boolean)}`)
        settle()
      }, PATIENCE_MS)
      const views = build(...items)
      // A new view is drawn in the microtasks after it was built, so before the next turn.
      const built = () => { clearTimeout(late); setTimeout(settle, 0) }
      views.then(built, built)
      return views
    }
  }
  watch("build_view")
  watch("build_views")
  const apply = document.apply_json_patch.bind(document)
  document.apply_json_patch = (...items) => {
    waiting.push(() => apply(...items))
    drain()
  }
}

// Any change of size makes Bokeh lay out and paint all of the page: once a frame is enough for all changes of that frame.
function layOutOnceAFrame() {
  const {LayoutDOMView} = Bokeh.require("models/layouts/layout_dom")
  const due = new Set()
  const compute = LayoutDOMView.prototype.compute_layout
  LayoutDOMView.prototype.compute_layout = function () {
    if (due.delete(this)) this.update_layout()
    compute.call(this)
  }
  let frame = 0, late = 0
  const soon = () => {
    cancelAnimationFrame(frame)
    clearTimeout(late)
    for (const root of [...due]) root.compute_layout()
  }
  LayoutDOMView.prototype.invalidate_layout = function () {
    if (this.parent instanceof LayoutDOMView) this.parent.invalidate_layout()
    else if (!this._layout_computed) {
      this.update_layout()
      this.compute_layout()
    } else {
      if (due.size === 0) {
        frame = requestAnimationFrame(soon)
        late = setTimeout(soon, 150)  // a page in the background has no frames
      }
      due.add(this)
    }
  }
}

// Bokeh asks the browser for a CSS colour, width and so on of every line and text it paints, each of which can make the
// browser style the whole page anew. Our figures get theirs from the theme.
function paintWithoutStylesheets() {
  Bokeh.require("core/visuals/visual").VisualProperties.prototype._get_css_value = () => ""
  const {PlotView} = Bokeh.require("models/plots/plot_canvas")
  const {get} = Object.getOwnPropertyDescriptor(PlotView.prototype, "base_font_size")
  let size = null
  Object.defineProperty(PlotView.prototype, "base_font_size", {get() { return size ??= get.call(this) }})
}

function tendPage() {
  if (window.penumbraTends) return
  window.penumbraTends = true
  layOutOnceAFrame()
  paintWithoutStylesheets()
  Bokeh.documents.forEach(keepPatchesInOrder)
}
