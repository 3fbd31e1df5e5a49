// Tables with boxes: one box chooses all, and the button says how many.
function count(form: HTMLFormElement): void {
  const boxes = form.querySelectorAll<HTMLInputElement>('input[type=checkbox][data-row]')
  const chosen = [...boxes].filter((b) => b.checked).length
  for (const out of form.querySelectorAll<HTMLElement>('[data-chosen]')) out.textContent = chosen ? `(${chosen})` : ''
  const all = form.querySelector<HTMLInputElement>('input[data-all]')
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length
    all.indeterminate = chosen > 0 && chosen < boxes.length
  }
}

export function startTables(): void {
  const show = () => {
    document.querySelectorAll<HTMLInputElement>('input[data-all]').forEach((b) => {
      b.hidden = false
      if (b.form) count(b.form)
    })
  }
  show()
  document.body.addEventListener('htmx:afterSwap', show)
  document.addEventListener('change', (e) => {
    const box = e.target as HTMLInputElement
    const form = box.form
    if (!form) return
    if (box.matches('[data-all]')) {
      form.querySelectorAll<HTMLInputElement>('input[type=checkbox][data-row]').forEach((b) => (b.checked = box.checked))
    }
    if (box.matches('[data-all], [data-row]')) count(form)
    if (box.matches('select[data-submit]')) form.requestSubmit()
  })
}
