/** The ledger keeps what others record; in its first cut it records nothing of its own. */
export const events = {} as const satisfies Readonly<Record<string, string>>
