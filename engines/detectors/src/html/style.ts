/** What CSS runs or loads by itself: expressions and bindings of older browsers, script addresses, imports. CSS Syntax 3, 4.3. */
const LIVE =
  /expression\(|javascript:|vbscript:|-moz-binding:|behaviou?r:(?:url|expression)|@import["']?(?:url|["'(]|\/\/|https?:)/

/** Attribute selectors that tell another server what a page holds: `input[value^=a]{background:url(//host/a)}`. */
const TELLING = /\[[a-z-]+[\^$*~|]?=[^\]]*\][^{}]*\{[^{}]*url\(["']?(?:https?:)?\/\//

/** True for a style sheet, or a `style` attribute, that does more than style. */
export function runsStyle(text: string): boolean {
  const css = text
    .slice(0, 20_000)
    .replace(/\/\*[^*]*(?:\*(?!\/)[^*]*)*\*\/|[\0-\x20]+/g, '')
    .replace(/\\0{0,4}([0-9a-f]{2,4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\', '')
    .toLowerCase()
  return LIVE.test(css) || TELLING.test(css)
}
