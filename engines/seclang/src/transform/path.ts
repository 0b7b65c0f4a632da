/** `/a/./b/../c//d` is `/a/c/d`: what a file system makes of it. Leading `..` of a relative path stay, of an absolute one go. */
export function normalizePath(text: string): string {
  if (!/\/\/|\.\/|\.$/.test(text)) return text
  const absolute = text.startsWith('/')
  const kept: string[] = []
  let last = ''
  for (const part of text.split('/')) {
    last = part
    if (part === '' || part === '.') continue
    if (part !== '..') kept.push(part)
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop()
    else if (!absolute) kept.push(part)
  }
  const directory = last === '' && kept.length > 0
  return `${absolute ? '/' : ''}${kept.join('/')}${directory ? '/' : ''}`
}

export function normalizePathWin(text: string): string {
  return normalizePath(text.replaceAll('\\', '/'))
}
