/** How much of a limit is used up, in words: "none", "under 0.1 %", "12 %". */
export function share(used: number, limit: number): string {
  if (used === 0 || limit <= 0) return 'none'
  const percent = (used / limit) * 100
  if (percent < 0.1) return 'under 0.1 %'
  return percent < 10 ? `${percent.toFixed(1)} %` : `${Math.floor(percent)} %`
}
