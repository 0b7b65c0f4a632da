/**
 * Says in `Vary` that the answer depends on these request fields (RFC 9110 section 12.5.5), beside what the application says.
 * @param fields flat list of names and values, changed in place
 */
export function addVary(fields: string[], names: readonly string[]): void {
  let told = ''
  let last = -1
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    if (name.length !== 4 || name.toLowerCase() !== 'vary') continue
    told += `,${fields[i + 1] ?? ''}`
    last = i + 1
  }
  const known = new Set(told.split(',').map((name) => name.trim().toLowerCase()))
  if (known.has('*')) return
  const missing = names.filter((name) => !known.has(name.toLowerCase())).join(', ')
  if (missing === '') return
  if (last < 0) fields.push('Vary', missing)
  else fields[last] = fields[last] === '' ? missing : `${fields[last] ?? ''}, ${missing}`
}
