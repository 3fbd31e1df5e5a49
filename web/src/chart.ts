// Opens the live map of a page, whose script is large and comes only when it is
// asked for: by its button, or by an address that somebody shared (?xem=dong).
export function startChart(): void {
  const section = document.querySelector<HTMLElement>('[data-map]')
  const button = document.querySelector<HTMLButtonElement>('[data-map-open]')
  if (!section || !button) return
  button.hidden = false
  const open = () => {
    const status = section.querySelector('[role=status]')
    const style = document.createElement('link')
    style.rel = 'stylesheet'
    style.href = section.dataset.css ?? ''
    const script = document.createElement('script')
    script.src = section.dataset.js ?? ''
    script.onerror = () => {
      if (status) status.textContent = section.dataset.unable ?? ''
    }
    style.onload = () => document.head.append(script) // the map measures its sheet
    style.onerror = script.onerror
    document.head.append(style)
    if (status) status.textContent = section.dataset.loading ?? ''
    section.hidden = false
  }
  button.addEventListener('click', open, { once: true })
  if (new URLSearchParams(location.search).get('xem') === 'dong') button.click()
}
