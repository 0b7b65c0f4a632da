import type { Detectors } from '@holdfast/seclang'

/** What @detectSQLi and @detectXSS ask: nothing is told until there are detectors. */
export const detectors: Detectors = { sqli: () => null, xss: () => false }
