import { sqli, xss } from '@holdfast/detectors'
import type { Detectors } from '@holdfast/seclang'

/** What @detectSQLi and @detectXSS ask. */
export const detectors: Detectors = { sqli, xss }
