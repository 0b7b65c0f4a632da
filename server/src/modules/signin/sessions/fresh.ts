import type { AssuranceDemand } from '../../../platform/assurance.ts'

/**
 * Who ends sessions has signed in a short while ago (ASVS 5.0, 7.5.2): from a browser that was left open nobody drives its
 * owner out. A quarter of an hour, as for everything of that kind.
 */
export const fresh: AssuranceDemand = { maxAge: 900 }
