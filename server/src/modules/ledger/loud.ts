/**
 * Kinds that nobody may keep quiet: every sink gets them, whatever it is for, and no retention rule keeps them for less time than
 * the default (`event_days` in the database says the same). Whoever means to break the glass unseen would change a filter or a
 * rule before.
 */
export const loudKinds: ReadonlySet<string> = new Set(['access.glass_broken'])
