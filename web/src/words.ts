// Sentences that the server put into the page, in the reader's language.
export function word(name: string, ...values: (string | number)[]): string {
  const words = document.getElementById('words')
  let text = words?.getAttribute(`data-${name}`) ?? ''
  if (values.length === 1) return text.replace('%', String(values[0]))
  values.forEach((v, i) => {
    text = text.replace(`%${i + 1}`, String(v))
  })
  return text
}

// say tells a screen reader, without moving the focus.
export function say(text: string): void {
  const out = document.getElementById('say')
  if (out) out.textContent = text
}

// post sends a form's worth of values as a signal that wants no page back.
export async function post(path: string, values: Record<string, string>): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'X-Requested-With': 'fetch', 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(values),
  })
}
