/** What the use cases of provisioning work with. */
export type { DirectoryTools as ScimTools } from '../parts.ts'
