/** Groups that come by SCIM have ids of their own kind: no policy that names a group of old means one of them. */
const prefix = 'scim-'

/**
 * The id of a group by its name: `Sales EMEA` is `scim-sales-emea`. Letters that are not Latin are left out.
 * @param turn 1, and more for each one that was taken
 */
export function slugOf(name: string, turn: number): string {
  const base = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '')
  const stem = `${prefix}${base === '' ? 'group' : base}`
  return turn === 1 ? stem : `${stem}-${turn}`
}
