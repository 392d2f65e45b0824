// Takes whatever it stands in back to its top.

export function render({model, el}) {
  model.on("msg:custom", () => requestAnimationFrame(() => {
    for (let around = el; around; around = around.parentElement ?? around.getRootNode().host) {
      if (around.scrollTop > 0) around.scrollTop = 0
    }
  }))
}
