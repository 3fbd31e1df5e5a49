// Small things of every page: focus on the messages of a form that came back,
// printing, fields of a fragment link, closing menus by Escape.
export function startPage(): void {
  document.querySelector<HTMLElement>('[data-focus]')?.focus()
  const show = () => document.querySelectorAll<HTMLElement>('[data-print]').forEach((b) => (b.hidden = false))
  show()
  document.body.addEventListener('htmx:afterSwap', show)
  document.addEventListener('click', (e) => {
    const target = e.target as Element
    if (target.closest('[data-print]')) print()
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
      if (!menu.contains(target)) menu.open = false
    }
  })
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return
    for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.menu[open]')) {
      menu.open = false
      menu.querySelector('summary')?.focus()
    }
  })
  if (new URLSearchParams(location.search).get('in') === '1') print()
  // A form that is sent twice by an impatient thumb is sent once.
  document.addEventListener('submit', (e) => {
    const form = e.target as HTMLFormElement
    if (form.method !== 'post' || e.defaultPrevented) return
    if (form.dataset.sent) e.preventDefault()
    form.dataset.sent = '1'
    setTimeout(() => delete form.dataset.sent, 5000)
  })
  addEventListener('pageshow', () => document.querySelectorAll<HTMLFormElement>('form[data-sent]').forEach((f) => delete f.dataset.sent))
}
