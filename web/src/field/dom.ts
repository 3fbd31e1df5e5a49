// Small ways to make a page of elements: no markup is ever read from data.
type Child = Node | string | undefined | false

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, attrs: Record<string, unknown> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag)
  for (const [k, v] of Object.entries(attrs)) {
    if (k.startsWith('on') && typeof v === 'function') e.addEventListener(k.slice(2), v as EventListener)
    else if (v === true) e.setAttribute(k, '')
    else if (v !== false && v !== undefined) e.setAttribute(k, String(v))
  }
  e.append(...children.filter((c): c is Node | string => c !== undefined && c !== false))
  return e
}

export const button = (text: string, kind: string, tap: () => unknown, name = '') => el('button', { type: 'button', class: kind, name: name || undefined, onclick: tap }, text)

export function field(label: string, attrs: Record<string, unknown>): HTMLLabelElement {
  return el('label', { class: 'field' }, label, el('input', attrs))
}

export function value(form: ParentNode, name: string): string {
  return form.querySelector<HTMLInputElement>(`[name="${name}"]`)?.value.trim() ?? ''
}
