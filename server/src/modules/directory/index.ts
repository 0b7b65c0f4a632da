export { manifest } from './manifest.ts'
export type {
  Directory,
  DirectoryDeps,
  PersonRecord,
  PreparedPassword,
  Principals,
  Reading,
  ServiceRecord,
} from './types.ts'
