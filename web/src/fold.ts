// fold makes Vietnamese text comparable: without marks and case, đ as d. The
// same rule as package fold of the server.
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase().trim()
}
