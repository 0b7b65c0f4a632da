/** What of the directory provisioning stands on. */
export { installation } from '../routes/common.ts'
export { insertGroup, lockHierarchy, renameGroup, selectGroups } from '../store/groups.ts'
