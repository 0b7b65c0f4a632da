/** What a field holds: no brackets, no quotes, no blank beside the quote. */
export function isValue(text: string): boolean {
  if (text.trim().length <= 2) return !/[([{,;:]|[a-z]{2}\s$/i.test(text)
  return text.length <= 80 && !/[(){}[\]<>=;,"'`]|^\s|\s$/.test(text)
}
